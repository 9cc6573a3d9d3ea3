import { describe, expect, it } from "vitest";
import { type LogisticRegression, logisticRegression, restoreModel, type SparseMatrix } from "../src/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

interface Case {
  options: object;
  weights: number[] | null;
  x: number[][];
  y: string[];
  coef: number[][];
  intercept: number[];
  proba: number[][];
  predict: string[];
}
const { cases } = golden<{ cases: Case[] }>("logisticRegression");

describe.each(cases.map((c, i) => [i, c] as const))(
  "logisticRegression, golden case %i",
  (_, { options, weights, ...want }) => {
    const x = matrixOf(want.x);
    const fitted = logisticRegression({ ...options, tol: 1e-9, maxIter: 5000 });
    fitted.fit(x, want.y, weights ? { sampleWeight: weights } : {});

    it("finds scikit-learn's coefficients", () => {
      expectClose(fitted.coef.data, want.coef.flat(), 1e-6);
      expectClose(fitted.intercept, want.intercept, 1e-6);
    });

    it("predicts scikit-learn's classes and probabilities", () => {
      expect(fitted.predict(x)).toEqual(want.predict);
      expectClose(fitted.predictProba(x).data.subarray(0, want.proba.flat().length), want.proba.flat(), 1e-6);
    });

    it("fits the same on sparse features", () => {
      const sparse = logisticRegression({ ...options, tol: 1e-9, maxIter: 5000 });
      sparse.fit(sparseOf(want.x), want.y, weights ? { sampleWeight: weights } : {});
      expectClose(sparse.coef.data, [...fitted.coef.data], 1e-7);
    });

    it("predicts the same after a trip through JSON", async () => {
      const copy = (await restoreModel(JSON.parse(JSON.stringify(fitted)))) as LogisticRegression;
      expect(copy.predictProba(x)).toEqual(fitted.predictProba(x));
    });
  },
);

describe("logisticRegression", () => {
  const x = matrixOf([[0], [1], [2], [3]]);

  it("names what is wrong", () => {
    expect(() => logisticRegression().fit(x, ["a", "a", "a", "a"])).toThrow(
      new RangeError('logisticRegression: y must hold at least two classes, got only "a".'),
    );
    expect(() => logisticRegression().fit(x, ["a"])).toThrow(
      new RangeError("logisticRegression: x has 4 samples and y 1."),
    );
    expect(() => logisticRegression({ c: 0 })).toThrow(
      new RangeError("logisticRegression: c must be a number above 0, got 0."),
    );
    expect(() => logisticRegression().predict(x)).toThrow(new Error("logisticRegression: call fit before predict."));
    expect(() => logisticRegression({ classWeight: { z: 1 } }).fit(x, ["a", "b", "a", "b"])).toThrow(
      new RangeError('logisticRegression: classWeight names "z", which is not in y.'),
    );
  });

  it("stops when told to, and stays as it was", () => {
    const model = logisticRegression().fit(x, ["a", "a", "b", "b"]);
    const before = model.getState();
    expect(() => model.fit(x, ["a", "b", "b", "a"], { signal: AbortSignal.abort(new Error("enough")) })).toThrow(
      "enough",
    );
    expect(model.getState()).toEqual(before);
  });
});

function sparseOf(rows: number[][]): SparseMatrix {
  const kept = rows.map((row) => row.map((v, j) => [j, v]).filter(([, v]) => v !== 0));
  const indptr = new Int32Array(rows.length + 1);
  for (const [i, row] of kept.entries()) indptr[i + 1] = indptr[i] + row.length;
  return {
    indptr,
    indices: Int32Array.from(kept.flat(), ([j]) => j),
    values: Float64Array.from(kept.flat(), ([, v]) => v),
    rows: rows.length,
    cols: rows[0].length,
  };
}
