import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { column, quantileSorted } from "./quantile.js";

/** Options of {@link quantileTransformer}. */
export interface QuantileTransformerOptions {
  /** Points at which the distribution is known (default 1000, at most one a sample). */
  nQuantiles?: number;
  /** What the columns look like afterwards: "uniform" on [0, 1] (default) or "normal". */
  output?: "uniform" | "normal";
}

const readers = { nQuantiles: aWhole(1000, { min: 2 }), output: oneOf(["uniform", "normal"], "uniform") };

const transformer = defineTransformer({
  kind: "quantileTransformer",
  options: readers,
  learn(x: Matrix, { nQuantiles }) {
    const count = Math.max(2, Math.min(nQuantiles, x.rows));
    const quantiles = new Float64Array(x.cols * count);
    for (let j = 0; j < x.cols; j++) {
      const sorted = column(x, j).sort();
      for (let q = 0; q < count; q++) quantiles[j * count + q] = quantileSorted(sorted, q / (count - 1));
    }
    return { quantiles: tensor(quantiles, [x.cols, count]) };
  },
  apply(x: Matrix, { quantiles }, { output }): Matrix {
    const count = quantiles.shape[1];
    const data = new Float64Array(x.data.length);
    for (let i = 0; i < data.length; i++) {
      const own = quantiles.data.subarray((i % x.cols) * count, ((i % x.cols) + 1) * count) as Float64Array;
      const share = rank(own, x.data[i]);
      data[i] = output === "uniform" ? share : normalQuantile(Math.min(1 - 1e-7, Math.max(1e-7, share)));
    }
    return { data, rows: x.rows, cols: x.cols };
  },
});

/** Where a value lies among quantiles, in [0, 1]: the middle of those that equal it. */
function rank(quantiles: Float64Array, value: number): number {
  const last = quantiles.length - 1;
  if (value <= quantiles[0]) return 0;
  if (value >= quantiles[last]) return 1;
  return (between(quantiles, value, false) + between(quantiles, value, true)) / 2;
}

function between(quantiles: Float64Array, value: number, fromAbove: boolean): number {
  let low = 0;
  let high = quantiles.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (quantiles[middle] < value || (fromAbove && quantiles[middle] === value)) low = middle;
    else high = middle;
  }
  const gap = quantiles[high] - quantiles[low];
  return (low + (gap > 0 ? (value - quantiles[low]) / gap : 0)) / (quantiles.length - 1);
}

/** Inverse of the normal distribution: Hastings' approximation (Abramowitz & Stegun 26.2.23) and Newton's steps. */
function normalQuantile(p: number): number {
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z =
    t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
  for (let step = 0; step < 4; step++) {
    const error = upperTail(z) - tail;
    z += error / (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
  }
  return p < 0.5 ? -z : z;
}

/** P(Z > z) for z ≥ 0: series near 0, continued fraction beyond 2. */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; n < 100 && Math.abs(term) > 1e-18; n++) {
      term *= (z * z) / (2 * n + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let n = 120; n > 0; n--) fraction = n / (z + fraction);
  return density / (z + fraction);
}

/**
 * Maps each column to its quantiles among the training samples, uniform or normal: outliers and skew vanish.
 *
 * @throws Error for transforming before fit; RangeError for features that are not finite
 * Agrees with scikit-learn 1.9 `QuantileTransformer` within 1e-7 (golden tests).
 */
export function quantileTransformer(options?: QuantileTransformerOptions): SyncTransformer {
  return transformer.build(options);
}

export const quantileTransformerKind = transformer.registered;
