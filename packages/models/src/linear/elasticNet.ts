import { type Columns, toColumns } from "../core/columns.js";
import { defineRegressor, type RegressorJob, type SyncRegressor } from "../core/defineRegressor.js";
import { aNumber, aSwitch, aWhole } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, SparseMatrix } from "../core/types.js";
import { linearScores } from "./linearScores.js";

type Rows = Matrix | SparseMatrix;

/** Options of {@link lasso}. */
export interface LassoOptions {
  /** Strength of the penalty (default 1). */
  alpha?: number;
  /** Learns an unpenalised intercept (default true). */
  fitIntercept?: boolean;
  /** Ends when the duality gap is at most this times the mean square of y (default 1e-4). */
  tol?: number;
  /** Passes over the columns at most (default 1000). */
  maxIter?: number;
}

/** Options of {@link elasticNet}. */
export interface ElasticNetOptions extends LassoOptions {
  /** Share of the L1 penalty: 1 is the lasso, 0 ridge (default 0.5). */
  l1Ratio?: number;
}

const lassoReaders = {
  alpha: aNumber(1, { min: 0 }),
  fitIntercept: aSwitch(true),
  tol: aNumber(1e-4, { min: 0 }),
  maxIter: aWhole(1000, { min: 1 }),
};
const netReaders = { ...lassoReaders, l1Ratio: aNumber(0.5, { min: 0, max: 1 }) };

type NetOptions = { alpha: number; fitIntercept: boolean; tol: number; maxIter: number; l1Ratio: number };

function learn({ x, y, weights }: { x: Rows; y: Float64Array; weights: Float64Array }, options: NetOptions) {
  const { coef, intercept } = descend(toColumns(x), y, weights, options);
  return { coef: tensor(coef), intercept: tensor(Float64Array.of(intercept)) };
}

const predict = (x: Rows, { coef, intercept }: ReturnType<typeof learn>): Float64Array =>
  linearScores(x, coef.data as Float64Array, intercept.data as Float64Array);

const net = defineRegressor({
  kind: "elasticNet",
  options: netReaders,
  sparse: true,
  learn: (job: RegressorJob<Rows, typeof netReaders>) => learn(job, job.options),
  predict,
});

const lassoOnly = defineRegressor({
  kind: "lasso",
  options: lassoReaders,
  sparse: true,
  learn: (job: RegressorJob<Rows, typeof lassoReaders>) => learn(job, { ...job.options, l1Ratio: 1 }),
  predict,
});

/**
 * Least squares with L1 and L2 penalties: minimises |y − x·w|² / 2n + alpha (l1Ratio |w|₁ + (1 − l1Ratio) |w|² / 2). Dense or sparse.
 *
 * @throws RangeError for a bad option, features or targets that are not finite; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `ElasticNet` within 1e-7 in coefficients when both run to the end (golden tests).
 * Source: Friedman, Hastie & Tibshirani 2010 (coordinate descent).
 */
export function elasticNet(options?: ElasticNetOptions): SyncRegressor<Rows> {
  return net.build(options);
}

export const elasticNetKind = net.registered;

/** {@link elasticNet} with the L1 penalty alone: many coefficients become 0. */
export function lasso(options?: LassoOptions): SyncRegressor<Rows> {
  return lassoOnly.build(options);
}

export const lassoKind = lassoOnly.registered;

export const softThreshold = (value: number, by: number): number =>
  value > by ? value - by : value < -by ? value + by : 0;

/** Columns are centred without touching their zeros: residual i is `r[i] + offset`, whose weighted sum stays 0. */
function descend(
  { indptr, indices, values, rows, cols }: Columns,
  y: Float64Array,
  given: Float64Array,
  { alpha, l1Ratio, fitIntercept, tol, maxIter }: NetOptions,
): { coef: Float64Array; intercept: number } {
  const total = given.reduce((a, b) => a + b, 0);
  const share = given.map((w) => w / total);
  const l1 = alpha * l1Ratio;
  const l2 = alpha * (1 - l1Ratio);
  const mean = new Float64Array(cols);
  const square = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    for (let k = indptr[j]; k < indptr[j + 1]; k++) {
      mean[j] += share[indices[k]] * values[k];
      square[j] += share[indices[k]] * values[k] ** 2;
    }
    if (fitIntercept) square[j] -= mean[j] ** 2;
    else mean[j] = 0;
  }
  const meanY = fitIntercept ? y.reduce((sum, v, i) => sum + share[i] * v, 0) : 0;
  const r = y.map((v) => v - meanY);
  const power = r.reduce((sum, v, i) => sum + share[i] * v * v, 0);
  const coef = new Float64Array(cols);
  let offset = 0;
  /** Weighted product of a centred column with the residuals. */
  const product = (j: number): number => {
    let sum = 0;
    for (let k = indptr[j]; k < indptr[j + 1]; k++) sum += share[indices[k]] * values[k] * r[indices[k]];
    return fitIntercept ? sum + offset * mean[j] : sum;
  };
  for (let pass = 0; pass < maxIter; pass++) {
    let moved = 0;
    let largest = 0;
    for (let j = 0; j < cols; j++) {
      if (!(square[j] > 1e-14 * Math.max(1, mean[j] ** 2))) continue;
      const before = coef[j];
      coef[j] = softThreshold(product(j) + square[j] * before, l1) / (square[j] + l2);
      const step = coef[j] - before;
      if (step !== 0) {
        for (let k = indptr[j]; k < indptr[j + 1]; k++) r[indices[k]] -= step * values[k];
        offset += step * mean[j];
      }
      moved = Math.max(moved, Math.abs(step) * Math.sqrt(square[j]));
      largest = Math.max(largest, Math.abs(coef[j]) * Math.sqrt(square[j]));
    }
    if (moved <= 1e-15 * largest) break;
    if (moved <= Math.sqrt(tol) * largest && gap() <= tol * power) break;
  }
  const intercept = meanY - coef.reduce((sum, w, j) => sum + w * mean[j], 0);
  return { coef, intercept: fitIntercept ? intercept : 0 };

  /** Primal less dual value, both per unit of weight. */
  function gap(): number {
    let worst = 0;
    let squares = 0;
    let sizes = 0;
    for (let j = 0; j < cols; j++) {
      worst = Math.max(worst, Math.abs(product(j) - l2 * coef[j]));
      squares += coef[j] ** 2;
      sizes += Math.abs(coef[j]);
    }
    let residual = 0;
    let along = 0;
    for (let i = 0; i < rows; i++) {
      const e = r[i] + offset;
      residual += share[i] * e * e;
      along += share[i] * e * (y[i] - meanY);
    }
    const scale = worst > l1 ? l1 / worst : 1;
    const primal = (residual + l2 * squares) / 2 + l1 * sizes;
    return primal - (scale * along - (scale * scale * (residual + l2 * squares)) / 2);
  }
}
