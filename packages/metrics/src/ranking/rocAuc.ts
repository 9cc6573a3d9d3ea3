import { type BinaryTruth, requireBothClasses } from "../binary.js";
import { requireOneOf } from "../check.js";
import type { BinaryOptions, Label, MatrixLike } from "../types.js";
import {
  countsAgainst,
  type MultiClass,
  type MultiClassOptions,
  multiClassProblem,
  oneVersusRest,
} from "./oneVersusRest.js";
import { areaOfSorted, sortedPair } from "./sortedPair.js";
import { type ThresholdCounts, thresholdCounts } from "./thresholdCounts.js";

/** Options of {@link rocAuc}. */
export interface RocAucOptions extends BinaryOptions, MultiClassOptions {
  /** Several classes: each against the rest ("ovr", default) or each against each other ("ovo", Hand & Till 2001). */
  multiClass?: "ovr" | "ovo";
}

/**
 * Area under the ROC curve: the chance that a target scores higher than another item, ties counting half.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); for a matrix any labels; length n
 * @param yScore length n, higher means more target-like; or n × classes, one column a class
 * @returns in [0, 1]
 * @throws RangeError if lengths differ, a score is NaN, or a class is missing
 * Equals scikit-learn 1.9 `metrics.roc_auc_score` within 1e-12; one-vs-one there refuses weights, here as well.
 */
export function rocAuc(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number> | MatrixLike,
  options: RocAucOptions = {},
): number {
  if (!("cols" in yScore)) {
    if (options.sampleWeight) return areaUnder(thresholdCounts("rocAuc", yTrue, yScore, options));
    const pair = sortedPair("rocAuc", yTrue, yScore, options);
    requireBothClasses("rocAuc", pair.targets.length, pair.others.length);
    return areaOfSorted(pair);
  }
  const { multiClass = "ovr" } = options;
  requireOneOf("rocAuc", "multiClass", multiClass, ["ovr", "ovo"]);
  const problem = multiClassProblem("rocAuc", yTrue as ArrayLike<Label>, yScore, options);
  if (problem.classes.length === 2) return areaUnder(countsAgainst("rocAuc", problem, 1));
  if (multiClass === "ovr") return oneVersusRest("rocAuc", problem, areaUnder);
  if (problem.average === "micro") throw new RangeError('rocAuc: average "micro" goes with multiClass "ovr" alone.');
  if (options.sampleWeight) throw new RangeError('rocAuc: sampleWeight goes with multiClass "ovr" alone.');
  return oneVersusOne(problem);
}

/** Trapezia over misses and false alarms, summed in counts: exact for whole numbers up to 2⁵³. */
export function areaUnder({ targetsBelow, othersBelow, targets, others }: ThresholdCounts): number {
  let twice = 0;
  for (let i = 0; i + 1 < othersBelow.length; i++) {
    twice += (othersBelow[i + 1] - othersBelow[i]) * (2 * targets - targetsBelow[i] - targetsBelow[i + 1]);
  }
  return twice / 2 / targets / others;
}

/** Hand & Till: each pair judged by both classes' columns; weighted by the share of items in the pair. */
function oneVersusOne(problem: MultiClass): number {
  const { present, prevalence, average } = problem;
  const area = (a: number, b: number) => areaUnder(countsAgainst("rocAuc", problem, a, b));
  let total = 0;
  let weight = 0;
  for (const a of present) {
    for (const b of present) {
      if (b <= a) continue;
      const w = average === "weighted" ? prevalence[a] + prevalence[b] : 1;
      total += (w * (area(a, b) + area(b, a))) / 2;
      weight += w;
    }
  }
  return total / weight;
}
