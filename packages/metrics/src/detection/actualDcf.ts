import { type BinaryTruth, requireBothClasses, splitScores } from "../binary.js";
import type { BinaryOptions } from "../types.js";
import { checkedCost, type DetectionCost } from "./minDcf.js";

/** Options of {@link actualDcf}. */
export interface ActualDcfOptions extends DetectionCost, Pick<BinaryOptions, "posLabel"> {
  /** Accept at or above; default: the Bayes threshold ln(cFa · (1 − pTarget) / (cMiss · pTarget)). */
  threshold?: number;
}

/** Detection cost at a threshold that was chosen beforehand. */
export interface ActualDcf {
  /** Detection cost at the threshold; may exceed 1 when normalised: worse than a constant answer. */
  actualDcf: number;
  /** Accept when score ≥ threshold. */
  threshold: number;
  /** Miss rate there. */
  fnr: number;
  /** False-alarm rate there. */
  fpr: number;
}

/**
 * Actual detection cost: what decisions cost that trust the scores to be log-likelihood ratios (natural logarithm).
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param yScore log-likelihood ratios, or any scores with a threshold of their own; length n
 * @throws RangeError if lengths differ, a score is NaN, one class is missing, or a prior or cost is out of range
 * @see minDcf for the cost at the best threshold: the difference is what calibration would gain
 * Source: NIST SRE evaluation plans.
 */
export function actualDcf(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  { pTarget, cMiss, cFa, normalize = true, threshold, posLabel }: ActualDcfOptions = {},
): ActualDcf {
  const cost = checkedCost("actualDcf", { pTarget, cMiss, cFa });
  const { targets, others } = splitScores("actualDcf", yTrue, yScore, { posLabel });
  requireBothClasses("actualDcf", targets.length, others.length);
  const at = threshold ?? Math.log(cost.falseAlarm / cost.miss);
  const fnr = targets.reduce((missed, score) => missed + (score < at ? 1 : 0), 0) / targets.length;
  const fpr = others.reduce((accepted, score) => accepted + (score >= at ? 1 : 0), 0) / others.length;
  const dcf = cost.miss * fnr + cost.falseAlarm * fpr;
  return { actualDcf: normalize ? dcf / Math.min(cost.miss, cost.falseAlarm) : dcf, threshold: at, fnr, fpr };
}
