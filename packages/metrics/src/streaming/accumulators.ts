import type { ConfusionMatrix } from "../classification/confusionMatrix.js";
import { type ClassificationReport, classificationReport } from "../classification/precisionRecallF1.js";
import { checkedLabels } from "../labels.js";
import type { Label } from "../types.js";

/** A figure that grows with the data: add as they come, merge parts that were counted apart, ask at any time. */
export interface Accumulator<Add extends unknown[], Result> {
  /** Counts one more item or batch; returns itself. */
  add(...args: Add): this;
  /** Counts all that another has counted; the other is left as it is. */
  merge(other: this): this;
  /** The figure over all that was counted. */
  result(): Result;
}

/** Counts truth against prediction, batch by batch. */
export interface ConfusionAccumulator
  extends Accumulator<[yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>], ConfusionMatrix> {
  /** Averages and classes of what was counted, as `classificationReport`. */
  report(): ClassificationReport;
}

/**
 * Confusion matrix over batches: counts accumulate, ratios are taken once at the end.
 *
 * @param labels classes and their order; another label is an error, so that parts can always be merged
 * @throws RangeError on add if lengths differ or a label is unknown; on merge if the labels differ
 */
export function confusionAccumulator(labels: ArrayLike<Label>): ConfusionAccumulator {
  const classes = checkedLabels("confusionAccumulator", labels);
  const index = new Map(classes.map((label, i) => [label, i]));
  const k = classes.length;
  const counts = new Float64Array(k * k);
  const codeOf = (label: Label): number => {
    const code = index.get(label);
    if (code === undefined) {
      throw new RangeError(`confusionAccumulator: class ${JSON.stringify(label)} is not among the labels.`);
    }
    return code;
  };
  return {
    add(yTrue, yPred) {
      if (yTrue.length !== yPred.length) {
        throw new RangeError(`confusionAccumulator: yTrue has ${yTrue.length} items and yPred ${yPred.length}.`);
      }
      // All are looked up before any is counted: a batch counts whole or not at all.
      const cells = Array.from({ length: yTrue.length }, (_, i) => codeOf(yTrue[i]) * k + codeOf(yPred[i]));
      for (const cell of cells) counts[cell]++;
      return this;
    },
    merge(other) {
      const { labels: theirs, data } = other.result();
      if (theirs.length !== k || theirs.some((label, i) => label !== classes[i])) {
        throw new RangeError(
          `confusionAccumulator: merge needs the same labels in the same order, got ${theirs.join(", ")}.`,
        );
      }
      for (let i = 0; i < counts.length; i++) counts[i] += data[i];
      return this;
    },
    result: () => ({ labels: [...classes], data: counts.slice(), rows: k, cols: k }),
    report() {
      const cells = Array.from(counts.keys()).filter((i) => counts[i] > 0);
      return classificationReport(
        cells.map((i) => classes[Math.floor(i / k)]),
        cells.map((i) => classes[i % k]),
        { labels: classes, sampleWeight: cells.map((i) => counts[i]) },
      );
    },
  };
}

/** Mean, spread and range of numbers seen one by one. */
export interface RunningMoments {
  n: number;
  /** NaN while nothing was counted. */
  mean: number;
  /** Of the sample (n − 1); NaN below two. */
  standardDeviation: number;
  min: number;
  max: number;
}

/** Mean and variance of numbers that come one after another. */
export interface MomentsAccumulator extends Accumulator<[values: number | ArrayLike<number>], RunningMoments> {
  /** n, mean, sum of squared deviations, least and greatest: enough to merge. */
  state(): readonly [n: number, mean: number, squares: number, min: number, max: number];
}

/**
 * Running mean and deviation in one pass without loss of digits: losses over batches, levels over a stream.
 *
 * Source: Welford 1962; merging by Chan, Golub & LeVeque 1979.
 */
export function momentsAccumulator(): MomentsAccumulator {
  let [n, mean, squares, min, max] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const one = (value: number): void => {
    n++;
    const off = value - mean;
    mean += off / n;
    squares += off * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
  };
  return {
    add(values) {
      if (typeof values === "number") one(values);
      else for (let i = 0; i < values.length; i++) one(values[i]);
      return this;
    },
    merge(other) {
      const [m, theirMean, theirSquares, theirMin, theirMax] = other.state();
      if (m === 0) return this;
      const off = theirMean - mean;
      squares += theirSquares + (off * off * n * m) / (n + m);
      mean += (off * m) / (n + m);
      n += m;
      min = Math.min(min, theirMin);
      max = Math.max(max, theirMax);
      return this;
    },
    result: () => ({
      n,
      mean: n > 0 ? mean : Number.NaN,
      standardDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN,
      min,
      max,
    }),
    state: () => [n, mean, squares, min, max],
  };
}
