import type { BinaryTruth } from "../binary.js";
import { checkedWeights, requireMatrix, requireOneOf, requireSameLength } from "../check.js";
import { checkedLabels, encode, uniqueLabels } from "../labels.js";
import type { BinaryOptions, Label, MatrixLike } from "../types.js";
import { type ThresholdCounts, thresholdCounts } from "./thresholdCounts.js";

export interface RocAucOptions extends BinaryOptions {
  /** Several classes: each against the rest ("ovr", default) or each against each other ("ovo", Hand & Till 2001). */
  multiClass?: "ovr" | "ovo";
  /** Mean over classes, plain (default) or by how often each occurs. */
  average?: "macro" | "weighted";
  /** Class of each column of a score matrix; default: the classes in `yTrue`, rising. */
  labels?: ArrayLike<Label>;
  /** Leave classes that do not occur in `yTrue` out of the mean instead of refusing. */
  skipAbsent?: boolean;
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
  if ("cols" in yScore) return multiClassAuc(yTrue as ArrayLike<Label>, yScore, options);
  return areaUnder(thresholdCounts("rocAuc", yTrue, yScore, options));
}

/** Trapezia over misses and false alarms, summed in counts: exact for whole numbers up to 2⁵³. */
export function areaUnder({ targetsBelow, othersBelow, targets, others }: ThresholdCounts): number {
  let twice = 0;
  for (let i = 0; i + 1 < othersBelow.length; i++) {
    twice += (othersBelow[i + 1] - othersBelow[i]) * (2 * targets - targetsBelow[i] - targetsBelow[i + 1]);
  }
  return twice / 2 / targets / others;
}

function multiClassAuc(yTrue: ArrayLike<Label>, yScore: MatrixLike, options: RocAucOptions): number {
  const { multiClass = "ovr", average = "macro", labels, sampleWeight, skipAbsent = false } = options;
  requireOneOf("rocAuc", "multiClass", multiClass, ["ovr", "ovo"]);
  requireOneOf("rocAuc", "average", average, ["macro", "weighted"]);
  requireMatrix("rocAuc", "yScore", yScore);
  requireSameLength("rocAuc", "yTrue", yTrue.length, "yScore", yScore.rows);
  checkedWeights("rocAuc", sampleWeight, yTrue.length);
  const classes = labels ? checkedLabels("rocAuc", labels) : uniqueLabels("rocAuc", yTrue);
  if (classes.length !== yScore.cols) {
    throw new RangeError(
      `rocAuc: yScore has ${yScore.cols} columns and there are ${classes.length} classes; name the columns with labels.`,
    );
  }
  const truth = encode(yTrue, new Map(classes.map((label, i) => [label, i])));
  const unknown = truth.indexOf(-1);
  if (unknown >= 0) throw new RangeError(`rocAuc: class ${JSON.stringify(yTrue[unknown])} is not among the labels.`);
  const prevalence = new Float64Array(classes.length);
  truth.forEach((c, i) => {
    prevalence[c] += sampleWeight ? sampleWeight[i] : 1;
  });
  const present = classes.map((_, c) => c).filter((c) => prevalence[c] > 0);
  if (present.length < 2) throw new RangeError(`rocAuc: at least two classes must occur, got ${present.length}.`);
  if (present.length < classes.length && !skipAbsent) {
    const absent = classes[prevalence.indexOf(0)];
    throw new RangeError(`rocAuc: class ${JSON.stringify(absent)} does not occur in yTrue; skipAbsent leaves it out.`);
  }
  const problem = { truth, yScore, present, prevalence, average };
  if (classes.length === 2) return oneAgainst(problem, 1, undefined, sampleWeight);
  if (multiClass === "ovr") return oneVersusRest(problem, sampleWeight);
  if (sampleWeight) throw new RangeError('rocAuc: sampleWeight goes with multiClass "ovr" alone.');
  return oneVersusOne(problem);
}

interface Problem {
  truth: Int32Array;
  yScore: MatrixLike;
  present: number[];
  prevalence: Float64Array;
  average: "macro" | "weighted";
}

function oneVersusRest(problem: Problem, sampleWeight?: ArrayLike<number>): number {
  const { present, prevalence, average } = problem;
  let total = 0;
  let weight = 0;
  for (const c of present) {
    const w = average === "weighted" ? prevalence[c] : 1;
    total += w * oneAgainst(problem, c, undefined, sampleWeight);
    weight += w;
  }
  return total / weight;
}

/** Hand & Till: each pair judged by both classes' columns; weighted by the share of items in the pair. */
function oneVersusOne(problem: Problem): number {
  const { present, prevalence, average } = problem;
  let total = 0;
  let weight = 0;
  for (const a of present) {
    for (const b of present) {
      if (b <= a) continue;
      const w = average === "weighted" ? prevalence[a] + prevalence[b] : 1;
      total += (w * (oneAgainst(problem, a, b) + oneAgainst(problem, b, a))) / 2;
      weight += w;
    }
  }
  return total / weight;
}

/** AUC of column c with class c as target, among all items or among those of classes c and other. */
function oneAgainst({ truth, yScore }: Problem, c: number, other?: number, sampleWeight?: ArrayLike<number>): number {
  const kept: number[] = [];
  for (let i = 0; i < truth.length; i++) {
    if (other === undefined || truth[i] === c || truth[i] === other) kept.push(i);
  }
  return areaUnder(
    thresholdCounts(
      "rocAuc",
      Uint8Array.from(kept, (i) => (truth[i] === c ? 1 : 0)),
      Float64Array.from(kept, (i) => yScore.data[i * yScore.cols + c]),
      { sampleWeight: sampleWeight && Float64Array.from(kept, (i) => sampleWeight[i]) },
    ),
  );
}
