import type { BinaryTruth } from "../binary.js";
import type { BinaryOptions } from "../types.js";
import { type ThresholdCounts, thresholdCounts } from "./thresholdCounts.js";

/** Options of {@link rocCurve}. */
export interface RocOptions extends BinaryOptions {
  /** Leave out points on a straight line between their neighbours (default true): same curve, fewer points. */
  dropIntermediate?: boolean;
}

/** True against false positives over all thresholds. */
export interface RocCurve {
  /** False-alarm rate at each threshold, rising from 0 to 1. */
  fpr: Float64Array;
  /** Share of targets accepted at each threshold, rising from 0 to 1. */
  tpr: Float64Array;
  /** ∞, at which nothing is accepted, then distinct scores, falling: accept when score ≥ threshold. */
  thresholds: Float64Array;
}

/**
 * Receiver operating characteristic.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @throws RangeError if lengths differ, a score is NaN, or one class is missing
 * Equals scikit-learn 1.9 `metrics.roc_curve` within 1e-15, ties, weights and dropped points included.
 */
export function rocCurve(yTrue: BinaryTruth, yScore: ArrayLike<number>, options: RocOptions = {}): RocCurve {
  const counts = thresholdCounts("rocCurve", yTrue, yScore, options);
  const { scores, targetsBelow, othersBelow, targets, others } = counts;
  const m = scores.length;
  const keep = options.dropIntermediate === false ? undefined : rocCorners(counts);
  const points = keep ?? Uint32Array.from({ length: m }, (_, i) => m - 1 - i);
  const fpr = new Float64Array(points.length + 1);
  const tpr = new Float64Array(points.length + 1);
  const thresholds = new Float64Array(points.length + 1);
  thresholds[0] = Number.POSITIVE_INFINITY;
  for (let j = 0; j < points.length; j++) {
    const i = points[j];
    fpr[j + 1] = (others - othersBelow[i]) / others;
    tpr[j + 1] = (targets - targetsBelow[i]) / targets;
    thresholds[j + 1] = scores[i];
  }
  return { fpr, tpr, thresholds };
}

/** The highest and lowest scores and those at which the curve turns, falling. */
export function rocCorners({ scores, targetsBelow, othersBelow }: ThresholdCounts): Uint32Array {
  const m = scores.length;
  const kept = new Uint32Array(m);
  let count = 0;
  for (let i = m - 1; i >= 0; i--) {
    const turns =
      i === m - 1 ||
      i === 0 ||
      targetsBelow[i + 1] - targetsBelow[i] !== targetsBelow[i] - targetsBelow[i - 1] ||
      othersBelow[i + 1] - othersBelow[i] !== othersBelow[i] - othersBelow[i - 1];
    if (turns) kept[count++] = i;
  }
  return kept.subarray(0, count);
}
