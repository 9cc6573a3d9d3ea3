import { describe, expect, it } from "vitest";
import { areaUnderCurve, averagePrecision, precisionRecallCurve, rocAuc, rocCurve } from "../src/index.js";
import { expectClose, golden, weightOf } from "./golden.js";

const { cases, multi } = golden("precisionRecall");

describe.each(cases as (typeof cases)[number][])("precision and recall on $name", (c) => {
  it("equal scikit-learn's curve and average precision", () => {
    const options = weightOf(c.sampleWeight);
    const curve = precisionRecallCurve(c.yTrue, c.yScore, options);
    expectClose(curve.precision, c.precision);
    expectClose(curve.recall, c.recall);
    expectClose(curve.thresholds, c.thresholds);
    expectClose(averagePrecision(c.yTrue, c.yScore, options), c.averagePrecision);
  });
});

describe("averagePrecision", () => {
  it("of several classes equals scikit-learn's mean of each against the rest", () => {
    const yScore = { data: multi.yScore.flat(), rows: 50, cols: 3 };
    expectClose(averagePrecision(multi.yTrue, yScore), multi.macro);
    expectClose(averagePrecision(multi.yTrue, yScore, { average: "weighted" }), multi.weighted);
    expectClose(averagePrecision(multi.yTrue, yScore, { average: "micro" }), multi.micro);
  });

  it("is 1 when all items are targets and refuses none", () => {
    expect(averagePrecision([1, 1], [0.1, 0.2])).toBe(1);
    expect(() => averagePrecision([0, 0], [0.1, 0.2])).toThrow(
      new RangeError("averagePrecision: yTrue must hold at least one target, got 0."),
    );
  });
});

describe("areaUnderCurve", () => {
  it("gives the ROC area from the curve, in either direction", () => {
    const y = [0, 1, 1, 0, 1, 0];
    const score = [1, 3, 2, 2, 5, 4];
    const { fpr, tpr } = rocCurve(y, score);
    expect(areaUnderCurve(fpr, tpr)).toBeCloseTo(rocAuc(y, score), 15);
    expect(areaUnderCurve([2, 1, 0], [1, 1, 3])).toBe(3);
  });

  it("says what is wrong", () => {
    expect(() => areaUnderCurve([0, 1, 0.5], [1, 1, 1])).toThrow(
      new RangeError("areaUnderCurve: x must rise or fall throughout, but does both."),
    );
  });
});
