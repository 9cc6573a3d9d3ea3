import type { Matrix } from "../core/types.js";
import { crossDots } from "./dots.js";

/** Kernels of support vector machines, by scikit-learn's names. */
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

/** What the Gaussian kernel needs while dot products are made; undefined for the others. */
export const gaussianWidth = ({ kernel, gamma }: KernelParameters): number | undefined =>
  kernel === "rbf" ? gamma : undefined;

/** Turns dot products into values of a kernel other than the Gaussian, in place. */
export function applyKernel(dots: Float64Array, { kernel, gamma, degree, coef0 }: KernelParameters): void {
  if (kernel === "poly") {
    for (let i = 0; i < dots.length; i++) dots[i] = power(gamma * dots[i] + coef0, degree);
  } else if (kernel === "sigmoid") {
    for (let i = 0; i < dots.length; i++) dots[i] = Math.tanh(gamma * dots[i] + coef0);
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
  const out = crossDots(a, b, gaussianWidth(parameters));
  applyKernel(out, parameters);
  return out;
}

/** The number that `gamma` stands for: "scale" is 1 / (columns · variance of x), "auto" 1 / columns. */
export function kernelWidth(x: Matrix, gamma: number | "scale" | "auto"): number {
  if (typeof gamma === "number") return gamma;
  if (gamma === "auto") return 1 / x.cols;
  const { data } = x;
  let mean = 0;
  for (let i = 0; i < data.length; i++) mean += data[i];
  mean /= data.length;
  let variance = 0;
  for (let i = 0; i < data.length; i++) variance += (data[i] - mean) ** 2;
  variance /= data.length;
  return variance > 0 ? 1 / (x.cols * variance) : 1;
}
