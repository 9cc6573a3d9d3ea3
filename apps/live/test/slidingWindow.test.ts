import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../src/core/types.js";
import { createSlidingWindow } from "../src/core/windowing.js";
import { slidingWindow } from "../src/operators/slidingWindow.js";
import { marbles } from "./marbles.js";

/** Samples first, first + 1, … at 10 Hz: a sample's value is its index. */
const chunk = (first: number, length: number, receivedMs = first): AudioChunk => ({
  startSec: first / 10,
  sampleRate: 10,
  samples: Float32Array.from({ length }, (_, i) => first + i),
  receivedMs,
});
const window = (first: number, length: number, receivedMs: number, silent = 0) => ({
  startSec: first / 10,
  endSec: (first + length) / 10,
  sampleRate: 10,
  samples: Float32Array.from({ length }, (_, i) => (i < length - silent ? first + i : 0)),
  receivedMs,
});

describe("slidingWindow", () => {
  it("gives overlapping windows with their times, as soon as each is complete", () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("a-b-c|", { a: chunk(0, 3), b: chunk(3, 1), c: chunk(4, 3) });
      expectObservable(source.pipe(slidingWindow({ windowSec: 0.4, stepSec: 0.2 }))).toBe("--x-y|", {
        x: window(0, 4, 3),
        y: window(2, 4, 4),
      });
      expectSubscriptions(source.subscriptions).toBe("^----!");
    });
  });

  it("drops the tail unless told to pad it with silence", () => {
    marbles().run(({ cold, expectObservable }) => {
      const values = { a: chunk(0, 5) };
      const options = { windowSec: 0.4, stepSec: 0.4 };
      expectObservable(cold("a|", values).pipe(slidingWindow(options))).toBe("x|", { x: window(0, 4, 0) });
      const padded = cold("a|", values).pipe(slidingWindow({ ...options, tail: "pad" }));
      expectObservable(padded).toBe("x(y|)", { x: window(0, 4, 0), y: window(4, 4, 0, 3) });
    });
  });

  it("pads a stream shorter than a window, but not one that windows cover, nor an empty one", () => {
    marbles().run(({ cold, expectObservable }) => {
      const pad = slidingWindow({ windowSec: 0.4, stepSec: 0.2, tail: "pad" });
      expectObservable(cold("a|", { a: chunk(0, 1) }).pipe(pad)).toBe("-(x|)", { x: window(0, 4, 0, 3) });
      expectObservable(cold("a|", { a: chunk(0, 4) }).pipe(pad)).toBe("x|", { x: window(0, 4, 0) });
      expectObservable(cold<AudioChunk>("-|").pipe(pad)).toBe("-|");
    });
  });

  it("skips audio when the step is longer than the window", () => {
    const windows = createSlidingWindow({ windowSec: 0.2, stepSec: 0.5 }).process(chunk(0, 13));
    expect(windows.map((w) => [...w.samples])).toEqual([
      [0, 1],
      [5, 6],
      [10, 11],
    ]);
  });

  it("passes errors on, and lets go of its source when unsubscribed", () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const options = { windowSec: 0.2, stepSec: 0.2 };
      expectObservable(cold("a-#", { a: chunk(0, 2) }).pipe(slidingWindow(options))).toBe("x-#", {
        x: window(0, 2, 0),
      });
      const source = cold("a-----", { a: chunk(0, 2) });
      expectObservable(source.pipe(slidingWindow(options)), "^--!").toBe("x--", { x: window(0, 2, 0) });
      expectSubscriptions(source.subscriptions).toBe("^--!");
    });
  });

  it("cuts the same windows under any chunking", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }),
        fc.constantFrom("pad", "drop"),
        (sizes, tail) => {
          const options = { windowSec: 0.7, stepSec: 0.3, tail } as const;
          const total = sizes.reduce((a, b) => a + b, 0);
          const whole = createSlidingWindow(options);
          const want = total === 0 ? [] : [...whole.process(chunk(0, total, 0)), ...whole.flush()];
          const parts = createSlidingWindow(options);
          let at = 0;
          const got = sizes.flatMap((size) => {
            at += size;
            return parts.process(chunk(at - size, size, 0));
          });
          if (total > 0) got.push(...parts.flush());
          expect(got).toEqual(want);
        },
      ),
      { seed: 7 },
    );
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => createSlidingWindow({ windowSec: 0, stepSec: 1 })).toThrow(
      new RangeError("slidingWindow: windowSec must be a positive number, got 0."),
    );
    expect(() => createSlidingWindow({ windowSec: 1, stepSec: Number.NaN })).toThrow(
      new RangeError("slidingWindow: stepSec must be a positive number, got NaN."),
    );
    const changing = createSlidingWindow({ windowSec: 1, stepSec: 1 });
    changing.process(chunk(0, 1));
    expect(() => changing.process({ ...chunk(1, 1), sampleRate: 11 })).toThrow(
      new RangeError("slidingWindow: the sample rate must not change, was 10 and became 11."),
    );
  });
});
