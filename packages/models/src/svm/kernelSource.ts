import type { Matrix } from "../core/types.js";
import { squaredNorms, symmetricDots } from "./dots.js";
import { applyKernel, gaussianWidth, type KernelParameters } from "./kernel.js";

/** Kernel values among training samples. */
export interface KernelSource {
  readonly n: number;
  readonly diagonal: Float64Array;
  /** Writes K(i, columns[·]). */
  fill(i: number, columns: Int32Array, out: Float32Array | Float64Array): void;
  /** Row i of the whole matrix, where there is one: neighbouring columns are then copied in one go. */
  row?(i: number): Float32Array | Float64Array;
}

/** Values among the rows of x: the whole matrix once when it fits into `cacheBytes`, else row by row when asked for. */
export function kernelSource(x: Matrix, parameters: KernelParameters, cacheBytes: number): KernelSource {
  const n = x.rows;
  const norms = squaredNorms(x);
  const gamma = gaussianWidth(parameters);
  const diagonal = gamma === undefined ? norms.slice() : new Float64Array(n).fill(1);
  applyKernel(diagonal, parameters);
  if (4 * n * n <= cacheBytes) {
    const whole = symmetricDots(x, gamma, (values) => applyKernel(values, parameters));
    return { n, diagonal, fill: gatherFrom(whole, n), row: (i) => whole.subarray(i * n, (i + 1) * n) };
  }
  const { cols, data } = x;
  return {
    n,
    diagonal,
    fill(i, columns, out) {
      const own = data.subarray(i * cols, (i + 1) * cols);
      const values = new Float64Array(columns.length);
      for (let s = 0; s < columns.length; s++) {
        const other = columns[s];
        const at = other * cols;
        let s0 = 0;
        let s1 = 0;
        let t = 0;
        for (; t + 1 < cols; t += 2) {
          s0 += own[t] * data[at + t];
          s1 += own[t + 1] * data[at + t + 1];
        }
        if (t < cols) s0 += own[t] * data[at + t];
        const dot = s0 + s1;
        values[s] = gamma === undefined ? dot : Math.exp(-gamma * Math.max(0, norms[i] + norms[other] - 2 * dot));
      }
      applyKernel(values, parameters);
      out.set(values);
    },
  };
}

/** A source from a kernel matrix that was computed elsewhere. */
export function precomputedSource(matrix: Matrix): KernelSource {
  const n = matrix.rows;
  const diagonal = Float64Array.from({ length: n }, (_, i) => matrix.data[i * n + i]);
  return { n, diagonal, fill: gatherFrom(matrix.data, n), row: (i) => matrix.data.subarray(i * n, (i + 1) * n) };
}

const gatherFrom =
  (whole: Float32Array | Float64Array, n: number): KernelSource["fill"] =>
  (i, columns, out) => {
    const row = i * n;
    for (let s = 0; s < columns.length; s++) out[s] = whole[row + columns[s]];
  };
