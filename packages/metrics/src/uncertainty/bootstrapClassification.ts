import { requireSameLength } from "../check.js";
import { encodePair } from "../labels.js";
import type { Label } from "../types.js";
import { binomial } from "./binomial.js";
import { type BootstrapOptions, checkBootstrap } from "./bootstrap.js";
import { type Interval, percentileInterval } from "./interval.js";
import { membersOf } from "./resample.js";
import { createRng, type Rng } from "./rng.js";

/** Options of {@link bootstrapClassification}. */
export interface BootstrapClassificationOptions extends Pick<BootstrapOptions, "replicates" | "confidence" | "seed"> {
  /** Classes and their order; items of other classes are left out. Default: all that occur, rising. */
  labels?: ArrayLike<Label>;
  /** Draw each class' items apart, so that every replicate has as many of each as the data (default false). */
  stratified?: boolean;
  /** Draw whole groups (speakers, recordings); length n. Not together with stratified. */
  groups?: ArrayLike<Label>;
}

/** Intervals of one class' figures. */
export interface ClassIntervals {
  label: Label;
  precision: Interval;
  recall: Interval;
  f1: Interval;
}

/** Figures of a classifier with their intervals, all from the same resamples. */
export interface ClassificationIntervals {
  accuracy: Interval;
  balancedAccuracy: Interval;
  f1Macro: Interval;
  perClass: ClassIntervals[];
}

/**
 * Percentile bootstrap of a classifier's figures, headline and each class.
 *
 * All of them follow from the confusion matrix, so each replicate draws its cells instead of its items: multinomial counts,
 * which have exactly the distribution of resampling items. A hundred thousand items cost what a thousand do.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @returns precision, recall and F1 are NaN where a class is not predicted, not present, or neither; averages leave such
 * classes out, as `balancedAccuracy` and `precisionRecallF1` of the classes that occur
 * @throws RangeError if lengths differ, there are no items, or an option is out of range
 */
export function bootstrapClassification(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  options: BootstrapClassificationOptions = {},
): ClassificationIntervals {
  const fn = "bootstrapClassification";
  const { replicates = 1000, confidence = 0.95, seed = 0, labels, stratified = false, groups } = options;
  checkBootstrap(fn, { replicates, confidence, seed });
  if (groups) requireSameLength(fn, "groups", groups.length, "yTrue", yTrue.length);
  if (groups && stratified) throw new RangeError(`${fn}: groups and stratified do not go together.`);
  const pair = encodePair(fn, yTrue, yPred, labels);
  const k = pair.labels.length;
  const cellOf = (i: number) => (pair.true[i] < 0 || pair.pred[i] < 0 ? -1 : pair.true[i] * k + pair.pred[i]);
  const items = Int32Array.from({ length: yTrue.length }, (_, i) => cellOf(i));
  const cells = cellsOf(items.filter((cell) => cell >= 0));
  if (cells.n === 0) throw new RangeError(`${fn}: no item has a class among the labels.`);
  const rng = createRng(seed);
  const draw = groups ? groupDraw(items, groups, cells, rng) : cellDraw(cells, stratified ? k : undefined, rng);
  const measure = measurer(cells.cells, k);
  const values = measure(cells.counts);
  const drawn = Array.from(values, () => new Float64Array(replicates));
  for (let r = 0; r < replicates; r++) {
    const figures = measure(draw());
    for (let f = 0; f < drawn.length; f++) drawn[f][r] = figures[f];
  }
  const interval = (f: number) => percentileInterval(values[f], drawn[f], confidence);
  return {
    accuracy: interval(0),
    balancedAccuracy: interval(1),
    f1Macro: interval(2),
    perClass: pair.labels.map((label, c) => ({
      label,
      precision: interval(3 + 3 * c),
      recall: interval(4 + 3 * c),
      f1: interval(5 + 3 * c),
    })),
  };
}

/** The filled cells of a confusion matrix (true × classes + predicted), rising, with their counts. */
interface Cells {
  n: number;
  cells: Int32Array;
  counts: Float64Array;
}

function cellsOf(items: Int32Array): Cells {
  const counts = new Map<number, number>();
  for (const cell of items) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const cells = Int32Array.from(counts.keys()).sort();
  return { n: items.length, cells, counts: Float64Array.from(cells, (cell) => counts.get(cell) ?? 0) };
}

/** Multinomial counts of all cells, or of each row's: a binomial each, of what the cells before have left. */
function cellDraw({ n, cells, counts }: Cells, rowLength: number | undefined, rng: Rng): () => Float64Array {
  const out = new Float64Array(counts.length);
  const rowOf = (j: number) => (rowLength ? Math.floor(cells[j] / rowLength) : 0);
  const rowSums = new Map<number, number>();
  for (let j = 0; rowLength && j < counts.length; j++) {
    rowSums.set(rowOf(j), (rowSums.get(rowOf(j)) ?? 0) + counts[j]);
  }
  return () => {
    let row = -1;
    let items = 0;
    let draws = 0;
    for (let j = 0; j < counts.length; j++) {
      if (rowOf(j) !== row) {
        row = rowOf(j);
        items = rowLength ? (rowSums.get(row) ?? 0) : n;
        draws = items;
      }
      out[j] = binomial(rng, draws, counts[j] / items);
      draws -= out[j];
      items -= counts[j];
    }
    return out;
  };
}

/** Sums of the cells of groups drawn with replacement, as many as there are. */
function groupDraw(items: Int32Array, groups: ArrayLike<Label>, { cells }: Cells, rng: Rng): () => Float64Array {
  const place = new Map(Array.from(cells, (cell, j) => [cell, j]));
  const members = membersOf(groups).map((group) => {
    const places = Array.from(group, (i) => place.get(items[i])).filter((j): j is number => j !== undefined);
    const own = cellsOf(Int32Array.from(places));
    return { places: own.cells, counts: own.counts };
  });
  const out = new Float64Array(cells.length);
  return () => {
    out.fill(0);
    for (let g = 0; g < members.length; g++) {
      const { places, counts } = members[rng.below(members.length)];
      for (let j = 0; j < places.length; j++) out[places[j]] += counts[j];
    }
    return out;
  };
}

/** Accuracy, balanced accuracy and macro F1, then precision, recall and F1 of each class, from counts of the cells. */
function measurer(cells: Int32Array, k: number): (counts: Float64Array) => Float64Array {
  const truth = cells.map((cell) => Math.floor(cell / k));
  const taken = cells.map((cell) => cell % k);
  const hits = new Float64Array(k);
  const support = new Float64Array(k);
  const predicted = new Float64Array(k);
  return (counts) => {
    hits.fill(0);
    support.fill(0);
    predicted.fill(0);
    let right = 0;
    let all = 0;
    for (let j = 0; j < counts.length; j++) {
      support[truth[j]] += counts[j];
      predicted[taken[j]] += counts[j];
      all += counts[j];
      if (truth[j] !== taken[j]) continue;
      hits[truth[j]] = counts[j];
      right += counts[j];
    }
    const out = new Float64Array(3 + 3 * k);
    let [recalls, present, f1s, occurring] = [0, 0, 0, 0];
    for (let c = 0; c < k; c++) {
      const recall = hits[c] / support[c];
      const f1 = (2 * hits[c]) / (support[c] + predicted[c]);
      out.set([hits[c] / predicted[c], recall, f1], 3 + 3 * c);
      if (support[c] > 0) {
        recalls += recall;
        present++;
      }
      if (support[c] + predicted[c] > 0) {
        f1s += f1;
        occurring++;
      }
    }
    out.set([right / all, recalls / present, f1s / occurring]);
    return out;
  };
}
