import { countSamples, requirePairs, selectSamples } from "../core/features.js";
import { encodeClasses } from "../core/labels.js";
import type { Awaitable, Classifier, Features, FitOptions, Matrix } from "../core/types.js";
import type { MakeClassifier } from "../ensemble/makers.js";
import {
  crossValidateRegressor,
  type MakeRegressor,
  type RegressorCrossValidateOptions,
  type RegressorCrossValidation,
} from "./crossValidateRegressor.js";
import { requireParts, stratifiedFolds } from "./split.js";

/** How good predictions are; higher is better. */
export type Scorer = (y: readonly string[], probabilities: Matrix, classes: readonly string[]) => number;

/** Options of {@link crossValidate} for classes. */
export interface CrossValidateOptions {
  /** Parts (default 5), stratified. */
  cv?: number;
  /** Of the parts (default 0). */
  seed?: number;
  /** Samples of a group stay in one part. */
  groups?: readonly string[];
  /** Default: accuracy. */
  scorer?: Scorer;
  signal?: AbortSignal;
}

/** Scores of the parts, and each sample as the model saw it that never learned it. */
export interface CrossValidation {
  /** Score of each part. */
  scores: number[];
  mean: number;
  /** Probabilities of each sample from the model that was not trained on it: samples × classes. */
  probabilities: Matrix;
  classes: string[];
}

/** Share of samples whose most probable class is theirs. */
export const accuracyScorer: Scorer = (y, { data, cols }, classes) => {
  let right = 0;
  for (let i = 0; i < y.length; i++) {
    let best = 0;
    for (let c = 1; c < cols; c++) if (data[i * cols + c] > data[i * cols + best]) best = c;
    if (classes[best] === y[i]) right++;
  }
  return right / y.length;
};

/** Area under the ROC curve of the last of two classes; ties count half. */
export const rocAucScorer: Scorer = (y, { data }, classes) => {
  if (classes.length !== 2) throw new RangeError(`rocAucScorer: two classes are needed, got ${classes.length}.`);
  const order = Array.from(y.keys()).sort((a, b) => data[2 * a + 1] - data[2 * b + 1]);
  let positives = 0;
  let rankSum = 0;
  for (let s = 0; s < order.length; ) {
    const from = s;
    while (s < order.length && data[2 * order[s] + 1] === data[2 * order[from] + 1]) s++;
    for (let t = from; t < s; t++) {
      if (y[order[t]] !== classes[1]) continue;
      positives++;
      rankSum += (from + s + 1) / 2;
    }
  }
  const negatives = y.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
};

/** Minus the mean logarithm of the probability of the true class. */
export const logLossScorer: Scorer = (y, { data, cols }, classes) => {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += Math.log(Math.max(1e-15, data[i * cols + classes.indexOf(y[i])]));
  return sum / y.length;
};

/**
 * Fits a fresh model on all parts but one and scores it on that one, for each part. Everything that learns, scalers, encoders and
 * resamplers, belongs into the pipeline that `make` gives: then nothing of a part leaks into its training.
 *
 * With numbers for `y`, `make` gives regressors, parts are drawn at random and the default score is R².
 *
 * @throws RangeError for one class, fewer than two parts, more parts than samples or groups
 */
export function crossValidate(
  make: MakeClassifier,
  x: Features,
  y: readonly string[],
  options?: CrossValidateOptions,
): Promise<CrossValidation>;
export function crossValidate(
  make: MakeRegressor,
  x: Features,
  y: ArrayLike<number>,
  options?: RegressorCrossValidateOptions,
): Promise<RegressorCrossValidation>;
export async function crossValidate(
  make: MakeClassifier | MakeRegressor,
  x: Features,
  y: readonly string[] | ArrayLike<number>,
  options: CrossValidateOptions | RegressorCrossValidateOptions = {},
): Promise<CrossValidation | RegressorCrossValidation> {
  return typeof y[0] === "number"
    ? crossValidateRegressor(make as MakeRegressor, x, y as ArrayLike<number>, options as RegressorCrossValidateOptions)
    : crossValidateClassifier(make as MakeClassifier, x, y as readonly string[], options as CrossValidateOptions);
}

async function crossValidateClassifier(
  make: MakeClassifier,
  x: Features,
  y: readonly string[],
  { cv = 5, seed = 0, groups, scorer = accuracyScorer, signal }: CrossValidateOptions,
): Promise<CrossValidation> {
  requirePairs("crossValidate", countSamples(x), y.length);
  requireParts("crossValidate", y.length, cv);
  const { classes, codes } = encodeClasses("crossValidate", y);
  const k = classes.length;
  const probabilities = { data: new Float64Array(y.length * k), rows: y.length, cols: k };
  const scores: number[] = [];
  for (const { train, test } of stratifiedFolds(codes, k, cv, seed, groups)) {
    signal?.throwIfAborted();
    const part = await fitAndPredict(make, x, y, train, test, classes, { signal });
    for (const [t, i] of test.entries()) probabilities.data.set(part.data.subarray(t * k, (t + 1) * k), i * k);
    scores.push(
      scorer(
        Array.from(test, (i) => y[i]),
        part,
        classes,
      ),
    );
  }
  return { scores, mean: scores.reduce((a, b) => a + b, 0) / scores.length, probabilities, classes };
}

async function fitAndPredict(
  make: () => Awaitable<Classifier>,
  x: Features,
  y: readonly string[],
  train: Int32Array,
  test: Int32Array,
  classes: readonly string[],
  options: FitOptions,
): Promise<Matrix> {
  const model = await make();
  await model.fit(
    selectSamples(x, train),
    Array.from(train, (i) => y[i]),
    options,
  );
  const { data, rows, cols } = await model.predictProba(selectSamples(x, test));
  const columns = model.classes.map((label) => classes.indexOf(label));
  const out = new Float64Array(rows * classes.length);
  for (let i = 0; i < rows; i++)
    for (let c = 0; c < cols; c++) out[i * classes.length + columns[c]] = data[i * cols + c];
  model.dispose();
  return { data: out, rows, cols: classes.length };
}
