import type { BinaryTruth } from "../binary.js";
import { type ThresholdCounts, thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";

/** Misses against false alarms over all thresholds. */
export interface DetCurve {
  /** False-alarm rate at each threshold, falling. */
  fpr: Float64Array;
  /** Miss rate at each threshold, rising. */
  fnr: Float64Array;
  /** Distinct scores, rising, then one just above the highest: accept when score ≥ threshold. */
  thresholds: Float64Array;
}

/**
 * Detection error trade-off: both error rates at every distinct score.
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @returns one point a distinct score, and one at which nothing is accepted
 * @throws RangeError if lengths differ, a score is NaN, or one class is missing
 * Rates equal scikit-learn 1.9 `metrics.det_curve(drop_intermediate=False)` within 1e-15; that one leaves out flat ends,
 * and its last threshold is ∞, ours the next double above the highest score, so that curves can be stored as JSON.
 */
export function detCurve(yTrue: BinaryTruth, yScore: ArrayLike<number>, options: BinaryOptions = {}): DetCurve {
  return detPoints(thresholdCounts("detCurve", yTrue, yScore, options));
}

function detPoints({ scores, targetsBelow, othersBelow, targets, others }: ThresholdCounts): DetCurve {
  const m = scores.length;
  const thresholds = new Float64Array(m + 1);
  thresholds.set(scores);
  thresholds[m] = nextUp(scores[m - 1]);
  return {
    fpr: othersBelow.map((rejected) => (others - rejected) / others),
    fnr: targetsBelow.map((missed) => missed / targets),
    thresholds,
  };
}

/** The next double above x; ±∞ stay what they are. */
export function nextUp(x: number): number {
  if (!Number.isFinite(x)) return x;
  if (x === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0] += x > 0 ? 1n : -1n;
  return new Float64Array(bits.buffer)[0];
}
