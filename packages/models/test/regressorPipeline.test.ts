import { describe, expect, it } from "vitest";
import {
  createFactory,
  createRandom,
  crossValidate,
  type Matrix,
  meanSquaredErrorScorer,
  modelKinds,
  pipeline,
  type Regressor,
  r2Scorer,
  ridge,
  search,
  selectSamples,
  standardScaler,
  stratifiedFolds,
} from "../src/index.js";
import { smote } from "../src/tabular/index.js";

const n = 60;
const random = createRandom(5);
const x: Matrix = {
  data: Float64Array.from({ length: n * 3 }, (_, i) => 10 ** (i % 3) * (random.next() - 0.5)),
  rows: n,
  cols: 3,
};
const y = Float64Array.from({ length: n }, (_, i) => 3 * x.data[3 * i] - 0.1 * x.data[3 * i + 1] + 0.1 * random.next());
const make = ({ alpha = 1 }: Record<string, unknown> = {}) =>
  pipeline(standardScaler(), ridge({ alpha: alpha as number }));

describe("pipelines that end in a regressor", () => {
  it("fit each step on what the earlier ones make, and predict the same when restored", async () => {
    const model = await make().fit(x, y);
    const scaler = standardScaler().fit(x);
    const byHand = ridge({ alpha: 1 }).fit(scaler.transform(x), y).predict(scaler.transform(x));
    expect(await model.predict(x)).toEqual(byHand);
    const restored = (await createFactory(modelKinds).restore(await model.getState())) as Regressor;
    expect(await restored.predict(x)).toEqual(byHand);
  });

  it("refuse what evens out classes, and targets that do not fit", async () => {
    expect(() => pipeline(smote() as never, ridge())).toThrow(
      new TypeError("pipeline: smote evens out classes; it cannot stand before ridge."),
    );
    await expect(make().fit(x, [1, 2])).rejects.toThrow(new RangeError("pipeline: x has 60 samples and y 2."));
  });
});

describe("crossValidate and search with numbers", () => {
  it("predict each sample by the model that was not trained on it", async () => {
    const { predictions, scores, mean } = await crossValidate(make, x, y, { cv: 4, seed: 3 });
    for (const [part, { train, test }] of stratifiedFolds(new Int32Array(n), 1, 4, 3).entries()) {
      const of = (index: Int32Array) => Float64Array.from(index, (i) => y[i]);
      const model = await make().fit(selectSamples(x, train), of(train));
      const expected = await model.predict(selectSamples(x, test));
      expect(Float64Array.from(test, (i) => predictions[i])).toEqual(expected);
      expect(scores[part]).toBe(r2Scorer(of(test), expected));
    }
    expect(mean).toBeCloseTo(scores.reduce((a, b) => a + b) / 4, 12);
    expect(mean).toBeGreaterThan(0.9);
  });

  it("keep groups together, and name what cannot be divided", async () => {
    const groups = Array.from(y, (_, i) => `g${i % 6}`);
    const { predictions } = await crossValidate(make, x, y, { cv: 3, groups, scorer: meanSquaredErrorScorer });
    expect(predictions.every(Number.isFinite)).toBe(true);
    await expect(crossValidate(make, x, y, { cv: 7, groups })).rejects.toThrow("6 groups cannot make 7 parts");
    await expect(crossValidate(make, x, y, { cv: 61 })).rejects.toThrow(
      new RangeError("crossValidate: 60 samples cannot make 61 parts."),
    );
    await expect(crossValidate(make, x, y, { cv: 0 })).rejects.toThrow(
      new RangeError("crossValidate: 60 samples cannot make 0 parts."),
    );
    const hole = y.slice();
    hole[7] = Number.NaN;
    await expect(crossValidate(make, x, hole)).rejects.toThrow(
      new RangeError("crossValidate: y must be finite numbers, got NaN at sample 7."),
    );
  });

  it.each(["grid", "halving"] as const)("find the penalty that suits the data by %s", async (strategy) => {
    const { best, trials } = await search(make, { alpha: [1e-3, 10, 1e4] }, x, y, { cv: 3, strategy });
    expect(best.settings).toEqual({ alpha: 1e-3 });
    expect(trials.length).toBeGreaterThanOrEqual(3);
  });
});

describe("scores of numbers", () => {
  it("are one for truth, nothing for the mean, and scikit-learn's in between", () => {
    expect(r2Scorer([3, -0.5, 2, 7], [3, -0.5, 2, 7])).toBe(1);
    expect(r2Scorer([1, 2, 3], [2, 2, 2])).toBe(0);
    // The example of scikit-learn's documentation of r2_score and mean_squared_error.
    expect(r2Scorer([3, -0.5, 2, 7], [2.5, 0, 2, 8])).toBeCloseTo(0.9486081370449679, 12);
    expect(meanSquaredErrorScorer([3, -0.5, 2, 7], [2.5, 0, 2, 8])).toBe(-0.375);
  });
});
