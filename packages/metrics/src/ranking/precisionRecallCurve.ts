import type { BinaryTruth } from "../binary.js";
import type { BinaryOptions, Label, MatrixLike } from "../types.js";
import { type MultiClassOptions, multiClassProblem, oneVersusRest } from "./oneVersusRest.js";
import { precisionOfSorted, sortedPair } from "./sortedPair.js";
import { type ThresholdCounts, thresholdCounts } from "./thresholdCounts.js";

/** Precision against recall over all thresholds. */
export interface PrecisionRecallCurve {
  /** Of those accepted, the share of targets; ends with 1, at which nothing is accepted. */
  precision: Float64Array;
  /** Share of targets accepted; ends with 0. */
  recall: Float64Array;
  /** Distinct scores, rising, one less than points: accept when score ≥ threshold. */
  thresholds: Float64Array;
}

/**
 * Precision and recall at every distinct score.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @throws RangeError if lengths differ, a score is NaN, or there is no target
 * Equals scikit-learn 1.9 `metrics.precision_recall_curve` within 1e-15.
 */
export function precisionRecallCurve(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: BinaryOptions = {},
): PrecisionRecallCurve {
  const counts = countsWithTargets("precisionRecallCurve", yTrue, yScore, options);
  const { scores, targetsBelow, othersBelow, targets, others } = counts;
  const m = scores.length;
  const precision = new Float64Array(m + 1).fill(1);
  const recall = new Float64Array(m + 1);
  for (let i = 0; i < m; i++) {
    const hits = targets - targetsBelow[i];
    precision[i] = hits / (hits + others - othersBelow[i]);
    recall[i] = hits / targets;
  }
  return { precision, recall, thresholds: scores.slice() };
}

/** Options of {@link averagePrecision}. */
export interface AveragePrecisionOptions extends BinaryOptions, MultiClassOptions {}

/**
 * Average precision: precision at each threshold, weighted by the recall gained there (no interpolation).
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); for a matrix any labels; length n
 * @param yScore length n, higher means more target-like; or n × classes, each class against the rest
 * @returns in [0, 1]
 * @throws RangeError if lengths differ, a score is NaN, or there is no target
 * Equals scikit-learn 1.9 `metrics.average_precision_score` within 1e-12.
 */
export function averagePrecision(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number> | MatrixLike,
  options: AveragePrecisionOptions = {},
): number {
  if (!("cols" in yScore)) {
    if (options.sampleWeight) return precisionArea(countsWithTargets("averagePrecision", yTrue, yScore, options));
    const pair = sortedPair("averagePrecision", yTrue, yScore, options);
    requireTargets("averagePrecision", pair.targets.length);
    return precisionOfSorted(pair);
  }
  const problem = multiClassProblem("averagePrecision", yTrue as ArrayLike<Label>, yScore, options);
  return oneVersusRest("averagePrecision", problem, precisionArea);
}

export function precisionArea({ targetsBelow, othersBelow, targets, others }: ThresholdCounts): number {
  let area = 0;
  for (let i = 0; i + 1 < targetsBelow.length; i++) {
    const gained = targetsBelow[i + 1] - targetsBelow[i];
    if (gained === 0) continue;
    const hits = targets - targetsBelow[i];
    area += (gained * hits) / (hits + others - othersBelow[i]);
  }
  return area / targets;
}

function countsWithTargets(
  fn: string,
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: BinaryOptions,
): ThresholdCounts {
  const counts = thresholdCounts(fn, yTrue, yScore, options, "allow");
  requireTargets(fn, counts.targets);
  return counts;
}

function requireTargets(fn: string, targets: number): void {
  if (targets === 0) throw new RangeError(`${fn}: yTrue must hold at least one target, got 0.`);
}
