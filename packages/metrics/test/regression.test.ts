import { describe, expect, it } from "vitest";
import {
  explainedVariance,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  pearsonCorrelation,
  r2Score,
  rootMeanSquaredError,
} from "../src/index.js";
import { expectClose, golden } from "./golden.js";

const data = golden("regression");
const { yTrue, yPred, sampleWeight } = data;
const weighted = {
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  medianAbsoluteError,
  meanAbsolutePercentageError,
  r2Score,
  explainedVariance,
};
const all = { ...weighted, maxError, pearsonCorrelation };

describe("regression errors", () => {
  it.each(Object.entries(weighted))("%s equals scikit-learn's, with and without weights", (name, f) => {
    expectClose(f(yTrue, yPred), data[name].plain);
    expectClose(f(yTrue, yPred, { sampleWeight }), data[name].weighted);
  });

  it("equal the largest error and the correlation", () => {
    expectClose(maxError(yTrue, yPred), data.maxError);
    expectClose(pearsonCorrelation(yTrue, yPred), data.pearson);
  });

  it("take the middle of an odd and of an even number of errors", () => {
    expect(medianAbsoluteError([0, 0, 0], [1, 5, 2])).toBe(2);
    expect(medianAbsoluteError([0, 0], [1, 4])).toBe(2.5);
  });

  it("judge constant truth by whether it is hit", () => {
    expect(r2Score([2, 2], [2, 2])).toBe(1);
    expect(r2Score([2, 2], [2, 3])).toBe(0);
    expect(pearsonCorrelation([1, 1], [1, 2])).toBeNaN();
  });

  it.each(Object.entries(all))("%s says what is wrong", (name, f) => {
    expect(() => f([1], [1, 2])).toThrow(new RangeError(`${name}: yTrue has 1 items and yPred 2.`));
    expect(() => f([], [])).toThrow(new RangeError(`${name}: yTrue must hold at least one item, got 0.`));
    expect(() => f([1], [Number.NaN])).toThrow(new RangeError(`${name}: yPred must be finite, got NaN at index 0.`));
  });
});
