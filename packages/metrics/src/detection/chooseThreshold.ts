import type { BinaryTruth } from "../binary.js";
import { requireInRange } from "../check.js";
import { type ThresholdCounts, thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";
import { nextUp } from "./detCurve.js";
import { checkedCost, type DetectionCost } from "./minDcf.js";

/** What the threshold shall reach: one of the four. */
export type ThresholdRule =
  | { at: "eer" }
  | { at: "falseAlarmRate"; most: number }
  | { at: "missRate"; most: number }
  | ({ at: "cost" } & DetectionCost);

/** A threshold, and the error rates that it has on the scores it was chosen on. */
export interface ChosenThreshold {
  /** Accept when score ≥ threshold. */
  threshold: number;
  /** Miss rate on these scores. */
  fnr: number;
  /** False-alarm rate on these scores. */
  fpr: number;
}

/**
 * A threshold to decide by, chosen on held-out scores: at the equal error rate, at a false-alarm or miss rate not to be
 * exceeded, or at the least cost.
 *
 * The threshold lies midway between the two scores it separates, so that scores like those seen fall on the same side;
 * at the ends it lies just beyond the last score. At the EER it is the point where the rates differ least.
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @param rule what to reach; `most` is in [0, 1]
 * @throws RangeError if lengths differ, a score is NaN, one class is missing, or a rate, prior or cost is out of range
 */
export function chooseThreshold(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  rule: ThresholdRule,
  options: BinaryOptions = {},
): ChosenThreshold {
  const counts = thresholdCounts("chooseThreshold", yTrue, yScore, options);
  const { scores, targetsBelow, othersBelow, targets, others } = counts;
  const i = bestPoint(counts, lossOf(rule));
  const threshold =
    i === 0 ? scores[0] : i === scores.length ? nextUp(scores[i - 1]) : between(scores[i - 1], scores[i]);
  return { threshold, fnr: targetsBelow[i] / targets, fpr: (others - othersBelow[i]) / others };
}

/** What is to be least: a rule that forbids a point gives it ∞. */
function lossOf(rule: ThresholdRule): (fnr: number, fpr: number) => number {
  switch (rule.at) {
    case "eer":
      return (fnr, fpr) => Math.abs(fnr - fpr);
    case "falseAlarmRate":
      requireInRange("chooseThreshold", "most", rule.most, 0, 1);
      return (fnr, fpr) => (fpr <= rule.most ? fnr : Number.POSITIVE_INFINITY);
    case "missRate":
      requireInRange("chooseThreshold", "most", rule.most, 0, 1);
      return (fnr, fpr) => (fnr <= rule.most ? fpr : Number.POSITIVE_INFINITY);
    case "cost": {
      const { miss, falseAlarm } = checkedCost("chooseThreshold", rule);
      return (fnr, fpr) => miss * fnr + falseAlarm * fpr;
    }
    default:
      throw new RangeError(
        `chooseThreshold: at must be one of eer, falseAlarmRate, missRate, cost, got ${String((rule as { at: unknown }).at)}.`,
      );
  }
}

function bestPoint(counts: ThresholdCounts, loss: (fnr: number, fpr: number) => number): number {
  const { targetsBelow, othersBelow, targets, others } = counts;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < targetsBelow.length; i++) {
    const value = loss(targetsBelow[i] / targets, (others - othersBelow[i]) / others);
    if (value < least) {
      least = value;
      best = i;
    }
  }
  return best;
}

/** A number above a and at most b. */
function between(a: number, b: number): number {
  const middle = a / 2 + b / 2;
  return middle > a && middle <= b ? middle : b;
}
