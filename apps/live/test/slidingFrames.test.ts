import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrameWindowing, frameWindows } from "../src/core/frameWindowing.js";
import type { FrameChunk } from "../src/core/types.js";
import { slidingFrames } from "../src/operators/slidingFrames.js";
import { marbles } from "./marbles.js";

/** Frames of two features: the frame's number, and its negative. */
const frames = (first: number, rows: number) => ({
  data: Float32Array.from({ length: rows * 2 }, (_, i) => (i % 2 ? -1 : 1) * (first + Math.floor(i / 2))),
  rows,
  cols: 2,
});
const chunk = (first: number, rows: number): FrameChunk => ({ frames: frames(first, rows), receivedMs: first });
const geometry = { sampleRate: 100, hopLength: 10, windowFrames: 3, stepFrames: 2, windowSamples: 45 };
const window = (first: number, receivedMs: number) => ({
  startSec: first / 10,
  endSec: first / 10 + 0.45,
  frames: frames(first, 3),
  receivedMs,
});

describe("slidingFrames", () => {
  it("gives windows of frames with the times of their audio", () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("a-b-c-|", { a: chunk(0, 2), b: chunk(2, 2), c: chunk(4, 1) });
      expectObservable(source.pipe(slidingFrames(geometry))).toBe("--x-y-|", { x: window(0, 2), y: window(2, 4) });
      expectSubscriptions(source.subscriptions).toBe("^-----!");
    });
  });

  it("passes errors on and leaves an unfinished window at the end", () => {
    marbles().run(({ cold, expectObservable }) => {
      expectObservable(cold("a-#", { a: chunk(0, 2) }).pipe(slidingFrames(geometry))).toBe("--#");
      expectObservable(cold("a-|", { a: chunk(0, 2) }).pipe(slidingFrames(geometry))).toBe("--|");
    });
  });

  it("cuts the same windows under any chunking, with steps shorter and longer than a window, as copies and as views", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 6 }), (rows, stepFrames) => {
        const shape = { ...geometry, stepFrames };
        const parts = createFrameWindowing(shape);
        let at = 0;
        const got = rows.flatMap((n) => {
          at += n;
          return parts.process({ frames: frames(at - n, n), receivedMs: 0 });
        });
        expect(got).toEqual(frameWindows(frames(0, at), shape));
        const viewing = createFrameWindowing(shape, { views: true });
        let from = 0;
        const read = rows.flatMap((n) => {
          from += n;
          const given = viewing.process({ frames: frames(from - n, n), receivedMs: 0 });
          return given.map((one) => ({ ...one, frames: { ...one.frames, data: one.frames.data.slice() } }));
        });
        expect(read).toEqual(got);
      }),
      { seed: 11 },
    );
  });

  it("asks for whole numbers of frames", () => {
    expect(() => createFrameWindowing({ ...geometry, windowFrames: 0 })).toThrow(
      new RangeError("slidingFrames: windowFrames must be a whole number of at least 1, got 0."),
    );
    expect(() => createFrameWindowing({ ...geometry, stepFrames: 1.5 })).toThrow(
      new RangeError("slidingFrames: stepFrames must be a whole number of at least 1, got 1.5."),
    );
  });
});
