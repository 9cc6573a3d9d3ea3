import { type BinaryTruth, requireBothClasses } from "../binary.js";
import { requireOneOf } from "../check.js";
import { crossingOfSorted, sortedPair } from "../ranking/sortedPair.js";
import { type ThresholdCounts, thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";
import { nextUp } from "./detCurve.js";
import { asvspoofEer, convexHullEer, pyannoteEer, speechbrainEer } from "./eerVariants.js";

/** Which of the definitions in use: see {@link equalErrorRate}. */
export type EerMethod = "interpolated" | "convexHull" | "asvspoof" | "pyannote" | "speechbrain";

/** Options of {@link equalErrorRate}. */
export interface EqualErrorRateOptions extends BinaryOptions {
  /** Definition followed, default "interpolated". */
  method?: EerMethod;
}

/** Where misses and false alarms are equally frequent. */
export interface EqualErrorRate {
  /** Rate at which misses equal false alarms, in [0, 1]. */
  eer: number;
  /** Score at that point: accept when score ≥ threshold (method "speechbrain" and "asvspoof": >). */
  threshold: number;
}

const METHODS: readonly EerMethod[] = ["interpolated", "convexHull", "asvspoof", "pyannote", "speechbrain"];

/**
 * Equal error rate: where the miss rate equals the false-alarm rate.
 *
 * The definitions in use differ by up to 0.05 on ten scores, not visibly on thousands:
 * - "interpolated": the DET curve is interpolated linearly between its two points around the crossing;
 * - "convexHull": the same on the curve's convex hull (ROCCH-EER, Brümmer), never above the first;
 * - "asvspoof": mean of both rates after the item, in rising order, at which they differ least, as the ASVspoof
 *   2019 and 2021 scripts (of equal scores they count targets first);
 * - "pyannote": mean of both rates at the two points of scikit-learn's `roc_curve` around the crossing, as pyannote.metrics;
 * - "speechbrain": mean of both rates at the score, or midpoint between scores, where they differ least, as
 *   speechbrain's `EER`, but in double.
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @throws RangeError if lengths differ, a score is NaN, or one class is missing; for weights with "asvspoof"
 * Source: Martin et al. 1997, "The DET curve in assessment of detection task performance".
 */
export function equalErrorRate(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  { method = "interpolated", ...options }: EqualErrorRateOptions = {},
): EqualErrorRate {
  requireOneOf("equalErrorRate", "method", method, METHODS);
  if (method === "asvspoof" && options.sampleWeight) {
    throw new RangeError('equalErrorRate: sampleWeight does not go with method "asvspoof", which counts items.');
  }
  if (method === "interpolated" && !options.sampleWeight) return sortedEer(yTrue, yScore, options);
  const counts = thresholdCounts("equalErrorRate", yTrue, yScore, options);
  if (method === "convexHull") return convexHullEer(counts);
  if (method === "asvspoof") return asvspoofEer(counts);
  if (method === "pyannote") return pyannoteEer(counts);
  if (method === "speechbrain") return speechbrainEer(counts);
  return interpolatedEer(counts);
}

/** Without weights the scores need no counts: the two sorted classes are walked up to the crossing. */
function sortedEer(yTrue: BinaryTruth, yScore: ArrayLike<number>, options: BinaryOptions): EqualErrorRate {
  const pair = sortedPair("equalErrorRate", yTrue, yScore, options);
  const [targets, others] = [pair.targets.length, pair.others.length];
  requireBothClasses("equalErrorRate", targets, others);
  const { before, after } = crossingOfSorted(pair);
  const highest = Math.max(pair.targets[targets - 1], pair.others[others - 1]);
  const threshold = Number.isNaN(after.score) ? nextUp(highest) : after.score;
  const below = (others - before.rejected) * targets - before.missed * others;
  const above = after.missed * others - (others - after.rejected) * targets;
  if (above === 0 || Number.isNaN(before.score)) return { eer: after.missed / targets, threshold };
  const share = below / (below + above);
  return {
    eer: mix(before.missed / targets, after.missed / targets, share),
    threshold: mix(before.score, threshold, share),
  };
}

/** Both rates cross once; the crossing is found by halving. */
export function interpolatedEer(counts: ThresholdCounts): EqualErrorRate {
  const { scores, targetsBelow, othersBelow, targets, others } = counts;
  const m = scores.length;
  // Miss rate less false-alarm rate, times both sums: exact for whole counts.
  const gap = (i: number): number => targetsBelow[i] * others - (others - othersBelow[i]) * targets;
  let after = 0;
  let high = m;
  while (after < high) {
    const middle = (after + high) >> 1;
    if (gap(middle) >= 0) high = middle;
    else after = middle + 1;
  }
  const threshold = (i: number): number => (i < m ? scores[i] : nextUp(scores[m - 1]));
  const fnr = (i: number): number => targetsBelow[i] / targets;
  if (gap(after) === 0 || after === 0) return { eer: fnr(after), threshold: threshold(after) };

  const share = gap(after - 1) / (gap(after - 1) - gap(after));
  return {
    eer: mix(fnr(after - 1), fnr(after), share),
    threshold: mix(threshold(after - 1), threshold(after), share),
  };
}

/** A point between a and b; the ends themselves where they are equal, infinite ones too. */
export const mix = (a: number, b: number, share: number): number => (a === b ? a : a + share * (b - a));
