import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { isSparse } from "../core/features.js";
import { classWeights } from "../core/labels.js";
import { aNumber, aSwitch, aWhole } from "../core/options.js";
import { createRandom, permutation } from "../core/random.js";
import { tensor } from "../core/state.js";
import type { Matrix, SparseMatrix } from "../core/types.js";
import { aClassWeight, type ClassWeight } from "./classWeight.js";
import { linearScores, toProbabilities } from "./linearScores.js";

/** Options of {@link linearSvc}. */
export interface LinearSvcOptions {
  /** Price of a violated margin (default 1). */
  c?: number;
  /** Learns an intercept, penalised as a weight on a column of ones (default true). */
  fitIntercept?: boolean;
  /** Ends when the optimality conditions hold within this (default 1e-4). */
  tol?: number;
  /** Passes over the samples at most (default 1000). */
  maxIter?: number;
  classWeight?: ClassWeight;
  /** Of the order in which samples are visited (default 0). */
  seed?: number;
}

type Rows = Matrix | SparseMatrix;

const readers = {
  c: aNumber(1, { above: 0 }),
  fitIntercept: aSwitch(true),
  tol: aNumber(1e-4, { above: 0 }),
  maxIter: aWhole(1000, { min: 1 }),
  classWeight: aClassWeight,
  seed: aWhole(0),
};

const classifier = defineClassifier({
  kind: "linearSvc",
  options: readers,
  sparse: true,
  learn({ x, codes, classes, weights, options }: ClassifierJob<Rows, typeof readers>) {
    const k = classes.length === 2 ? 1 : classes.length;
    const byClass = classWeights("linearSvc", options.classWeight, { classes: [...classes], codes });
    const coef = new Float64Array(k * x.cols);
    const intercept = new Float64Array(k);
    for (let c = 0; c < k; c++) {
      const positive = k === 1 ? 1 : c;
      const y = Int8Array.from(codes, (code) => (code === positive ? 1 : -1));
      // As in liblinear: of one class against the rest, the rest weighs 1.
      const price = weights.map((w, i) => options.c * w * (k === 1 || y[i] > 0 ? (byClass?.[codes[i]] ?? 1) : 1));
      const w = coordinateDescent(x, y, price, options);
      coef.set(w.subarray(0, x.cols), c * x.cols);
      intercept[c] = options.fitIntercept ? w[x.cols] : 0;
    }
    return { coef: tensor(coef, [k, x.cols]), intercept: tensor(intercept) };
  },
  // Not calibrated: a sigmoid or softmax of the margins, whose most probable class is the one on the right side of them.
  probabilities(x: Rows, { coef, intercept }) {
    const margins = linearScores(x, coef.data as Float64Array, intercept.data as Float64Array);
    return toProbabilities(margins, x.rows, intercept.data.length).data as Float64Array;
  },
});

/**
 * Linear support vector classification with the squared hinge loss, one class against the rest; dense or sparse.
 *
 * `predictProba` squeezes the margins and is not calibrated; wrap it in `calibrated` for probabilities.
 *
 * @throws RangeError for one class, features that are not finite; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `LinearSVC` within 1e-4 in decisions at tol 1e-8 (golden tests).
 * Source: Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM", as in liblinear.
 */
export function linearSvc(options?: LinearSvcOptions): SyncClassifier<Rows> {
  return classifier.build(options);
}

export const linearSvcKind = classifier.registered;

/** Minimises ½ |w|² + Σ price · max(0, 1 − y w·x)² by passes over the dual variables; the last weight is the intercept's. */
function coordinateDescent(
  x: Rows,
  y: Int8Array,
  price: Float64Array,
  { fitIntercept, tol, maxIter, seed }: { fitIntercept: boolean; tol: number; maxIter: number; seed: number },
): Float64Array {
  const { rows, cols } = x;
  const w = new Float64Array(cols + 1);
  const alpha = new Float64Array(rows);
  const bias = fitIntercept ? 1 : 0;
  const dot = rowDot(x);
  const add = rowAdd(x);
  const curvature = Float64Array.from(price, (c, i) => squaredNorm(x, i) + bias + (c > 0 ? 0.5 / c : 0));
  let active = permutation(rows, createRandom(seed)).filter((i) => price[i] > 0);
  const everyone = active;
  let bound = Infinity;
  for (let pass = 0; pass < maxIter; pass++) {
    const rng = createRandom(seed, pass + 1);
    let highest = -Infinity;
    let lowest = Infinity;
    let kept = 0;
    active = active.slice();
    for (let s = 0; s < active.length; s++) {
      const swap = s + rng.below(active.length - s);
      const i = active[swap];
      active[swap] = active[s];
      active[s] = i;
      const gradient = y[i] * (dot(i, w) + bias * w[cols]) - 1 + (alpha[i] * 0.5) / price[i];
      // At the bound 0 with the gradient pointing out: settled for now.
      if (alpha[i] === 0 && gradient > bound) continue;
      const projected = alpha[i] === 0 && gradient > 0 ? 0 : gradient;
      highest = Math.max(highest, projected);
      lowest = Math.min(lowest, projected);
      active[kept++] = i;
      if (Math.abs(projected) <= 1e-12) continue;
      const before = alpha[i];
      alpha[i] = Math.max(before - gradient / curvature[i], 0);
      const step = (alpha[i] - before) * y[i];
      add(i, step, w);
      w[cols] += bias * step;
    }
    const done = highest - lowest <= tol;
    active = active.subarray(0, kept);
    if (done && active.length === everyone.length) break;
    if (done || active.length === 0) {
      active = everyone;
      bound = Infinity;
    } else bound = highest > 0 ? highest : Infinity;
  }
  return w;
}

function rowDot(x: Rows): (i: number, w: Float64Array) => number {
  if (isSparse(x)) {
    const { indptr, indices, values } = x;
    return (i, w) => {
      let sum = 0;
      for (let k = indptr[i]; k < indptr[i + 1]; k++) sum += values[k] * w[indices[k]];
      return sum;
    };
  }
  const { data, cols } = x;
  return (i, w) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += data[i * cols + j] * w[j];
    return sum;
  };
}

function rowAdd(x: Rows): (i: number, scale: number, w: Float64Array) => void {
  if (isSparse(x)) {
    const { indptr, indices, values } = x;
    return (i, scale, w) => {
      for (let k = indptr[i]; k < indptr[i + 1]; k++) w[indices[k]] += scale * values[k];
    };
  }
  const { data, cols } = x;
  return (i, scale, w) => {
    for (let j = 0; j < cols; j++) w[j] += scale * data[i * cols + j];
  };
}

function squaredNorm(x: Rows, i: number): number {
  let sum = 0;
  if (isSparse(x)) for (let k = x.indptr[i]; k < x.indptr[i + 1]; k++) sum += x.values[k] ** 2;
  else for (let j = i * x.cols; j < (i + 1) * x.cols; j++) sum += x.data[j] ** 2;
  return sum;
}
