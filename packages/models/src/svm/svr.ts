import { defineRegressor, type RegressorJob, type SyncRegressor } from "../core/defineRegressor.js";
import { selectSamples } from "../core/features.js";
import { aNumber, aSwitch, aWhole, either, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { type KernelName, kernelMatrix, kernelWidth } from "./kernel.js";
import { kernelSource, precomputedSource } from "./kernelSource.js";
import { pickColumns, requireKernelMatrix } from "./precomputed.js";
import { solveSmo } from "./smo.js";

/** Options of {@link svr}. */
export interface SvrOptions {
  /** Price of an error beyond epsilon (default 1). */
  c?: number;
  /** Errors up to this cost nothing (default 0.1). */
  epsilon?: number;
  /** Default "rbf"; "precomputed" eats kernel values, samples × training samples. */
  kernel?: KernelName | "precomputed";
  /** Width of the kernel: a number above 0, "scale" (default: 1 / (columns · variance of x)) or "auto" (1 / columns). */
  gamma?: number | "scale" | "auto";
  /** Of the polynomial kernel (default 3). */
  degree?: number;
  /** Of the polynomial and sigmoid kernels (default 0). */
  coef0?: number;
  /** Ends when the optimality conditions hold within this (default 1e-3). */
  tol?: number;
  /** Leaves settled samples out of the search (default true). */
  shrinking?: boolean;
  /** Bytes for kernel values (default 200 MiB, as scikit-learn). */
  cacheBytes?: number;
}

const readers = {
  c: aNumber(1, { above: 0 }),
  epsilon: aNumber(0.1, { min: 0 }),
  kernel: oneOf(["rbf", "linear", "poly", "sigmoid", "precomputed"], "rbf"),
  gamma: either(oneOf(["scale", "auto"], "scale"), aNumber(0, { above: 0 })),
  degree: aWhole(3, { min: 1 }),
  coef0: aNumber(0),
  tol: aNumber(1e-3, { above: 0 }),
  shrinking: aSwitch(true),
  cacheBytes: aWhole(200 * 2 ** 20, { min: 2 ** 20 }),
};

const regressor = defineRegressor({
  kind: "svr",
  options: readers,
  learn({ x, y, weights, options }: RegressorJob<Matrix, typeof readers>) {
    const { kernel, epsilon } = options;
    const n = x.rows;
    const gamma = kernelWidth(x, options.gamma);
    if (kernel === "precomputed") requireKernelMatrix("svr", x);
    const source =
      kernel === "precomputed"
        ? precomputedSource(x)
        : kernelSource(x, { ...options, kernel, gamma }, options.cacheBytes);
    const every = Int32Array.from({ length: n }, (_, i) => i);
    // Each sample twice: pulled up and pulled down.
    const { alpha, rho } = solveSmo({
      y: new Int8Array(2 * n).fill(1, 0, n).fill(-1, n),
      c: Float64Array.from({ length: 2 * n }, (_, s) => options.c * weights[s % n]),
      linear: Float64Array.from({ length: 2 * n }, (_, s) => (s < n ? epsilon - y[s] : epsilon + y[s - n])),
      diagonal: Float64Array.from({ length: 2 * n }, (_, s) => source.diagonal[s % n]),
      kernelRow(s, out) {
        source.fill(s % n, every, out.subarray(0, n));
        out.copyWithin(n, 0, n);
      },
      tol: options.tol,
      shrinking: options.shrinking,
      cacheBytes: options.cacheBytes,
    });
    const support = every.filter((i) => alpha[i] !== alpha[n + i]);
    const vectors =
      kernel === "precomputed"
        ? { data: new Float64Array(0), rows: support.length, cols: 0 }
        : selectSamples(x, support);
    return {
      gamma,
      rho,
      support: tensor(support),
      coef: tensor(Float64Array.from(support, (i) => alpha[i] - alpha[n + i])),
      vectors: tensor(vectors.data, [vectors.rows, vectors.cols]),
    };
  },
  predict(x: Matrix, { gamma, rho, support, coef, vectors }, { kernel, ...options }) {
    const [rows, cols] = vectors.shape;
    const values =
      kernel === "precomputed"
        ? pickColumns(x, support.data as Int32Array)
        : kernelMatrix(x, { data: vectors.data as Float64Array, rows, cols }, { ...options, kernel, gamma });
    const out = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      let sum = -rho;
      for (let s = 0; s < rows; s++) sum += coef.data[s] * values[i * rows + s];
      out[i] = sum;
    }
    return out;
  },
});

/**
 * Support vector regression: errors up to epsilon are free. Scale the features first.
 *
 * @throws RangeError for a bad option, features or targets that are not finite; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `SVR` within 1e-4 at the same tolerance (golden tests). Source: see `solveSmo`.
 */
export function svr(options?: SvrOptions): SyncRegressor {
  return regressor.build(options);
}

export const svrKind = regressor.registered;
