import { requireInRange, requireOneOf } from "../check.js";
import type { Label } from "../types.js";
import { type Average, averageOf, type ClassCounts, classCounts, pooledCounts, sum } from "./classCounts.js";

/** Options of {@link precisionRecallF1} and {@link classificationReport}. */
export interface PrecisionRecallOptions {
  /** "macro" (default): mean over classes; "weighted": by support; "micro": pooled counts; "binary": of posLabel alone. */
  average?: Average;
  /** Classes to average over; items of other classes still count as errors. Default: all that occur. */
  labels?: ArrayLike<Label>;
  /** The class of "binary", default 1. */
  posLabel?: Label;
  /** Value of a ratio whose denominator is 0: 0 (default), 1, or NaN, which leaves the class out of averages. */
  zeroDivision?: number;
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/** Precision, recall and their harmonic mean. */
export interface PrecisionRecallF1 {
  /** Of those predicted as the class, the share that is. */
  precision: number;
  /** Of those that are, the share found. */
  recall: number;
  /** Harmonic mean of the two, taken per class before averaging. */
  f1: number;
  /** Items (or weight) of the classes averaged over. */
  support: number;
}

/**
 * Precision, recall and F1 in one pass.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @throws RangeError if lengths differ, there are no items, or "binary" meets more than two classes or lacks posLabel
 * @see classificationReport for every class and all averages
 * Equals scikit-learn 1.9 `precision_recall_fscore_support` within 1e-15; the default average is macro, there none.
 */
export function precisionRecallF1(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  options: PrecisionRecallOptions = {},
): PrecisionRecallF1 {
  const { precision, recall, fScore, support } = averagedScores("precisionRecallF1", yTrue, yPred, 1, options);
  return { precision, recall, f1: fScore, support };
}

/** Options of {@link fBeta}. */
export interface FBetaOptions extends PrecisionRecallOptions {
  /** How many times as much recall counts as precision, ≥ 0; required. */
  beta: number;
}

/**
 * F-measure that weighs recall `beta` times as much as precision.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @returns in [0, 1]
 * @throws RangeError as {@link precisionRecallF1}, or if beta is negative
 * Equals scikit-learn 1.9 `fbeta_score` within 1e-15; the default average is macro, there binary.
 */
export function fBeta(yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>, { beta, ...options }: FBetaOptions): number {
  requireInRange("fBeta", "beta", beta, 0, Number.MAX_VALUE);
  return averagedScores("fBeta", yTrue, yPred, beta, options).fScore;
}

/** Figures of one class. */
export interface ClassScores extends PrecisionRecallF1 {
  label: Label;
}

/** Figures of a classifier: overall, by class, and averaged. */
export interface ClassificationReport {
  /** Weight of all items whose class is among the labels. */
  n: number;
  /** Share of all items predicted right. */
  accuracy: number;
  /** One entry a class, in the order of the labels. */
  perClass: ClassScores[];
  micro: PrecisionRecallF1;
  macro: PrecisionRecallF1;
  weighted: PrecisionRecallF1;
}

/**
 * Everything a table of results needs: each class, the three averages and the accuracy.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @throws RangeError if lengths differ or there are no items
 * Equals scikit-learn 1.9 `classification_report(output_dict=True)` within 1e-15.
 */
export function classificationReport(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  options: Omit<PrecisionRecallOptions, "average" | "posLabel"> = {},
): ClassificationReport {
  const { labels, zeroDivision = 0, sampleWeight } = options;
  const counts = classCounts("classificationReport", yTrue, yPred, labels, sampleWeight);
  const each = scoresOf(counts, 1, zeroDivision);
  const averaged = (average: Average): PrecisionRecallF1 => {
    const { precision, recall, fScore, support } = averageScores(
      pooledCounts("classificationReport", counts, average),
      average,
      1,
      zeroDivision,
    );
    return { precision, recall, f1: fScore, support };
  };
  let right = 0;
  let all = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const w = sampleWeight ? sampleWeight[i] : 1;
    if (yTrue[i] === yPred[i]) right += w;
    all += w;
  }
  return {
    n: sum(counts.support),
    accuracy: right / all,
    perClass: counts.labels.map((label, c) => ({
      label,
      precision: each.precision[c],
      recall: each.recall[c],
      f1: each.fScore[c],
      support: counts.support[c],
    })),
    micro: averaged("micro"),
    macro: averaged("macro"),
    weighted: averaged("weighted"),
  };
}

function averagedScores(
  fn: string,
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  beta: number,
  options: PrecisionRecallOptions,
) {
  const { average = "macro", labels, posLabel, zeroDivision = 0, sampleWeight } = options;
  requireOneOf(fn, "average", average, ["binary", "micro", "macro", "weighted"]);
  const counts = classCounts(fn, yTrue, yPred, labels, sampleWeight);
  return averageScores(pooledCounts(fn, counts, average, posLabel), average, beta, zeroDivision);
}

function averageScores(counts: ClassCounts, average: Average, beta: number, zeroDivision: number) {
  const each = scoresOf(counts, beta, zeroDivision);
  const mean = (values: Float64Array) => averageOf(values, counts.support, average, zeroDivision);
  return {
    precision: mean(each.precision),
    recall: mean(each.recall),
    fScore: mean(each.fScore),
    support: sum(counts.support),
  };
}

function scoresOf({ hits, predicted, support }: ClassCounts, beta: number, zeroDivision: number) {
  const ratio = (a: number, b: number) => (b === 0 ? zeroDivision : a / b);
  const b2 = beta * beta;
  return {
    precision: hits.map((h, c) => ratio(h, predicted[c])),
    recall: hits.map((h, c) => ratio(h, support[c])),
    // From counts, not from the two ratios: defined wherever the class occurs in either column.
    fScore: hits.map((h, c) => ratio((1 + b2) * h, b2 * support[c] + predicted[c])),
  };
}
