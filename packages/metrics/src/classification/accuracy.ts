import { checkedWeights } from "../check.js";
import { encodePair } from "../labels.js";
import type { Label } from "../types.js";

/** Options of {@link accuracy}. */
export interface AccuracyOptions {
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/**
 * Share of items whose predicted class is the true one.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @returns in [0, 1]
 * @throws RangeError if lengths differ or there are no items
 * Equals scikit-learn 1.9 `metrics.accuracy_score` within 1e-15.
 */
export function accuracy(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  { sampleWeight }: AccuracyOptions = {},
): number {
  checkedWeights("accuracy", sampleWeight, yTrue.length);
  const pair = encodePair("accuracy", yTrue, yPred);
  let right = 0;
  let all = 0;
  for (let i = 0; i < pair.true.length; i++) {
    const w = sampleWeight ? sampleWeight[i] : 1;
    if (pair.true[i] === pair.pred[i]) right += w;
    all += w;
  }
  return right / all;
}

/** Options of {@link balancedAccuracy}. */
export interface BalancedAccuracyOptions extends AccuracyOptions {
  /** Rescale so that guessing gives 0 and perfection 1. */
  adjusted?: boolean;
}

/**
 * Mean recall over the classes that occur in `yTrue`: each class counts the same, however many items it has.
 * Emotion people call it unweighted average recall (UAR).
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @returns in [0, 1]; in [1 / (1 − classes), 1] when adjusted, and undefined if that leaves a single class
 * @throws RangeError if lengths differ or there are no items
 * Equals scikit-learn 1.9 `metrics.balanced_accuracy_score` within 1e-15.
 */
export function balancedAccuracy(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  { sampleWeight, adjusted = false }: BalancedAccuracyOptions = {},
): number {
  checkedWeights("balancedAccuracy", sampleWeight, yTrue.length);
  const pair = encodePair("balancedAccuracy", yTrue, yPred);
  const right = new Float64Array(pair.labels.length);
  const all = new Float64Array(pair.labels.length);
  for (let i = 0; i < pair.true.length; i++) {
    const w = sampleWeight ? sampleWeight[i] : 1;
    all[pair.true[i]] += w;
    if (pair.true[i] === pair.pred[i]) right[pair.true[i]] += w;
  }
  let sum = 0;
  let classes = 0;
  for (let c = 0; c < all.length; c++) {
    if (all[c] === 0) continue;
    sum += right[c] / all[c];
    classes++;
  }
  const mean = sum / classes;
  return adjusted ? (mean - 1 / classes) / (1 - 1 / classes) : mean;
}
