import { describe, expect, it } from "vitest";
import {
  type Classifier,
  createRandom,
  decisionTree,
  extraTrees,
  type Forest,
  histGradientBoosting,
  type Matrix,
  randomForest,
  restoreModel,
  selectSamples,
} from "../src/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

interface Case {
  options: object;
  x: (number | null)[][];
  y: string[];
  fitted: number;
  weights?: number[] | null;
  proba: number[][];
  importances: number[];
  nodes: number;
}
const { trees, boosted } = golden<{ trees: Case[]; boosted: Case[] }>("trees");
const first = (x: Matrix, n: number) =>
  selectSamples(
    x,
    Array.from({ length: n }, (_, i) => i),
  );

describe.each(trees.map((c) => [JSON.stringify(c.options), c] as const))("decisionTree %s", (_, want) => {
  const x = matrixOf(want.x);
  const model = decisionTree(want.options).fit(first(x, want.fitted), want.y.slice(0, want.fitted));

  it("grows scikit-learn's tree", () => {
    expect(model.trees.feature).toHaveLength(want.nodes);
    expectClose(model.predictProba(x).data, want.proba.flat(), 1e-9);
    expectClose(model.featureImportances, want.importances, 1e-9);
  });

  it("predicts the same after a trip through JSON", async () => {
    const copy = (await restoreModel(JSON.parse(JSON.stringify(model)))) as Forest;
    expect(copy.predictProba(x)).toEqual(model.predictProba(x));
  });
});

describe.each(boosted.map((c) => [JSON.stringify(c.options), c] as const))("histGradientBoosting %s", (_, want) => {
  const x = matrixOf(want.x);
  const weights = want.weights?.slice(0, want.fitted);
  const model = histGradientBoosting(want.options);
  model.fit(first(x, want.fitted), want.y.slice(0, want.fitted), weights ? { sampleWeight: weights } : {});

  it("gives scikit-learn's probabilities", () => {
    const { data, cols } = model.predictProba(x);
    const third = Array.from({ length: want.proba.length }, (_, i) => [
      ...data.subarray(3 * i * cols, (3 * i + 1) * cols),
    ]);
    expectClose(third.flat(), want.proba.flat(), 1e-6);
  });

  it("predicts the same after a trip through JSON", async () => {
    const copy = (await restoreModel(JSON.parse(JSON.stringify(model)))) as Classifier<Matrix>;
    expect(await copy.predictProba(x)).toEqual(model.predictProba(x));
  });
});

/** Two moons: no line separates them. */
function moons(n: number, seed: number) {
  const rng = createRandom(seed);
  const rows = Array.from({ length: n }, (_, i) => {
    const angle = rng.next() * Math.PI;
    const upper = i % 2 === 0;
    const noise = () => 0.15 * rng.normal();
    return upper
      ? [Math.cos(angle) + noise(), Math.sin(angle) + noise()]
      : [1 - Math.cos(angle) + noise(), 0.5 - Math.sin(angle) + noise()];
  });
  return { x: matrixOf(rows), y: rows.map((_, i) => (i % 2 === 0 ? "up" : "down")) };
}
const train = moons(600, 1);
const test = moons(400, 2);
const accuracy = (model: { predict(x: Matrix): string[] }) =>
  model.predict(test.x).filter((label, i) => label === test.y[i]).length / test.y.length;

describe("forests", () => {
  it("are the same for weights of one half, which are counted the general way", () => {
    const sampleWeight = train.y.map(() => 0.5);
    for (const options of [{}, { minSamplesLeaf: 7, maxBins: 16 }]) {
      const make = () => randomForest({ nEstimators: 20, ...options });
      const { trees, featureImportances } = make().fit(train.x, train.y, { sampleWeight });
      const whole = make().fit(train.x, train.y);
      expect(whole.trees).toEqual(trees);
      expect(whole.featureImportances).toEqual(featureImportances);
    }
  });

  it("tell two moons apart", () => {
    expect(accuracy(randomForest({ nEstimators: 60 }).fit(train.x, train.y))).toBeGreaterThan(0.95);
    expect(accuracy(extraTrees({ nEstimators: 60 }).fit(train.x, train.y))).toBeGreaterThan(0.95);
    expect(accuracy(histGradientBoosting().fit(train.x, train.y))).toBeGreaterThan(0.95);
  });

  it("grow the same trees from the same seed, others from another", () => {
    const proba = (seed: number) => randomForest({ nEstimators: 5, seed }).fit(train.x, train.y).predictProba(test.x);
    expect(proba(3)).toEqual(proba(3));
    expect(proba(3)).not.toEqual(proba(4));
  });

  it("learn training samples by heart unless told to keep leaves large", () => {
    const tree = decisionTree().fit(train.x, train.y);
    expect(tree.predict(train.x)).toEqual(train.y);
    const { trees } = decisionTree({ minSamplesLeaf: 50 }).fit(train.x, train.y);
    expect(trees.feature.length).toBeLessThan(2 * (600 / 50));
  });

  it("do not depend on the scale of a column", () => {
    const stretched = { ...train.x, data: train.x.data.map((v, i) => (i % 2 ? v : Math.exp(v))) };
    const plain = randomForest({ nEstimators: 4 }).fit(train.x, train.y).predict(train.x);
    expect(randomForest({ nEstimators: 4 }).fit(stretched, train.y).predict(stretched)).toEqual(plain);
  });

  it("count a sample of weight two as two samples", () => {
    const some = first(train.x, 80);
    const y = train.y.slice(0, 80);
    const twice = selectSamples(some, [...Array(80).keys(), ...Array(80).keys()]);
    const heavy = decisionTree({ maxDepth: 3 }).fit(some, y, { sampleWeight: new Float64Array(80).fill(2) });
    expect(heavy.predictProba(test.x)).toEqual(
      decisionTree({ maxDepth: 3 })
        .fit(twice, [...y, ...y])
        .predictProba(test.x),
    );
  });

  it("refuse states whose nodes point astray", async () => {
    const state = JSON.parse(JSON.stringify(decisionTree({ maxDepth: 2 }).fit(train.x, train.y)));
    state.left.data[0] = 0;
    await expect(restoreModel(state)).rejects.toThrow(
      new RangeError("decisionTree: tree 0 of the state is broken at node 0."),
    );
  });

  it("stop when told to", () => {
    const abort = new AbortController();
    const onEpoch = () => abort.abort(new Error("enough"));
    expect(() => randomForest().fit(train.x, train.y, { signal: abort.signal, onEpoch })).toThrow("enough");
  });
});

describe("histGradientBoosting", () => {
  it("stops early when a held-out part gains no more", () => {
    const noise = { ...train.x, data: train.x.data.map((_, i) => Math.sin(i * 12.9898) % 1) };
    const model = histGradientBoosting({ earlyStopping: "on", nIterNoChange: 3 }).fit(noise, train.y);
    expect(model.iterations).toBeLessThan(40);
    const validation = { x: test.x, y: test.y };
    const given = histGradientBoosting({ earlyStopping: "on", maxIter: 400 }).fit(train.x, train.y, { validation });
    expect(given.iterations).toBeLessThan(400);
  });

  it("keeps monotonic constraints", () => {
    const model = histGradientBoosting({ monotonicConstraints: [-1, 1], minSamplesLeaf: 5 }).fit(train.x, train.y);
    const line = Array.from({ length: 50 }, (_, i) => [0.3, -1 + i / 20]);
    const scores = model.decisionFunction(matrixOf(line)).data;
    for (let i = 1; i < 50; i++) expect(scores[i]).toBeGreaterThanOrEqual(scores[i - 1]);
  });

  it("names what is wrong", () => {
    const many = matrixOf(Array.from({ length: 300 }, (_, i) => [i]));
    const y = Array.from({ length: 300 }, (_, i) => (i % 2 ? "a" : "b"));
    expect(() => histGradientBoosting({ categoricalFeatures: [0] }).fit(many, y)).toThrow(
      new RangeError("histGradientBoosting: column 0 has 300 categories, at most 255 fit; encode it instead."),
    );
    expect(() => histGradientBoosting({ categoricalFeatures: [4] }).fit(many, y)).toThrow(
      new RangeError("histGradientBoosting: categoricalFeatures names column 4 of 1."),
    );
    expect(() => histGradientBoosting({ monotonicConstraints: [1, 0] }).fit(many, y)).toThrow(
      /^histGradientBoosting: monotonicConstraints must have a number for each of 1 columns/,
    );
    const infinite = { ...many, data: many.data.map((v) => (v === 3 ? Infinity : v)) };
    expect(() => histGradientBoosting().fit(infinite, y)).toThrow(
      new RangeError("histGradientBoosting: x must be finite, got Infinity at row 3, column 0."),
    );
  });
});
