import { checkedWeights, requireMatrix, requireOneOf, requireSameLength } from "../check.js";
import { checkedLabels, encode, uniqueLabels } from "../labels.js";
import type { Label, MatrixLike } from "../types.js";
import { type ThresholdCounts, thresholdCounts } from "./thresholdCounts.js";

export interface MultiClassOptions {
  /** Mean over classes, plain (default) or by how often each occurs; or all classes' scores as those of one problem ("micro"). */
  average?: "macro" | "weighted" | "micro";
  /** Class of each column of a score matrix; default: the classes in `yTrue`, rising. */
  labels?: ArrayLike<Label>;
  /** Leave classes that do not occur in `yTrue` out of the mean instead of refusing. */
  skipAbsent?: boolean;
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/** A score matrix with its truth in column numbers, checked. */
export interface MultiClass {
  truth: Int32Array;
  yScore: MatrixLike;
  classes: Label[];
  /** Columns whose class occurs. */
  present: number[];
  /** Weight of each class. */
  prevalence: Float64Array;
  average: "macro" | "weighted" | "micro";
  sampleWeight?: ArrayLike<number>;
}

export function multiClassProblem(
  fn: string,
  yTrue: ArrayLike<Label>,
  yScore: MatrixLike,
  { average = "macro", labels, sampleWeight, skipAbsent = false }: MultiClassOptions,
): MultiClass {
  requireOneOf(fn, "average", average, ["macro", "weighted", "micro"]);
  requireMatrix(fn, "yScore", yScore);
  requireSameLength(fn, "yTrue", yTrue.length, "yScore", yScore.rows);
  checkedWeights(fn, sampleWeight, yTrue.length);
  const classes = labels ? checkedLabels(fn, labels) : uniqueLabels(fn, yTrue);
  if (classes.length !== yScore.cols) {
    throw new RangeError(
      `${fn}: yScore has ${yScore.cols} columns and there are ${classes.length} classes; name the columns with labels.`,
    );
  }
  const truth = encode(yTrue, new Map(classes.map((label, i) => [label, i])));
  const unknown = truth.indexOf(-1);
  if (unknown >= 0) throw new RangeError(`${fn}: class ${JSON.stringify(yTrue[unknown])} is not among the labels.`);
  const prevalence = new Float64Array(classes.length);
  truth.forEach((c, i) => {
    prevalence[c] += sampleWeight ? sampleWeight[i] : 1;
  });
  const present = classes.map((_, c) => c).filter((c) => prevalence[c] > 0);
  if (present.length < 2) throw new RangeError(`${fn}: at least two classes must occur, got ${present.length}.`);
  if (present.length < classes.length && !skipAbsent) {
    const absent = classes[prevalence.indexOf(0)];
    throw new RangeError(`${fn}: class ${JSON.stringify(absent)} does not occur in yTrue; skipAbsent leaves it out.`);
  }
  return { truth, yScore, classes, present, prevalence, average, sampleWeight };
}

/** Mean over the classes that occur of a figure of each against all others; or that figure of all of them at once. */
export function oneVersusRest(fn: string, problem: MultiClass, measure: (counts: ThresholdCounts) => number): number {
  const { present, prevalence, average } = problem;
  if (average === "micro") return measure(countsOfAll(fn, problem));
  let total = 0;
  let weight = 0;
  for (const c of present) {
    const w = average === "weighted" ? prevalence[c] : 1;
    total += w * measure(countsAgainst(fn, problem, c));
    weight += w;
  }
  return total / weight;
}

/** Counts of column c with class c as target, among all items or among those of classes c and other. */
export function countsAgainst(fn: string, problem: MultiClass, c: number, other?: number): ThresholdCounts {
  const { truth, yScore, sampleWeight } = problem;
  const kept: number[] = [];
  for (let i = 0; i < truth.length; i++) {
    if (other === undefined || truth[i] === c || truth[i] === other) kept.push(i);
  }
  return thresholdCounts(
    fn,
    Uint8Array.from(kept, (i) => (truth[i] === c ? 1 : 0)),
    Float64Array.from(kept, (i) => yScore.data[i * yScore.cols + c]),
    { sampleWeight: sampleWeight && Float64Array.from(kept, (i) => sampleWeight[i]) },
  );
}

/** Counts of every pair of item and class that occurs, the class of the item being its target. */
function countsOfAll(fn: string, { truth, yScore, present, sampleWeight }: MultiClass): ThresholdCounts {
  const n = truth.length * present.length;
  const isTarget = new Uint8Array(n);
  const scores = new Float64Array(n);
  const weights = sampleWeight && new Float64Array(n);
  for (let i = 0; i < truth.length; i++) {
    for (let p = 0; p < present.length; p++) {
      const at = i * present.length + p;
      isTarget[at] = truth[i] === present[p] ? 1 : 0;
      scores[at] = yScore.data[i * yScore.cols + present[p]];
      if (weights && sampleWeight) weights[at] = sampleWeight[i];
    }
  }
  return thresholdCounts(fn, isTarget, scores, { sampleWeight: weights });
}
