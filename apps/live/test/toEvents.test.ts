import { describe, expect, it } from "vitest";
import { createEventDetection, type EventOptions } from "../src/core/eventDetection.js";
import type { Prediction } from "../src/core/types.js";
import { toEvents } from "../src/operators/toEvents.js";
import { marbles } from "./marbles.js";

const at = (endSec: number, ...probabilities: number[]): Prediction => ({
  startSec: endSec - 1,
  endSec,
  probabilities,
  receivedMs: 0,
});
const options: EventOptions = { classes: ["dog", "rain", "quiet"], threshold: 0.8, releaseThreshold: 0.5, minMs: 200 };

/** One prediction each tenth of a second. */
const run = (rows: number[][], given: Partial<EventOptions> = {}) => {
  const detection = createEventDetection({ ...options, ...given });
  return [...rows.flatMap((row, i) => detection.process(at(i / 10, ...row))), ...detection.flush()];
};

describe("toEvents", () => {
  it("starts once the probability stayed up, ends once it stayed down, and tells when each began", () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold("abcdefgh|", {
        a: at(1, 0.9, 0.1, 0),
        b: at(1.1, 0.9, 0.1, 0),
        c: at(1.2, 0.95, 0.05, 0),
        d: at(1.3, 0.6, 0.4, 0),
        e: at(1.4, 0.4, 0.6, 0),
        f: at(1.5, 0.4, 0.6, 0),
        g: at(1.6, 0.4, 0.6, 0),
        h: at(1.7, 0.4, 0.6, 0),
      });
      expectObservable(source.pipe(toEvents(options))).toBe("--s---e-|", {
        s: { kind: "start", label: "dog", startSec: 1, probability: 0.95 },
        e: { kind: "end", label: "dog", startSec: 1, endSec: 1.4, probability: 0.95 },
      });
      expectSubscriptions(source.subscriptions).toBe("^-------!");
    });
  });

  it("takes a threshold as reached when equal", () => {
    expect(run([[0.8, 0, 0.2]], { minMs: 0 })[0]).toMatchObject({ kind: "start", label: "dog" });
    expect(run([[0.7999, 0, 0.2]], { minMs: 0 })).toEqual([]);
  });

  it("does not start on a single spike nor end on a single dip", () => {
    const spike = [0.9, 0, 0.1];
    const quiet = [0.1, 0, 0.9];
    expect(run([quiet, spike, quiet, quiet], { ignore: ["quiet"] })).toEqual([]);
    const events = run([spike, spike, spike, quiet, spike, spike], { ignore: ["quiet"] });
    expect(events).toEqual([
      { kind: "start", label: "dog", startSec: 0, probability: 0.9 },
      { kind: "end", label: "dog", startSec: 0, endSec: 0.5, probability: 0.9 },
    ]);
  });

  it("ends one event where the next class starts", () => {
    const dog = [0.9, 0.1, 0];
    const rain = [0.1, 0.9, 0];
    expect(run([dog, dog, dog, rain, rain, rain], { releaseMs: 1000 })).toEqual([
      { kind: "start", label: "dog", startSec: 0, probability: 0.9 },
      { kind: "end", label: "dog", startSec: 0, endSec: 0.3, probability: 0.9 },
      { kind: "start", label: "rain", startSec: 0.3, probability: 0.9 },
      { kind: "end", label: "rain", startSec: 0.3, endSec: 0.5, probability: 0.9 },
    ]);
  });

  it("ignores the classes it is told to, and an empty stream", () => {
    expect(
      run(
        [
          [0, 0, 1],
          [0, 0, 1],
          [0, 0, 1],
          [0, 0, 1],
        ],
        { ignore: ["quiet"] },
      ),
    ).toEqual([]);
    expect(run([])).toEqual([]);
  });

  it("passes errors on", () => {
    marbles().run(({ cold, expectObservable }) => {
      expectObservable(cold<Prediction>("-#").pipe(toEvents(options))).toBe("-#");
    });
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => createEventDetection({ ...options, threshold: 1.5 })).toThrow(
      new RangeError("toEvents: threshold must be in [0, 1], got 1.5."),
    );
    expect(() => createEventDetection({ ...options, releaseThreshold: 0.9 })).toThrow(
      new RangeError("toEvents: releaseThreshold must be in [0, 0.8], got 0.9."),
    );
    expect(() => createEventDetection({ ...options, minMs: -1 })).toThrow(
      new RangeError("toEvents: minMs must be in [0, 60000], got -1."),
    );
  });
});
