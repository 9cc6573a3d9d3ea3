import { isSparse } from "../core/features.js";
import { createRandom } from "../core/random.js";
import type { Matrix, SparseMatrix } from "../core/types.js";
import type { Loss } from "./sgdLoss.js";

export interface SgdJob {
  x: Matrix | SparseMatrix;
  y: Float64Array;
  weights: Float64Array;
  loss: Loss;
  options: {
    penalty: "l2" | "l1" | "elasticnet" | "none";
    alpha: number;
    l1Ratio: number;
    fitIntercept: boolean;
    maxIter: number;
    tol: number | null;
    nIterNoChange: number;
    shuffle: boolean;
    learningRate: "optimal" | "invscaling" | "constant" | "adaptive";
    eta0: number;
    powerT: number;
    seed: number;
  };
  /** Tells apart the orders of several classes. */
  stream: number;
  signal?: AbortSignal;
}

/** Steps on the intercept of sparse rows, whose other weights move seldom, are this share. */
const sparseDecay = 0.01;

/**
 * Stochastic gradient descent on a linear model: weights kept as scale · vector, so that the L2 penalty costs one multiplication a step;
 * the L1 penalty is charged when a weight is next used.
 *
 * Sources: Bottou 2010; Tsuruoka, Tsujii & Ananiadou 2009 (cumulative penalty); the steps are those of scikit-learn's `_plain_sgd`.
 */
export function descendStochastically({ x, y, weights, loss, options, stream, signal }: SgdJob) {
  const { penalty, alpha, learningRate, tol } = options;
  const { rows, cols } = x;
  const l1Ratio = penalty === "l1" ? 1 : penalty === "elasticnet" ? options.l1Ratio : 0;
  const strength = penalty === "none" ? 0 : alpha;
  const { dot, add, entries } = rowAccess(x);
  const v = new Float64Array(cols);
  const charged = new Float64Array(cols);
  let scale = 1;
  let due = 0;
  let intercept = 0;
  let t = 1;
  let eta = options.eta0;
  const start = firstTime(loss, alpha);
  const decay = isSparse(x) ? sparseDecay : 1;
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const rng = createRandom(options.seed, stream);
  let best = Infinity;
  let idle = 0;
  const charge = (j: number): void => {
    const before = v[j];
    if (scale * before > 0) v[j] = Math.max(0, before - (due + charged[j]) / scale);
    else if (scale * before < 0) v[j] = Math.min(0, before + (due - charged[j]) / scale);
    charged[j] += scale * (v[j] - before);
  };
  for (let pass = 0; pass < options.maxIter; pass++) {
    signal?.throwIfAborted();
    if (options.shuffle) shuffle(order, rng.below);
    let objective = 0;
    for (const i of order) {
      const p = scale * dot(i, v) + intercept;
      if (learningRate === "optimal") eta = 1 / (alpha * (start + t - 1));
      else if (learningRate === "invscaling") eta = options.eta0 / t ** options.powerT;
      if (tol !== null) objective += weights[i] * loss.value(y[i], p);
      const update = -eta * Math.max(-1e12, Math.min(1e12, loss.slope(y[i], p))) * weights[i];
      if (penalty === "l2" || penalty === "elasticnet") scale *= Math.max(0, 1 - (1 - l1Ratio) * eta * strength);
      if (scale < 1e-9) {
        for (let j = 0; j < cols; j++) v[j] *= scale;
        scale = 1;
      }
      if (update !== 0) {
        add(i, update / scale, v);
        if (options.fitIntercept) intercept += update * decay;
      }
      if (penalty === "l1" || penalty === "elasticnet") {
        due += l1Ratio * eta * strength;
        entries(i, charge);
      }
      t++;
    }
    if (!Number.isFinite(intercept) || !v.every(Number.isFinite)) {
      throw new RangeError(
        `sgd: the weights grew beyond all bounds in pass ${pass + 1}; scale the features or lower eta0.`,
      );
    }
    if (tol === null) continue;
    const mean = objective / rows + penaltyOf(v, scale, strength, l1Ratio);
    idle = mean > best - tol ? idle + 1 : 0;
    best = Math.min(best, mean);
    if (idle < options.nIterNoChange) continue;
    if (learningRate !== "adaptive" || eta <= 1e-6) break;
    eta /= 5;
    idle = 0;
  }
  return { coef: v.map((value) => value * scale), intercept };
}

function penaltyOf(v: Float64Array, scale: number, alpha: number, l1Ratio: number): number {
  let sum = 0;
  for (let j = 0; j < v.length; j++) {
    const w = scale * v[j];
    sum += l1Ratio * Math.abs(w) + ((1 - l1Ratio) / 2) * w * w;
  }
  return alpha * sum;
}

/** When "optimal" starts: a first step as long as weights of the expected size (Bottou's heuristic). */
function firstTime(loss: Loss, alpha: number): number {
  const typical = Math.sqrt(1 / Math.sqrt(alpha));
  const eta = typical / Math.max(1, loss.slope(1, -typical));
  return 1 / (eta * alpha);
}

function shuffle(order: Int32Array, below: (n: number) => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1);
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

function rowAccess(x: Matrix | SparseMatrix) {
  if (isSparse(x)) {
    const { indptr, indices, values } = x;
    return {
      dot(i: number, v: Float64Array): number {
        let sum = 0;
        for (let k = indptr[i]; k < indptr[i + 1]; k++) sum += values[k] * v[indices[k]];
        return sum;
      },
      add(i: number, by: number, v: Float64Array): void {
        for (let k = indptr[i]; k < indptr[i + 1]; k++) v[indices[k]] += by * values[k];
      },
      entries(i: number, visit: (j: number) => void): void {
        for (let k = indptr[i]; k < indptr[i + 1]; k++) visit(indices[k]);
      },
    };
  }
  const { data, cols } = x;
  return {
    dot(i: number, v: Float64Array): number {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += data[i * cols + j] * v[j];
      return sum;
    },
    add(i: number, by: number, v: Float64Array): void {
      for (let j = 0; j < cols; j++) v[j] += by * data[i * cols + j];
    },
    entries(_: number, visit: (j: number) => void): void {
      for (let j = 0; j < cols; j++) visit(j);
    },
  };
}
