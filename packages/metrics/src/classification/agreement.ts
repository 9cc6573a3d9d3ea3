import { requireOneOf } from "../check.js";
import type { Label } from "../types.js";
import { confusionMatrix } from "./confusionMatrix.js";

/** Options of {@link cohenKappa}. */
export interface CohenKappaOptions {
  /** Classes and their order (which weights need); items of other classes are left out. Default: all, rising. */
  labels?: ArrayLike<Label>;
  /** Every confusion counts the same (default), or by the distance of the classes, or by its square. */
  weights?: "linear" | "quadratic";
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/**
 * Cohen's kappa: agreement beyond what the two columns' class frequencies alone would give.
 *
 * @param yTrue classes by one rater; length n ≥ 1
 * @param yPred classes by the other; length n
 * @returns in [−1, 1]; 0 is chance; NaN if both name one class only, as scikit-learn
 * @throws RangeError if lengths differ or there are no items
 * Equals scikit-learn 1.9 `metrics.cohen_kappa_score` within 1e-15.
 */
export function cohenKappa(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  { weights, ...options }: CohenKappaOptions = {},
): number {
  if (weights !== undefined) requireOneOf("cohenKappa", "weights", weights, ["linear", "quadratic"]);
  const { data, rows: k } = confusionMatrix(yTrue, yPred, options);
  const { truth, predicted, all } = margins(data, k);
  let observed = 0;
  let expected = 0;
  for (let t = 0; t < k; t++) {
    for (let p = 0; p < k; p++) {
      const cost = weights === "linear" ? Math.abs(t - p) : weights === "quadratic" ? (t - p) ** 2 : t === p ? 0 : 1;
      observed += cost * data[t * k + p];
      expected += (cost * truth[t] * predicted[p]) / all;
    }
  }
  return 1 - observed / expected;
}

/** Options of {@link matthewsCorrelation}. */
export interface MatthewsOptions {
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/**
 * Matthews correlation coefficient: correlation of truth and prediction, for any number of classes.
 *
 * @param yTrue true classes; length n ≥ 1
 * @param yPred predicted classes; length n
 * @returns in [−1, 1]; 0 where truth or prediction is a single class
 * @throws RangeError if lengths differ or there are no items
 * Source: Gorodkin 2004. Equals scikit-learn 1.9 `metrics.matthews_corrcoef` within 1e-15.
 */
export function matthewsCorrelation(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  options: MatthewsOptions = {},
): number {
  const { data, rows: k } = confusionMatrix(yTrue, yPred, options);
  const { truth, predicted, all } = margins(data, k);
  let hits = 0;
  let together = 0;
  let truthSquares = 0;
  let predictedSquares = 0;
  for (let c = 0; c < k; c++) {
    hits += data[c * k + c];
    together += truth[c] * predicted[c];
    truthSquares += truth[c] ** 2;
    predictedSquares += predicted[c] ** 2;
  }
  const spread = Math.sqrt((all * all - truthSquares) * (all * all - predictedSquares));
  return spread > 0 ? (hits * all - together) / spread : 0;
}

function margins(data: Float64Array, k: number) {
  const truth = new Float64Array(k);
  const predicted = new Float64Array(k);
  let all = 0;
  for (let i = 0; i < data.length; i++) {
    truth[Math.floor(i / k)] += data[i];
    predicted[i % k] += data[i];
    all += data[i];
  }
  return { truth, predicted, all };
}
