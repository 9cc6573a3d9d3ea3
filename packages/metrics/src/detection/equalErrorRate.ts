import type { BinaryTruth } from "../binary.js";
import { type ThresholdCounts, thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";
import { nextUp } from "./detCurve.js";

export interface EqualErrorRate {
  /** Rate at which misses equal false alarms, in [0, 1]. */
  eer: number;
  /** Score at that point: accept when score ≥ threshold. */
  threshold: number;
}

/**
 * Equal error rate: where the miss rate equals the false-alarm rate.
 *
 * The DET curve is interpolated linearly between its two points around the crossing. Other definitions
 * (mean of the nearest point, convex hull) differ on small sets: by up to 0.05 on ten scores, not visibly on thousands.
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @throws RangeError if lengths differ, a score is NaN, or one class is missing
 * Source: Martin et al. 1997, "The DET curve in assessment of detection task performance".
 */
export function equalErrorRate(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: BinaryOptions = {},
): EqualErrorRate {
  return interpolatedEer(thresholdCounts("equalErrorRate", yTrue, yScore, options));
}

/** Both rates cross once; the crossing is found by halving, in counts scaled to compare exactly. */
export function interpolatedEer({
  scores,
  targetsBelow,
  othersBelow,
  targets,
  others,
}: ThresholdCounts): EqualErrorRate {
  const m = scores.length;
  const gap = (i: number): number =>
    (targetsBelow[i] * others - (others - othersBelow[i]) * targets) / (targets * others);
  let low = 0;
  let high = m;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gap(middle) >= 0) high = middle;
    else low = middle + 1;
  }
  const after = low;
  const threshold = (i: number): number => (i < m ? scores[i] : nextUp(scores[m - 1]));
  const fnr = (i: number): number => targetsBelow[i] / targets;
  if (gap(after) === 0 || after === 0) return { eer: fnr(after), threshold: threshold(after) };

  const share = gap(after - 1) / (gap(after - 1) - gap(after));
  return {
    eer: mix(fnr(after - 1), fnr(after), share),
    threshold: mix(threshold(after - 1), threshold(after), share),
  };
}

const mix = (a: number, b: number, share: number): number => (a === b ? a : a + share * (b - a));
