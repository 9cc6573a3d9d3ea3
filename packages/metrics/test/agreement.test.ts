import { describe, expect, it } from "vitest";
import { brierScore, cohenKappa, jaccard, matthewsCorrelation, topKAccuracy } from "../src/index.js";
import { expectClose, golden, weightOf } from "./golden.js";

const { cases, top, brier } = golden("agreement");

describe.each(cases as (typeof cases)[number][])("agreement on $name", (c) => {
  const options = weightOf(c.sampleWeight);

  it("equals scikit-learn's kappa, Matthews and Jaccard", () => {
    expectClose(cohenKappa(c.yTrue, c.yPred, options), c.kappa);
    expectClose(cohenKappa(c.yTrue, c.yPred, { ...options, weights: "linear" }), c.kappaLinear);
    expectClose(cohenKappa(c.yTrue, c.yPred, { ...options, weights: "quadratic" }), c.kappaQuadratic);
    expectClose(matthewsCorrelation(c.yTrue, c.yPred, options), c.matthews);
    for (const average of ["micro", "macro", "weighted"] as const) {
      expectClose(jaccard(c.yTrue, c.yPred, { ...options, average }), c[`jaccard_${average}`]);
    }
  });
});

describe("topKAccuracy", () => {
  const yScore = { data: top.yScore.flat(), rows: 40, cols: 5 };

  it("equals scikit-learn's, ties and weights included", () => {
    for (const k of [1, 2, 3]) expectClose(topKAccuracy(top.yTrue, yScore, { k }), top[`top${k}`]);
    expectClose(topKAccuracy(top.yTrue, yScore, { sampleWeight: top.sampleWeight }), top.weighted);
    expect(topKAccuracy(top.yTrue, yScore, { k: 5 })).toBe(1);
  });

  it("says what is wrong", () => {
    const x = { data: [0.1, 0.9], rows: 1, cols: 2 };
    expect(() => topKAccuracy(["a"], x, { k: 0, labels: ["a", "b"] })).toThrow(
      new RangeError("topKAccuracy: k must be a whole number of at least 1, got 0."),
    );
    expect(() => topKAccuracy(["a"], x)).toThrow(
      new RangeError("topKAccuracy: yScore has 2 columns and there are 1 classes; name the columns with labels."),
    );
    expect(() => topKAccuracy(["c"], x, { labels: ["a", "b"] })).toThrow(
      new RangeError('topKAccuracy: class "c" is not among the labels.'),
    );
    expect(() => topKAccuracy(["a"], { ...x, data: [0.1, Number.NaN] }, { labels: ["a", "b"] })).toThrow(
      new RangeError("topKAccuracy: yScore must not be NaN, is at index 1."),
    );
  });
});

describe("brierScore", () => {
  it("equals scikit-learn's on several classes and on two", () => {
    const proba = { data: brier.proba.flat(), rows: 40, cols: 5 };
    expectClose(brierScore(brier.yTrue, proba), brier.value);
    expectClose(brierScore(brier.yTrue, proba, { sampleWeight: top.sampleWeight }), brier.weighted);
    expectClose(brierScore(brier.yTrue, proba, { scaleByHalf: true }), brier.halved);
    expectClose(brierScore(brier.two.yTrue, brier.two.proba), brier.two.value);
  });
});
