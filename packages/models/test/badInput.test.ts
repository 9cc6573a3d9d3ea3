import { describe, expect, it } from "vitest";
import {
  type Classifier,
  createModel,
  createRandom,
  type Estimator,
  isClassifier,
  isRegressor,
  isTransformer,
  logisticRegression,
  type Matrix,
  modelKinds,
  pipeline,
  type Table,
} from "../src/index.js";
import { columnTransformer, oneHotEncoder, ordinalEncoder, readCsv, tableToMatrix } from "../src/tabular/index.js";
import { hashingVectorizer, tfidfVectorizer } from "../src/text/index.js";

const parts = { estimators: [{ kind: "gaussianNaiveBayes" }, { kind: "decisionTree" }], cv: 2 };
const needs: Record<string, object> = {
  pipeline: { steps: [{ kind: "standardScaler" }, { kind: "logisticRegression" }] },
  stacking: parts,
  voting: { estimators: parts.estimators },
  calibrated: { estimator: { kind: "gaussianNaiveBayes" }, cv: 2 },
  kNeighbors: { nNeighbors: 3 },
  kNeighborsRegressor: { nNeighbors: 3 },
  kMeans: { nClusters: 2 },
  gaussianMixture: { nComponents: 1 },
  truncatedSvd: { nComponents: 1 },
  randomForest: { nEstimators: 5 },
  extraTrees: { nEstimators: 5 },
  randomForestRegressor: { nEstimators: 5 },
  extraTreesRegressor: { nEstimators: 5 },
  histGradientBoosting: { minSamplesLeaf: 2, maxIter: 5 },
  histGradientBoostingRegressor: { minSamplesLeaf: 2, maxIter: 5 },
  adaBoost: { nEstimators: 3 },
  bagging: { nEstimators: 3 },
  selectColumns: { by: "variance" },
};
/** Kinds that eat numbers; the others eat texts, tables or tensors, or change the samples. */
const numeric = Object.keys(modelKinds).filter(
  (kind) =>
    !/Vectorizer|Encoder|columnTransformer|neural|spectrogram|frameCorrelation|Sampler|smote|Duplicates/.test(kind),
);
/** Singular covariances are refused with a sentence, as scikit-learn does. */
const mayRefuse = /quadraticDiscriminant/;
const y = ["a", "b", "a", "b", "a", "b", "b", "a"];
const targets = [1, 2, 1.5, 2.5, 1.2, 2.2, 2.4, 0.9];
const rng = createRandom(3);
const matrix = (cols: number, value: (i: number, j: number) => number): Matrix => ({
  data: Float64Array.from({ length: y.length * cols }, (_, at) => value(Math.floor(at / cols), at % cols)),
  rows: y.length,
  cols,
});

async function outputs(model: Estimator, x: Matrix): Promise<ArrayLike<number>> {
  if (isClassifier(model)) return (await (await model.fit(x, y)).predictProba(x)).data;
  if (isRegressor(model)) return (await model.fit(x, targets)).predict(x);
  if (!isTransformer(model)) throw new TypeError(`${model.kind} neither predicts nor transforms.`);
  await model.fit(x, y);
  const z = await model.transform(x);
  return "values" in z && !Array.isArray(z) ? (z.values as Float64Array) : (z as Matrix).data;
}

describe.each(numeric)("%s", (kind) => {
  const make = () => createModel(kind, (needs[kind] ?? {}) as Record<string, unknown>);
  const survives = async (x: Matrix): Promise<void> => {
    const model = await make();
    try {
      expect(Array.from(await outputs(model, x)).every(Number.isFinite)).toBe(true);
    } catch (error) {
      if (!mayRefuse.test(kind)) throw error;
      expect(error).toBeInstanceOf(RangeError);
    }
  };

  it("takes more columns than rows", () =>
    survives(matrix(20, (i, j) => Math.abs(rng.normal()) + (i % 2) * Number(j < 3))));

  it("takes columns that do not vary", () =>
    survives(matrix(3, (i, j) => (j === 1 ? 7 : Math.abs(Math.sin(3 * i + j)) + (i % 2)))));

  it("names the row and the column of what is not finite, even where missing values are welcome", async () => {
    const x = matrix(3, (i, j) => (i === 5 && j === 2 ? Number.POSITIVE_INFINITY : 1 + i + j));
    const model = await make();
    await expect((async () => outputs(model, x))()).rejects.toThrow(
      // What draws or parts the samples counts those that a part got.
      /bagging|stacking|calibrated/.test(kind)
        ? /got Infinity at row \d, column 2\./
        : /got Infinity at row 5, column 2\./,
    );
  });
});

describe("tables", () => {
  const table = readCsv("job,age\nclerk,30\ncook,40\nclerk,50\n");

  it("with ragged rows are refused with the line", () => {
    expect(() => readCsv("a,b\n1,2\n3,4,5\n")).toThrow(
      new RangeError("readCsv: line 3 has 3 cells, 2 were expected (a, b …)."),
    );
  });

  it("keep a column as text when a single known cell is none", () => {
    const mixed = readCsv("a\n1\n2\nthree\n");
    expect(mixed.columns[0].type).toBe("text");
    expect(() => tableToMatrix(mixed)).toThrow(new TypeError('tableToMatrix: column "a" holds text; encode it first.'));
  });

  it("with categories that were not there when fitting are refused with row and column, or taken as told", () => {
    const later = readCsv("job,age\nclerk,30\nsmith,40\n");
    const message = (kind: string) =>
      `${kind}: column "job" has "smith" in row 1, which was not there when fitting; set handleUnknown.`;
    const ageless = (t: Table): Table => ({ ...t, columns: t.columns.slice(0, 1) });
    expect(() => ordinalEncoder().fit(ageless(table)).transform(ageless(later))).toThrow(message("ordinalEncoder"));
    expect(() => oneHotEncoder().fit(ageless(table)).transform(ageless(later))).toThrow(message("oneHotEncoder"));
    const taken = oneHotEncoder({ handleUnknown: "ignore" }).fit(ageless(table)).transform(ageless(later));
    expect([...taken.data]).toEqual([1, 0, 0, 0]);
  });

  it("without words are fine for encoders of words", async () => {
    const parts = [
      { columns: "continuous" as const },
      { columns: "discrete" as const },
      { columns: "text" as const, transformer: oneHotEncoder() },
    ];
    const ages = readCsv("age\n30\n40\n50\n");
    const model = columnTransformer(parts);
    expect([...(await model.fitTransform(ages)).data]).toEqual([30, 40, 50]);
    expect(model.widths).toEqual([0, 1, 0]);
  });

  it("with one class to learn are refused", () => {
    expect(() =>
      logisticRegression().fit(
        matrix(2, (i, j) => i + j),
        y.map(() => "paid"),
      ),
    ).toThrow(new RangeError('logisticRegression: y must hold at least two classes, got only "paid".'));
  });
});

describe("texts", () => {
  const texts = ["good film", "bad film", "", "  \n ", "good", "bad bad", "a film", "good plot"];

  it("may be empty: they get the odds of a text that says nothing", async () => {
    const model = (await pipeline(tfidfVectorizer(), logisticRegression()).fit(texts, y)) as Classifier;
    const { data } = await model.predictProba(["", " ", "unheard-of"]);
    expect(data[0]).toBeGreaterThan(0);
    expect([data[2], data[4]]).toEqual([data[0], data[0]]);
  });

  it("are refused where all of them are empty", () => {
    expect(() => tfidfVectorizer().fit(["", " "])).toThrow(
      new RangeError("tfidfVectorizer: no n-gram is left of 2 texts; are they empty, or the limits too narrow?"),
    );
  });

  it("may have a million characters", () => {
    const long = "good film and a long story ".repeat(40_000);
    const vectorizer = tfidfVectorizer({ ngramRange: [1, 3] }).fit([...texts, long]);
    const { values, indptr } = vectorizer.transform([long]);
    expect(indptr[1]).toBeGreaterThan(10);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(hashingVectorizer().transform([long, "x".repeat(1_000_000)]).indptr[2]).toBeGreaterThan(3);
  });
});
