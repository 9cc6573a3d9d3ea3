import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bagging,
  type Classifier,
  createModel,
  createRandom,
  decisionTree,
  kNeighbors,
  logisticRegression,
  type Matrix,
  type Regressor,
  randomForestRegressor,
  rfe,
  type SparseMatrix,
  svc,
  type Transformer,
} from "../src/index.js";
import { hashingVectorizer } from "../src/text/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

type Rows = (number | null)[][];
interface Case {
  kind: string;
  options: object;
  data: string;
  fitted: number;
  weighted: boolean;
}
const file = golden<{
  data: Record<string, Rows> & { y: number[]; wideY: number[]; catsY: number[]; weights: number[]; twoY: string[] };
  regressors: (Case & { predicted: number[] })[];
  classifiers: (Case & { proba: number[][] })[];
  decisions: (Case & { coef: number[][]; intercept: number[] })[];
  precomputed: { predict: string[]; decision: number[][] };
  transformers: (Case & { z: Rows })[];
  ranking: Record<string, number[]>;
  texts: string[];
  hashed: { options: object; x: number[][] }[];
}>("estimators");
const { data } = file;
const targets: Record<string, number[]> = { wide: data.wideY, cats: data.catsY };
const labels = (name: string): string[] => data[`${name}Y`] as unknown as string[];
const part = (name: string, to: number): Matrix => matrixOf(data[name].slice(0, to));
/** Rows as compressed sparse rows. */
function sparse(x: Matrix): SparseMatrix {
  const indptr = new Int32Array(x.rows + 1).map((_, i) => i * x.cols);
  const indices = Int32Array.from(x.data, (_, i) => i % x.cols);
  return { indptr, indices, values: x.data, rows: x.rows, cols: x.cols };
}

/** How close a kind comes; the others within 1e-8. */
const tolerance: Record<string, number> = {
  svr: 1e-4,
  lasso: 1e-6,
  elasticNet: 1e-6,
  logisticRegression: 1e-5,
  powerTransformer: 1e-5,
  iterativeImputer: 1e-6,
  histGradientBoostingRegressor: 1e-6,
  pca: 1e-6,
};
const within = (kind: string): number => tolerance[kind] ?? 1e-8;

describe("regressors predict what scikit-learn's do", () => {
  it.each(file.regressors)("$kind $options", async ({ kind, options, data: name, fitted, weighted, predicted }) => {
    const model = (await createModel(kind, options as Record<string, unknown>)) as Regressor;
    const whole = matrixOf(data[name]);
    const kernel = name === "kernel";
    const x = kernel ? matrixOf(data.kernel.map((row) => row.slice(0, fitted))) : whole;
    const train = kernel
      ? matrixOf(data.kernel.slice(0, fitted).map((row) => row.slice(0, fitted)))
      : part(name, fitted);
    const y = (targets[name] ?? data.y).slice(0, fitted);
    const options2 = weighted ? { sampleWeight: data.weights.slice(0, fitted) } : {};
    await model.fit(train, y, options2);
    expectClose(await model.predict(x), predicted, within(kind));
    if (!/linearRegression|ridge|lasso|elasticNet/.test(kind)) return;
    await model.fit(sparse(train), y, options2);
    expectClose(await model.predict(sparse(x)), predicted, 1e-6);
  });
});

describe("classifiers give scikit-learn's probabilities", () => {
  it.each(file.classifiers)("$kind $options", async ({ kind, options, data: name, fitted, weighted, proba }) => {
    const model = (await createModel(kind, options as Record<string, unknown>)) as Classifier;
    const sampleWeight = data.weights.slice(0, fitted);
    await model.fit(part(name, fitted), labels(name).slice(0, fitted), weighted ? { sampleWeight } : {});
    expectClose((await model.predictProba(matrixOf(data[name]))).data, proba.flat(), within(kind));
  });

  it.each(file.decisions)("$kind $options has its coefficients", async ({ kind, options, data: name, ...want }) => {
    const model = (await createModel(kind, options as Record<string, unknown>)) as Classifier;
    await model.fit(part(name, 60), labels(name).slice(0, 60));
    const { learned } = (await model.getState()) as unknown as {
      learned: { coef: { data: Float64Array }; intercept: { data: Float64Array } };
    };
    expectClose(learned.coef.data, want.coef.flat(), 1e-8);
    expectClose(learned.intercept.data, want.intercept, 1e-8);
  });

  it("svc takes kernel values that were computed elsewhere", async () => {
    const values = (to: number) => matrixOf(data.kernel.slice(0, to).map((row) => row.slice(0, 60)));
    const model = svc({ kernel: "precomputed", c: 2, probability: "none" }).fit(
      values(60),
      labels("three").slice(0, 60),
    );
    expectClose(model.decisionFunction(values(90)).data, file.precomputed.decision.flat(), 1e-3);
    expect(model.predict(values(90))).toEqual(file.precomputed.predict);
    expect(() => svc({ kernel: "precomputed" }).fit(part("three", 60), labels("three").slice(0, 60))).toThrow(
      new RangeError("svc: a precomputed kernel needs samples × samples values, got 60 × 5."),
    );
  });
});

describe("transformers give scikit-learn's values", () => {
  it.each(file.transformers)("$kind $options", async ({ kind, options, data: name, fitted, z }) => {
    const model = (await createModel(kind, options as Record<string, unknown>)) as Transformer;
    await model.fit(part(name, fitted));
    expectClose(((await model.transform(matrixOf(data[name]))) as Matrix).data, z.flat(), within(kind));
  });

  it("rfe ranks the columns alike", async () => {
    const three = await rfe().fit(matrixOf(data.three), labels("three"));
    expect([...three.ranking]).toEqual(file.ranking.default);
    const two = await rfe({ nFeatures: 1, step: 2 }).fit(matrixOf(data.two), labels("two"));
    expect([...two.ranking]).toEqual(file.ranking.two);
    expect(two.transform(matrixOf(data.two)).cols).toBe(1);
  });

  it("rfe asks for an estimator that tells what it relies on", async () => {
    const model = rfe({ estimator: () => kNeighbors() });
    await expect(model.fit(matrixOf(data.two), labels("two"))).rejects.toThrow(
      new RangeError("rfe: kNeighbors has neither coefficients nor importances; take a linear model or a forest."),
    );
  });

  it.each(file.hashed)("hashingVectorizer $options", ({ options, x }) => {
    const { indptr, indices, values, rows, cols } = hashingVectorizer(options).transform(file.texts);
    const dense = new Float64Array(rows * cols);
    for (let i = 0; i < rows; i++)
      for (let k = indptr[i]; k < indptr[i + 1]; k++) dense[i * cols + indices[k]] = values[k];
    expectClose(dense, x.flat(), 1e-12);
  });
});

describe("k-d trees", () => {
  it("find the very neighbours that comparing all pairs finds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 200 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer(),
        (rows, cols, seed) => {
          const rng = createRandom(seed);
          // Few distinct values: ties abound.
          const x = { data: Float64Array.from({ length: rows * cols }, () => rng.below(7)), rows, cols };
          const y = Array.from({ length: rows }, (_, i) => `${i % 2}`);
          const proba = (algorithm: "brute" | "kdTree") =>
            kNeighbors({ algorithm, nNeighbors: 4 }).fit(x, y).predictProba(x);
          expect(proba("kdTree")).toEqual(proba("brute"));
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });
});

describe("logistic regression by coordinates", () => {
  it("sets coefficients to 0 that an L2 penalty keeps", () => {
    const x = matrixOf(data.two);
    const zeros = (l1Ratio: number) =>
      logisticRegression({ l1Ratio, c: 0.02 })
        .fit(x, labels("two"))
        .coef.data.filter((w) => w === 0).length;
    expect(zeros(0)).toBe(0);
    expect(zeros(1)).toBeGreaterThan(0);
  });

  it("says what the solvers can do", () => {
    expect(() => logisticRegression({ solver: "lbfgs", l1Ratio: 0.5 })).toThrow(
      new RangeError('logisticRegression: solver "lbfgs" has no L1 penalty, but l1Ratio is 0.5; leave solver out.'),
    );
  });
});

describe("ensembles", () => {
  it("bagging without drawing is the estimator itself", async () => {
    const x = matrixOf(data.three);
    const y = labels("three");
    const options = { bootstrap: false, nEstimators: 3 };
    const bagged = await bagging({ estimator: () => decisionTree({ maxDepth: 3 }), ...options }).fit(x, y);
    const alone = decisionTree({ maxDepth: 3 }).fit(x, y);
    expectClose((await bagged.predictProba(x)).data, [...alone.predictProba(x).data], 1e-12);
  });

  it("bagging on drawn columns beats guessing and is restored alike", async () => {
    const x = matrixOf(data.three);
    const model = await bagging({ maxFeatures: 0.5, maxSamples: 0.7, nEstimators: 15 }).fit(x, labels("three"));
    const right = (await model.predict(x)).filter((label, i) => label === labels("three")[i]).length;
    expect(right).toBeGreaterThan(75);
  });

  it("forests of regression trees do not depend on the threads", async () => {
    const x = matrixOf(data.x);
    const fit = async (threads: number) =>
      (await randomForestRegressor({ nEstimators: 25, seed: 3 }).fit(x, data.y, { threads })).predict(x);
    const one = await fit(1);
    expect(await fit(2)).toEqual(one);
    const mean = data.y.reduce((a, b) => a + b, 0) / data.y.length;
    const error = (p: (i: number) => number) => data.y.reduce((sum, v, i) => sum + (v - p(i)) ** 2, 0);
    expect(error((i) => one[i])).toBeLessThan(0.2 * error(() => mean));
  });
});
