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
};
/** Networks have a suite of their own, resamplers neither predict nor transform. */
const kinds = Object.keys(modelKinds).filter((kind) => !/neural|Sampler|smote/.test(kind));

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

describe("the registry", () => {
  it("names the nearest kind to one it does not know", async () => {
    await expect(createModel("randomForrest")).rejects.toThrow(
      new RangeError('createModel: unknown kind "randomForrest"; did you mean "randomForest"?'),
    );
  });
});
