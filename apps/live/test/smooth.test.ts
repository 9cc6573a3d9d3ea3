import { describe, expect, it } from "vitest";
import { createSmoothing } from "../src/core/smoothing.js";
import type { Prediction } from "../src/core/types.js";
import { smooth } from "../src/operators/smooth.js";
import { marbles } from "./marbles.js";

const at = (startSec: number, p: number): Prediction => ({
  startSec,
  endSec: startSec + 1,
  probabilities: [p, 1 - p],
  receivedMs: 0,
});

describe("smooth", () => {
  it("averages the predictions of the last latencySec, at the start as many as there are", () => {
    marbles().run(({ cold, expectObservable }) => {
      const source = cold("a-b-c-d|", { a: at(0, 0), b: at(0.25, 1), c: at(0.5, 0.5), d: at(0.75, 1) });
      expectObservable(source.pipe(smooth({ latencySec: 0.25, stepSec: 0.25 }))).toBe("a-b-c-d|", {
        a: at(0, 0),
        b: at(0.25, 0.5),
        c: at(0.5, 0.75),
        d: at(0.75, 0.75),
      });
    });
  });

  it("forgets what lies before a gap, and changes nothing without latency", () => {
    const smoothing = createSmoothing({ latencySec: 0.5, stepSec: 0.25 });
    smoothing.process(at(0, 0));
    expect(smoothing.process(at(2, 1))).toEqual(at(2, 1));
    const plain = createSmoothing({ latencySec: 0, stepSec: 0.25 });
    plain.process(at(0, 0));
    expect(plain.process(at(0.25, 1))).toEqual(at(0.25, 1));
  });

  it("counts the same votes however the times were rounded", () => {
    const smoothing = createSmoothing({ latencySec: 0.3, stepSec: 0.1 });
    const counted = Array.from({ length: 100 }, (_, i) => smoothing.process(at(i * 0.1, i % 4 === 0 ? 1 : 0)));
    for (const { probabilities } of counted.slice(3)) expect(probabilities[0]).toBeCloseTo(0.25, 12);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => createSmoothing({ latencySec: -1, stepSec: 1 })).toThrow(
      new RangeError("smooth: latencySec must be in [0, 60], got -1."),
    );
    expect(() => createSmoothing({ latencySec: 1, stepSec: 0 })).toThrow(
      new RangeError("smooth: stepSec must be a positive number, got 0."),
    );
  });
});
