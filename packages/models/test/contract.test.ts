import { describe, expect, it } from "vitest";
import {
  type Classifier,
  createModel,
  createRandom,
  type Estimator,
  type Features,
  isClassifier,
  isTransformer,
  modelKinds,
  packModel,
  type Regressor,
  restoreModel,
  type Table,
  type Transformer,
  unpackModel,
} from "../src/index.js";
import { matrixOf } from "./golden.js";

const rng = createRandom(5);
const rows = Array.from({ length: 48 }, (_, i) => [
  rng.normal() + (i % 3),
  2 * rng.normal() - (i % 3),
  Math.abs(rng.normal()),
]);
const y = rows.map((_, i) => `class${i % 3}`);
const positive = matrixOf(rows.map((row) => row.map((v) => Math.abs(v))));
const texts = y.map((label, i) => `${label} sample ${i} is ${i % 2 ? "odd" : "even"}`);
const table: Table = {
  rows: y.length,
  columns: [
    { name: "number", type: "number", values: Float64Array.from(rows, (row) => row[0]) },
    { name: "letter", type: "text", values: rows.map((_, i) => "abcd"[i % 4]) },
  ],
};

/** What a kind needs to be made, and to be fitted on. */
const needs: Record<string, { options?: object; x?: Features; y?: string[] }> = {
  pipeline: { options: { steps: [{ kind: "standardScaler" }, { kind: "logisticRegression" }] } },
  stacking: { options: { estimators: [{ kind: "gaussianNaiveBayes" }, { kind: "decisionTree" }], cv: 3 } },
  voting: { options: { estimators: [{ kind: "gaussianNaiveBayes" }, { kind: "decisionTree" }] } },
  calibrated: { options: { estimator: { kind: "gaussianNaiveBayes" }, cv: 3 } },
  columnTransformer: { options: { parts: [{ columns: "number" }] }, x: table },
  countVectorizer: { x: texts },
  tfidfVectorizer: { x: texts },
  ordinalEncoder: { x: table },
  oneHotEncoder: { x: table },
  targetEncoder: { x: table, y: y.map((label) => (label === "class0" ? "a" : "b")) },
  naiveBayesWeights: { y: y.map((label) => (label === "class0" ? "a" : "b")) },
  randomForest: { options: { nEstimators: 7 } },
  extraTrees: { options: { nEstimators: 7 } },
  kMeans: { options: { nClusters: 3 } },
  randomForestRegressor: { options: { nEstimators: 7 } },
  extraTreesRegressor: { options: { nEstimators: 7 } },
  bagging: { options: { nEstimators: 4 } },
  adaBoost: { options: { nEstimators: 4 } },
  hashingVectorizer: { x: texts },
  frameCorrelation: {
    x: { data: Float32Array.from({ length: y.length * 12 }, (_, i) => Math.sin(i * i)), shape: [y.length, 6, 2] },
  },
};
const isNumeric = (kind: string): boolean => /Regressor$|^(linearRegression|ridge|lasso|elasticNet|svr)$/.test(kind);
/** Networks have a suite of their own, resamplers neither predict nor transform. */
const kinds = Object.keys(modelKinds).filter(
  (kind) => !/neural|spectrogram|Sampler|smote|Duplicates/.test(kind) && !isNumeric(kind),
);
/** What hashes learns nothing. */
const isStateless = (kind: string): boolean => kind.startsWith("hashing");

const output = async (model: Estimator, x: Features): Promise<unknown> => {
  if (isClassifier(model)) return { proba: await model.predictProba(x), labels: await model.predict(x) };
  return (model as Transformer).transform(x);
};

describe.each(kinds)("%s", (kind) => {
  const { options = {}, x = positive, y: labels = y } = needs[kind] ?? {};
  const make = () => createModel(kind, { ...options }) as Promise<Classifier | Transformer>;

  it("names itself", async () => {
    expect((await make()).kind).toBe(kind);
  });

  it("returns itself from fit, and the same again when fitted again", async () => {
    const model = await make();
    expect(await model.fit(x, labels)).toBe(model);
    const first = await output(model, x);
    await model.fit(x, labels);
    expect(await output(model, x)).toEqual(first);
  });

  it("forgets an earlier fit", async () => {
    const model = await make();
    if (isClassifier(model))
      await model.fit(
        x,
        labels.map((label) => `other ${label}`),
      );
    else await model.fit(x, labels);
    await model.fit(x, labels);
    const fresh = await make();
    await fresh.fit(x, labels);
    expect(await output(model, x)).toEqual(await output(fresh, x));
  });

  it("refuses to predict, transform or be stored before it is fitted", async () => {
    const model = await make();
    if (isStateless(kind)) return expect(await output(model, x)).toEqual(await output(await model.fit(x, labels), x));
    await expect((async () => output(model, x))()).rejects.toThrow(/call fit before \w+\.$/);
    await expect((async () => model.getState())()).rejects.toThrow(/call fit before \w+\.$/);
  });

  it("gives probabilities of the sorted classes, and predicts the most probable", async () => {
    const model = await make();
    await model.fit(x, labels);
    if (!isClassifier(model)) return expect(isTransformer(model)).toBe(true);
    expect(model.classes).toEqual([...new Set(labels)].sort());
    const { data, rows: n, cols } = await model.predictProba(x);
    expect([n, cols]).toEqual([labels.length, model.classes.length]);
    const predicted = await model.predict(x);
    for (let i = 0; i < n; i++) {
      const row = [...data.subarray(i * cols, (i + 1) * cols)];
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      // Votes and Platt's probabilities may differ at the border: an option makes them agree.
      if (kind !== "svc") expect(row[model.classes.indexOf(predicted[i])]).toBeCloseTo(Math.max(...row), 9);
    }
  });

  it("leaves its input alone", async () => {
    const copy = structuredClone(x);
    const model = await make();
    await model.fit(x, labels);
    await output(model, x);
    expect(x).toEqual(copy);
  });

  it("predicts the same from a model folder and from JSON", async () => {
    const model = await make();
    await model.fit(x, labels);
    const want = await output(model, x);
    const { model: unpacked } = await unpackModel<Estimator>(await packModel(model));
    expect(await output(unpacked, x)).toEqual(want);
    expect(await output(await restoreModel(JSON.parse(JSON.stringify(await model.toJSON()))), x)).toEqual(want);
  });

  it("names an option that it does not know", async () => {
    if (kind === "columnTransformer" || kind === "pipeline" || kind === "voting") return;
    await expect(createModel(kind, { ...options, notAnOption: 1 })).rejects.toThrow(/unknown option "notAnOption"/);
  });

  it("refuses labels that do not fit, and no samples at all", async () => {
    const model = await make();
    if (!isClassifier(model)) return;
    await expect((async () => model.fit(x, labels.slice(1)))()).rejects.toThrow(/has 48 samples and y 47/);
    await expect(
      (async () =>
        model.fit(
          x,
          labels.map(() => "same"),
        ))(),
    ).rejects.toThrow(/at least two classes, got only "same"/);
  });

  it("may be disposed of twice", async () => {
    const model = await make();
    await model.fit(x, labels);
    model.dispose();
    expect(() => model.dispose()).not.toThrow();
  });
});

describe.each(Object.keys(modelKinds).filter(isNumeric))("%s", (kind) => {
  const { options = {} } = needs[kind] ?? {};
  const make = () => createModel(kind, { ...options }) as Promise<Regressor>;
  const x = matrixOf(rows);
  const targets = rows.map(([a, b]) => 3 * a - b);

  it("returns itself from fit, forgets an earlier fit, and leaves its input alone", async () => {
    const copy = structuredClone(x);
    const model = await make();
    expect(model.kind).toBe(kind);
    await model.fit(
      x,
      targets.map((v) => -v),
    );
    expect(await model.fit(x, targets)).toBe(model);
    const fresh = await (await make()).fit(x, targets);
    expect(await model.predict(x)).toEqual(await fresh.predict(x));
    expect(x).toEqual(copy);
  });

  it("learns what can be learned", async () => {
    const model = await (await make()).fit(x, targets);
    const mean = targets.reduce((a, b) => a + b, 0) / targets.length;
    const predicted = await model.predict(x);
    const error = targets.reduce((sum, v, i) => sum + (v - predicted[i]) ** 2, 0);
    expect(error).toBeLessThan(0.7 * targets.reduce((sum, v) => sum + (v - mean) ** 2, 0));
  });

  it("refuses to predict or be stored before it is fitted", async () => {
    const model = await make();
    await expect((async () => model.predict(x))()).rejects.toThrow(/call fit before predict\.$/);
    await expect((async () => model.getState())()).rejects.toThrow(/call fit before getState\.$/);
  });

  it("predicts the same from a model folder and from JSON", async () => {
    const model = await (await make()).fit(x, targets);
    const want = await model.predict(x);
    const { model: unpacked } = await unpackModel<Regressor>(await packModel(model));
    expect(await unpacked.predict(x)).toEqual(want);
    const again = (await restoreModel(JSON.parse(JSON.stringify(await model.toJSON())))) as Regressor;
    expect(await again.predict(x)).toEqual(want);
    again.dispose();
    expect(() => again.dispose()).not.toThrow();
  });

  it("names what it does not know or cannot learn", async () => {
    await expect(createModel(kind, { ...options, notAnOption: 1 })).rejects.toThrow(/unknown option "notAnOption"/);
    const model = await make();
    await expect((async () => model.fit(x, targets.slice(1)))()).rejects.toThrow(/has 48 samples and y 47/);
    const broken = [Number.NaN, ...targets.slice(1)];
    await expect((async () => model.fit(x, broken))()).rejects.toThrow(
      /y must be finite numbers, got NaN at sample 0\./,
    );
    await model.fit(x, targets);
    await expect((async () => model.predict(matrixOf([[1]])))()).rejects.toThrow(/fitted on 3 columns, got 1\./);
  });
});

describe("the registry", () => {
  it("names the nearest kind to one it does not know", async () => {
    await expect(createModel("randomForrest")).rejects.toThrow(
      new RangeError('createModel: unknown kind "randomForrest"; did you mean "randomForest"?'),
    );
  });
});
