import type { BinaryTruth } from "../binary.js";
import { requireInRange } from "../check.js";
import { thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";
import { nextUp } from "./detCurve.js";

/** What errors cost, and how often a target is expected. */
export interface DetectionCost {
  /** Prior probability of a target, in (0, 1), default 0.01 as in NIST SRE. */
  pTarget?: number;
  /** Cost of a miss, > 0, default 1. */
  cMiss?: number;
  /** Cost of a false alarm, > 0, default 1. */
  cFa?: number;
  /** Divide by the cost of the better constant answer (default true), so that 1 means useless. */
  normalize?: boolean;
}

/** Options of {@link minDcf}. */
export interface MinDcfOptions extends DetectionCost, BinaryOptions {}

/** Lowest detection cost that any threshold reaches. */
export interface MinDcf {
  /** Lowest detection cost over all thresholds; in [0, 1] when normalised. */
  minDcf: number;
  /** The highest score that reaches it: accept when score ≥ threshold. */
  threshold: number;
}

/**
 * Minimum detection cost: cMiss · P(miss) · pTarget + cFa · P(false alarm) · (1 − pTarget), at the best threshold.
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @throws RangeError if lengths differ, a score is NaN, one class is missing, or a prior or cost is out of range
 * @see actualDcf for the cost at the threshold the prior and costs imply
 * Source: NIST SRE evaluation plans; normalised as there (2008 on), which speechbrain's `minDCF` is not.
 */
export function minDcf(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  { pTarget, cMiss, cFa, normalize = true, ...options }: MinDcfOptions = {},
): MinDcf {
  const cost = checkedCost("minDcf", { pTarget, cMiss, cFa });
  const { scores, targetsBelow, othersBelow, targets, others } = thresholdCounts("minDcf", yTrue, yScore, options);
  let best = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < targetsBelow.length; i++) {
    const dcf = (cost.miss * targetsBelow[i]) / targets + (cost.falseAlarm * (others - othersBelow[i])) / others;
    if (dcf <= best) {
      best = dcf;
      at = i;
    }
  }
  return {
    minDcf: normalize ? best / Math.min(cost.miss, cost.falseAlarm) : best,
    threshold: at < scores.length ? scores[at] : nextUp(scores[scores.length - 1]),
  };
}

/** Costs times priors, after checking both. */
export function checkedCost(
  fn: string,
  { pTarget = 0.01, cMiss = 1, cFa = 1 }: DetectionCost,
): { miss: number; falseAlarm: number } {
  if (!(pTarget > 0 && pTarget < 1)) throw new RangeError(`${fn}: pTarget must be in (0, 1), got ${pTarget}.`);
  requireInRange(fn, "cMiss", cMiss, Number.MIN_VALUE, Number.MAX_VALUE);
  requireInRange(fn, "cFa", cFa, Number.MIN_VALUE, Number.MAX_VALUE);
  return { miss: cMiss * pTarget, falseAlarm: cFa * (1 - pTarget) };
}
