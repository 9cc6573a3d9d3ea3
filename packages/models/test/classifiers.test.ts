import { describe, expect, it } from "vitest";
import {
  createModel,
  gaussianNaiveBayes,
  kNeighbors,
  naiveBayes,
  quadraticDiscriminant,
  type SyncClassifier,
  selectSamples,
} from "../src/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

interface Golden {
  data: Record<string, { x: number[][]; y: string[] }>;
  cases: { kind: string; options: object; data: string; fitted: number; weights: number[] | null; proba: number[][] }[];
}
const { data, cases } = golden<Golden>("classifiers");

describe.each(cases.map((c) => [c.kind, JSON.stringify(c.options), c] as const))("%s %s", (kind, _, want) => {
  const { x: rows, y } = data[want.data];
  const train = matrixOf(rows.slice(0, want.fitted));
  const held = matrixOf(rows.slice(want.fitted));

  it("gives scikit-learn's probabilities", async () => {
    const model = (await createModel(kind, { ...want.options })) as SyncClassifier;
    model.fit(train, y.slice(0, want.fitted), want.weights ? { sampleWeight: want.weights } : {});
    expectClose(model.predictProba(held).data, want.proba.flat(), 1e-8);
  });
});

describe("kNeighbors", () => {
  const x = matrixOf([[0], [1], [10], [11]]);
  const y = ["a", "a", "b", "b"];

  it("gives a training sample its own class when distances weigh", () => {
    const model = kNeighbors({ nNeighbors: 3, weights: "distance" }).fit(x, y);
    expect([...model.predictProba(selectSamples(x, [2])).data]).toEqual([0, 1]);
  });

  it("needs as many samples as neighbours", () => {
    expect(() => kNeighbors().fit(x, y)).toThrow(
      new RangeError("kNeighbors: nNeighbors is 5, but there are only 4 samples."),
    );
  });
});

describe("naiveBayes", () => {
  it("takes no negative counts", () => {
    expect(() => naiveBayes().fit(matrixOf([[1], [-2]]), ["a", "b"])).toThrow(
      new RangeError("naiveBayes: x must not be negative, got -2 at row 1, column 0."),
    );
  });

  it("counts sparse rows as dense ones", () => {
    const { x: rows, y } = data.counts;
    const dense = matrixOf(rows);
    const kept = rows.map((row) => [...row.entries()].filter(([, v]) => v !== 0));
    const indptr = new Int32Array(rows.length + 1);
    for (const [i, row] of kept.entries()) indptr[i + 1] = indptr[i] + row.length;
    const sparse = {
      indptr,
      indices: Int32Array.from(kept.flat(), ([j]) => j),
      values: Float64Array.from(kept.flat(), ([, v]) => v),
      rows: dense.rows,
      cols: dense.cols,
    };
    for (const variant of ["multinomial", "bernoulli", "complement"] as const) {
      const want = naiveBayes({ variant }).fit(dense, y).predictProba(dense);
      expectClose(naiveBayes({ variant }).fit(sparse, y).predictProba(sparse).data, [...want.data], 1e-12);
    }
  });
});

describe("discriminants", () => {
  it("name a class whose covariance has no inverse", () => {
    const flat = matrixOf([
      [1, 2],
      [2, 4],
      [3, 6],
      [0, 1],
      [5, 0],
      [2, 2],
    ]);
    expect(() => quadraticDiscriminant().fit(flat, ["a", "a", "a", "b", "b", "b"])).toThrow(
      'quadraticDiscriminant: the covariance of class "a" is singular; set regParam or use fewer columns.',
    );
  });

  it("separate classes that differ in spread alone", () => {
    const rows = Array.from({ length: 60 }, (_, i) => [
      (i % 2 ? 1 : 8) * Math.sin(i * 1.7),
      (i % 2 ? 1 : 8) * Math.cos(i * 2.3),
    ]);
    const y = rows.map((_, i) => (i % 2 ? "tight" : "wide"));
    const x = matrixOf(rows);
    const right = (model: SyncClassifier) =>
      model
        .fit(x, y)
        .predict(x)
        .filter((label, i) => label === y[i]).length;
    expect(right(quadraticDiscriminant())).toBeGreaterThan(50);
    expect(right(gaussianNaiveBayes())).toBeGreaterThan(50);
  });
});
