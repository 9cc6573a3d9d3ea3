import { checkedWeights, requireOneOf } from "../check.js";
import { type EncodedPair, encodePair } from "../labels.js";
import type { Label, Matrix } from "../types.js";

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Classes and their order; items of other classes are left out. Default: all that occur, rising. */
  labels?: ArrayLike<Label>;
  /** Divide by the sum of each row ("true": the diagonal is recall), of each column ("pred": precision), or by all. */
  normalize?: "true" | "pred" | "all";
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/** Counts (or shares) of truth against prediction. */
export interface ConfusionMatrix extends Matrix {
  /** What rows (truth) and columns (prediction) stand for. */
  labels: Label[];
}

/**
 * How often each class was taken for which: rows are truth, columns prediction.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @returns labels × labels counts (float64, row-major); rows or columns without items normalise to 0
 * @throws RangeError if lengths differ, there are no items, or a label is given twice; TypeError if strings and numbers mix
 * Equals scikit-learn 1.9 `metrics.confusion_matrix` exactly.
 */
export function confusionMatrix(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  { labels, normalize, sampleWeight }: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  if (normalize !== undefined) requireOneOf("confusionMatrix", "normalize", normalize, ["true", "pred", "all"]);
  checkedWeights("confusionMatrix", sampleWeight, yTrue.length);
  const pair = encodePair("confusionMatrix", yTrue, yPred, labels);
  const counts = countPairs(pair, sampleWeight);
  if (normalize) normalizeCounts(counts, pair.labels.length, normalize);
  return { data: counts, rows: pair.labels.length, cols: pair.labels.length, labels: pair.labels };
}

function countPairs(pair: EncodedPair, sampleWeight?: ArrayLike<number>): Float64Array {
  const k = pair.labels.length;
  const counts = new Float64Array(k * k);
  for (let i = 0; i < pair.true.length; i++) {
    const t = pair.true[i];
    const p = pair.pred[i];
    if (t >= 0 && p >= 0) counts[t * k + p] += sampleWeight ? sampleWeight[i] : 1;
  }
  return counts;
}

function normalizeCounts(counts: Float64Array, k: number, by: "true" | "pred" | "all"): void {
  const sums = new Float64Array(k);
  const part = (i: number) => (by === "true" ? Math.floor(i / k) : by === "pred" ? i % k : 0);
  for (let i = 0; i < counts.length; i++) sums[part(i)] += counts[i];
  for (let i = 0; i < counts.length; i++) counts[i] = sums[part(i)] > 0 ? counts[i] / sums[part(i)] : 0;
}
