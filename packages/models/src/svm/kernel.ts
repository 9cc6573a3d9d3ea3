import type { Matrix } from "../core/types.js";
import { crossDots, squaredNorms } from "./dots.js";

export type KernelName = "rbf" | "linear" | "poly" | "sigmoid";

export interface KernelParameters {
  kernel: KernelName;
  /** Ignored by the linear kernel. */
  gamma: number;
  /** Of the polynomial kernel. */
  degree: number;
  /** Of the polynomial and sigmoid kernels. */
  coef0: number;
}

/** Turns dot products into kernel values, in place. */
export function applyKernel(
  dots: Float64Array,
  normsA: Float64Array,
  normsB: Float64Array,
  { kernel, gamma, degree, coef0 }: KernelParameters,
): void {
  if (kernel === "linear") return;
  const cols = normsB.length;
  for (let i = 0; i < normsA.length; i++) {
    const row = i * cols;
    const own = normsA[i];
    if (kernel === "rbf") {
      for (let j = 0; j < cols; j++) {
        const d = own + normsB[j] - 2 * dots[row + j];
        dots[row + j] = Math.exp(-gamma * (d > 0 ? d : 0));
      }
    } else if (kernel === "poly") {
      for (let j = 0; j < cols; j++) dots[row + j] = power(gamma * dots[row + j] + coef0, degree);
    } else {
      for (let j = 0; j < cols; j++) dots[row + j] = Math.tanh(gamma * dots[row + j] + coef0);
    }
  }
}

/** Whole powers by multiplication, as libsvm does. */
function power(base: number, degree: number): number {
  let result = 1;
  let square = base;
  for (let t = degree; t > 0; t >>= 1) {
    if (t & 1) result *= square;
    square *= square;
  }
  return result;
}

/** K(a, b) for all rows of two matrices: a.rows × b.rows. */
export function kernelMatrix(a: Matrix, b: Matrix, parameters: KernelParameters): Float64Array {
  const out = crossDots(a, b);
  applyKernel(out, squaredNorms(a), squaredNorms(b), parameters);
  return out;
}
