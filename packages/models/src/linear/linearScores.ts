import { isSparse } from "../core/features.js";
import type { Matrix, SparseMatrix } from "../core/types.js";

/**
 * x · Wᵀ + b: a score for each sample and class.
 *
 * @param coef classes × cols, row-major
 * @returns samples × classes in double
 */
export function linearScores(
  x: Matrix | SparseMatrix,
  coef: Float64Array,
  intercept: Float64Array,
  out = new Float64Array(x.rows * intercept.length),
): Float64Array {
  const k = intercept.length;
  const { rows, cols } = x;
  if (isSparse(x)) {
    const { indptr, indices, values } = x;
    for (let i = 0; i < rows; i++) {
      for (let c = 0; c < k; c++) {
        let sum = intercept[c];
        const base = c * cols;
        for (let j = indptr[i]; j < indptr[i + 1]; j++) sum += values[j] * coef[base + indices[j]];
        out[i * k + c] = sum;
      }
    }
    return out;
  }
  const { data } = x;
  for (let i = 0; i < rows; i++) {
    const row = i * cols;
    for (let c = 0; c < k; c++) {
      const base = c * cols;
      // Four sums: one would wait for each addition before the next.
      let s0 = intercept[c];
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let j = 0;
      for (; j + 3 < cols; j += 4) {
        s0 += data[row + j] * coef[base + j];
        s1 += data[row + j + 1] * coef[base + j + 1];
        s2 += data[row + j + 2] * coef[base + j + 2];
        s3 += data[row + j + 3] * coef[base + j + 3];
      }
      for (; j < cols; j++) s0 += data[row + j] * coef[base + j];
      out[i * k + c] = s0 + s1 + (s2 + s3);
    }
  }
  return out;
}

/**
 * Adds residualsᵀ · x to a gradient of the coefficients.
 *
 * @param residuals samples × classes
 * @param gradient classes × cols; added to
 */
export function addOuter(x: Matrix | SparseMatrix, residuals: Float64Array, k: number, gradient: Float64Array): void {
  const { rows, cols } = x;
  if (isSparse(x)) {
    const { indptr, indices, values } = x;
    for (let i = 0; i < rows; i++) {
      for (let c = 0; c < k; c++) {
        const r = residuals[i * k + c];
        const base = c * cols;
        for (let j = indptr[i]; j < indptr[i + 1]; j++) gradient[base + indices[j]] += r * values[j];
      }
    }
    return;
  }
  const { data } = x;
  for (let i = 0; i < rows; i++) {
    const row = i * cols;
    for (let c = 0; c < k; c++) {
      const r = residuals[i * k + c];
      const base = c * cols;
      for (let j = 0; j < cols; j++) gradient[base + j] += r * data[row + j];
    }
  }
}

/** Turns scores into probabilities, row by row and in place: a sigmoid pair for one column, softmax for more. */
export function toProbabilities(scores: Float64Array, rows: number, k: number): Matrix {
  if (k === 1) {
    const data = new Float64Array(rows * 2);
    for (let i = 0; i < rows; i++) {
      data[2 * i] = sigmoid(-scores[i]);
      data[2 * i + 1] = sigmoid(scores[i]);
    }
    return { data, rows, cols: 2 };
  }
  for (let i = 0; i < rows; i++) {
    const row = scores.subarray(i * k, (i + 1) * k);
    let top = -Infinity;
    for (let c = 0; c < k; c++) if (row[c] > top) top = row[c];
    let sum = 0;
    for (let c = 0; c < k; c++) {
      row[c] = Math.exp(row[c] - top);
      sum += row[c];
    }
    for (let c = 0; c < k; c++) row[c] /= sum;
  }
  return { data: scores, rows, cols: k };
}

/** 1 / (1 + e⁻ˣ) without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
