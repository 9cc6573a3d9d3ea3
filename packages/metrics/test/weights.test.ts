import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brierScore,
  cohenKappa,
  confusionMatrix,
  equalErrorRate,
  fitIsotonic,
  jaccard,
  logLoss,
  matthewsCorrelation,
  meanAbsoluteError,
  minCllr,
  minDcf,
  precisionRecallF1,
  r2Score,
  rocAuc,
  rocCurve,
} from "../src/index.js";
import { expectClose } from "./golden.js";

fc.configureGlobal({ seed: 25 });

const item = fc.record({
  y: fc.constantFrom(0, 1),
  p: fc.constantFrom(0, 1),
  score: fc.integer({ min: 0, max: 20 }).map((s) => s / 20),
  times: fc.integer({ min: 0, max: 4 }),
});
const items = fc
  .array(item, { minLength: 4, maxLength: 30 })
  .filter((list) => new Set(list.filter((i) => i.times > 0).map((i) => i.y)).size === 2);

type Item = { y: number; p: number; score: number; times: number };

const figures: Record<string, (list: Item[], sampleWeight?: number[]) => number | ArrayLike<number>> = {
  accuracy: (l, sampleWeight) =>
    accuracy(
      l.map((i) => i.y),
      l.map((i) => i.p),
      { sampleWeight },
    ),
  balancedAccuracy: (l, sampleWeight) =>
    balancedAccuracy(
      l.map((i) => i.y),
      l.map((i) => i.p),
      { sampleWeight },
    ),
  confusionMatrix: (l, sampleWeight) =>
    confusionMatrix(
      l.map((i) => i.y),
      l.map((i) => i.p),
      { sampleWeight, labels: [0, 1] },
    ).data,
  cohenKappa: (l, sampleWeight) =>
    cohenKappa(
      l.map((i) => i.y),
      l.map((i) => i.p),
      { sampleWeight, labels: [0, 1] },
    ),
  f1: (l, sampleWeight) =>
    precisionRecallF1(
      l.map((i) => i.y),
      l.map((i) => i.p),
      { sampleWeight, labels: [0, 1] },
    ).f1,
  jaccard: (l, sampleWeight) =>
    jaccard(
      l.map((i) => i.y),
      l.map((i) => i.p),
      { sampleWeight, labels: [0, 1] },
    ),
  matthewsCorrelation: (l, sampleWeight) =>
    matthewsCorrelation(
      l.map((i) => i.y),
      l.map((i) => i.p),
      { sampleWeight },
    ),
  logLoss: (l, sampleWeight) =>
    logLoss(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight, labels: [0, 1] },
    ),
  brierScore: (l, sampleWeight) =>
    brierScore(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight, labels: [0, 1] },
    ),
  rocAuc: (l, sampleWeight) =>
    rocAuc(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ),
  rocCurve: (l, sampleWeight) =>
    rocCurve(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight, dropIntermediate: false },
    ).tpr,
  averagePrecision: (l, sampleWeight) =>
    averagePrecision(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ),
  equalErrorRate: (l, sampleWeight) =>
    equalErrorRate(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ).eer,
  convexHull: (l, sampleWeight) =>
    equalErrorRate(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight, method: "convexHull" },
    ).eer,
  minDcf: (l, sampleWeight) =>
    minDcf(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ).minDcf,
  minCllr: (l, sampleWeight) =>
    minCllr(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ),
  isotonic: (l, sampleWeight) =>
    fitIsotonic(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ).probabilities,
  meanAbsoluteError: (l, sampleWeight) =>
    meanAbsoluteError(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ),
  r2Score: (l, sampleWeight) =>
    r2Score(
      l.map((i) => i.y),
      l.map((i) => i.score),
      { sampleWeight },
    ),
};

describe.each(Object.keys(figures))("%s", (name) => {
  const figure = figures[name];

  it("takes a weight of k for the same item k times, and of 0 for none", () => {
    fc.assert(
      fc.property(items, (list) => {
        const repeated = list.flatMap((i) => new Array<Item>(i.times).fill(i));
        const got = figure(
          list,
          list.map((i) => i.times),
        );
        const want = figure(repeated);
        expectClose(got, typeof want === "number" ? want : Array.from(want), 1e-10);
      }),
      { numRuns: 60 },
    );
  });

  it("does not care for the order of the items", () => {
    fc.assert(
      fc.property(items, (list) => {
        const want = figure(list);
        expectClose(figure([...list].reverse()), typeof want === "number" ? want : Array.from(want), 1e-10);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves its input as it is", () => {
    const list: Item[] = Object.freeze([
      { y: 0, p: 1, score: 0.25, times: 2 },
      { y: 1, p: 1, score: 0.5, times: 1 },
    ]) as unknown as Item[];
    const weights = Object.freeze([2, 1]) as unknown as number[];
    expect(() => figure(list, weights)).not.toThrow();
  });
});
