import { createRandom, permutation } from "../core/random.js";
import type { Classifier, Matrix } from "../core/types.js";
import { accuracyScorer, type Scorer } from "./crossValidate.js";

/** Options of {@link permutationImportance}. */
export interface PermutationImportanceOptions {
  /** Shuffles of each column (default 5). */
  repeats?: number;
  /** Default: accuracy. */
  scorer?: Scorer;
  /** Default 0. */
  seed?: number;
}

/** What a column is worth to a model. */
export interface ColumnImportance {
  /** Mean fall of the score when the column is shuffled. */
  mean: number;
  /** Its deviation over the shuffles. */
  deviation: number;
}

/**
 * How much a fitted model relies on each column: by how much its score falls when the column's values are shuffled. Best measured on samples
 * it was not trained on.
 *
 * @returns one entry a column
 * Source: Breiman 2001, as scikit-learn's `permutation_importance`.
 */
export async function permutationImportance(
  model: Classifier,
  x: Matrix,
  y: readonly string[],
  { repeats = 5, scorer = accuracyScorer, seed = 0 }: PermutationImportanceOptions = {},
): Promise<ColumnImportance[]> {
  if (x.rows !== y.length) throw new RangeError(`permutationImportance: x has ${x.rows} samples and y ${y.length}.`);
  const full = scorer(y, await model.predictProba(x), model.classes);
  const shuffled = { ...x, data: x.data.slice() };
  const out: ColumnImportance[] = [];
  for (let j = 0; j < x.cols; j++) {
    const falls: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = permutation(x.rows, createRandom(seed, j * repeats + repeat));
      for (let i = 0; i < x.rows; i++) shuffled.data[i * x.cols + j] = x.data[order[i] * x.cols + j];
      falls.push(full - scorer(y, await model.predictProba(shuffled), model.classes));
    }
    for (let i = 0; i < x.rows; i++) shuffled.data[i * x.cols + j] = x.data[i * x.cols + j];
    const mean = falls.reduce((a, b) => a + b, 0) / repeats;
    out.push({ mean, deviation: Math.sqrt(falls.reduce((sum, f) => sum + (f - mean) ** 2, 0) / repeats) });
  }
  return out;
}

/**
 * Mean probabilities of each class when one column is set to a value in all samples, for each of some values (partial dependence).
 *
 * @returns values × classes
 * Source: Friedman 2001.
 */
export async function partialDependence(
  model: Classifier,
  x: Matrix,
  column: number,
  values: ArrayLike<number>,
): Promise<Matrix> {
  if (!Number.isInteger(column) || column < 0 || column >= x.cols) {
    throw new RangeError(`partialDependence: column must be a whole number in [0, ${x.cols - 1}], got ${column}.`);
  }
  const k = model.classes.length;
  const data = new Float64Array(values.length * k);
  const changed = { ...x, data: x.data.slice() };
  for (let v = 0; v < values.length; v++) {
    for (let i = 0; i < x.rows; i++) changed.data[i * x.cols + column] = values[v];
    const proba = await model.predictProba(changed);
    for (let i = 0; i < proba.data.length; i++) data[v * k + (i % k)] += proba.data[i] / x.rows;
  }
  return { data, rows: values.length, cols: k };
}
