import type { Matrix } from "../core/types.js";
import { crossDots, squaredNorms } from "./dots.js";
import { applyKernel, type KernelParameters } from "./kernel.js";

/** Kernel values among training samples. */
export interface KernelSource {
  readonly n: number;
  readonly diagonal: Float64Array;
  /** Writes K(i, columns[·]). */
  fill(i: number, columns: Int32Array, out: Float32Array | Float64Array): void;
}

/** Values among the rows of x: the whole matrix once when it fits into `cacheBytes`, else row by row when asked for. */
export function kernelSource(x: Matrix, parameters: KernelParameters, cacheBytes: number): KernelSource {
  const n = x.rows;
  const norms = squaredNorms(x);
  const diagonal = Float64Array.from({ length: n }, (_, i) => selfKernel(norms[i], parameters));
  if (4 * n * n <= cacheBytes) {
    const whole = wholeKernel(x, norms, parameters);
    return { n, diagonal, fill: gatherFrom(whole, n) };
  }
  const { cols } = x;
  return {
    n,
    diagonal,
    fill(i, columns, out) {
      const own = x.data.subarray(i * cols, (i + 1) * cols);
      const dots = new Float64Array(columns.length);
      const others = new Float64Array(columns.length);
      for (let s = 0; s < columns.length; s++) {
        const at = columns[s] * cols;
        let sum = 0;
        for (let t = 0; t < cols; t++) sum += own[t] * x.data[at + t];
        dots[s] = sum;
        others[s] = norms[columns[s]];
      }
      applyKernel(dots, norms.subarray(i, i + 1), others, parameters);
      out.set(dots);
    },
  };
}

/** A source from a kernel matrix that was computed elsewhere. */
export function precomputedSource(matrix: Matrix): KernelSource {
  const n = matrix.rows;
  const diagonal = Float64Array.from({ length: n }, (_, i) => matrix.data[i * n + i]);
  return { n, diagonal, fill: gatherFrom(matrix.data, n) };
}

const gatherFrom =
  (whole: Float32Array | Float64Array, n: number): KernelSource["fill"] =>
  (i, columns, out) => {
    const row = i * n;
    for (let s = 0; s < columns.length; s++) out[s] = whole[row + columns[s]];
  };

function selfKernel(norm: number, parameters: KernelParameters): number {
  const value = Float64Array.of(norm);
  applyKernel(value, value.slice(), value.slice(), parameters);
  return value[0];
}

/** The symmetric matrix in bands of rows: what lies left of the diagonal band is copied. */
function wholeKernel(x: Matrix, norms: Float64Array, parameters: KernelParameters): Float32Array {
  const n = x.rows;
  const out = new Float32Array(n * n);
  const band = 64;
  for (let from = 0; from < n; from += band) {
    const to = Math.min(from + band, n);
    const left = { data: x.data.subarray(from * x.cols, to * x.cols), rows: to - from, cols: x.cols };
    const right = { data: x.data.subarray(from * x.cols), rows: n - from, cols: x.cols };
    const values = crossDots(left, right);
    applyKernel(values, norms.subarray(from, to), norms.subarray(from), parameters);
    for (let i = from; i < to; i++) {
      out.set(values.subarray((i - from) * right.rows, (i - from + 1) * right.rows), i * n + from);
      for (let j = to; j < n; j++) out[j * n + i] = out[i * n + j];
    }
  }
  return out;
}
