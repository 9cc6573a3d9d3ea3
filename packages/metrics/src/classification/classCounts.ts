import { checkedWeights } from "../check.js";
import { encodePair } from "../labels.js";
import type { Label } from "../types.js";

/** Hits and sums of each class, from which precision, recall, F and Jaccard follow. */
export interface ClassCounts {
  labels: Label[];
  /** Items of the class that were predicted as such. */
  hits: Float64Array;
  /** Items predicted as the class. */
  predicted: Float64Array;
  /** Items of the class. */
  support: Float64Array;
}

export function classCounts(
  fn: string,
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  labels?: ArrayLike<Label>,
  sampleWeight?: ArrayLike<number>,
): ClassCounts {
  checkedWeights(fn, sampleWeight, yTrue.length);
  const pair = encodePair(fn, yTrue, yPred, labels);
  const k = pair.labels.length;
  const counts = {
    labels: pair.labels,
    hits: new Float64Array(k),
    predicted: new Float64Array(k),
    support: new Float64Array(k),
  };
  for (let i = 0; i < pair.true.length; i++) {
    const w = sampleWeight ? sampleWeight[i] : 1;
    const t = pair.true[i];
    const p = pair.pred[i];
    if (t >= 0) counts.support[t] += w;
    if (p >= 0) counts.predicted[p] += w;
    if (t >= 0 && t === p) counts.hits[t] += w;
  }
  return counts;
}

/** How per-class figures become one. */
export type Average = "binary" | "micro" | "macro" | "weighted";

/** The counts pooled over classes (micro), or of the positive class alone (binary); macro keeps them apart. */
export function pooledCounts(fn: string, counts: ClassCounts, average: Average, posLabel?: Label): ClassCounts {
  if (average === "micro") {
    return {
      labels: ["all"],
      hits: Float64Array.of(sum(counts.hits)),
      predicted: Float64Array.of(sum(counts.predicted)),
      support: Float64Array.of(sum(counts.support)),
    };
  }
  if (average !== "binary") return counts;
  if (counts.labels.length > 2) {
    throw new RangeError(
      `${fn}: average "binary" is for two classes, got ${counts.labels.length}; choose "micro", "macro" or "weighted".`,
    );
  }
  const label = posLabel ?? 1;
  const at = counts.labels.indexOf(label);
  if (at < 0) {
    const known = counts.labels.map((l) => JSON.stringify(l)).join(", ");
    throw new RangeError(`${fn}: posLabel ${JSON.stringify(label)} is not among the labels ${known}.`);
  }
  return {
    labels: [label],
    hits: counts.hits.slice(at, at + 1),
    predicted: counts.predicted.slice(at, at + 1),
    support: counts.support.slice(at, at + 1),
  };
}

/** Mean of per-class values, plain or weighted by support; values that are undefined are left out. */
export function averageOf(values: ArrayLike<number>, support: Float64Array, average: Average, empty: number): number {
  let total = 0;
  let weight = 0;
  for (let c = 0; c < values.length; c++) {
    if (Number.isNaN(values[c])) continue;
    const w = average === "weighted" ? support[c] : 1;
    total += w * values[c];
    weight += w;
  }
  return weight > 0 ? total / weight : empty;
}

export const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
