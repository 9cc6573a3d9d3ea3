import { requireInteger, requireMatrix } from "../core/check.js";
import type { Matrix } from "../core/types.js";

/** Options of {@link timeMask} and {@link frequencyMask}. */
export interface MaskOptions {
  /** First frame (or band) masked. */
  start: number;
  /** Frames (or bands) masked; what reaches beyond the end is cut. */
  width: number;
  /** What takes their place: a number (default 0), or the mean of the whole matrix. */
  value?: number | "mean";
}

/**
 * Replaces a stretch of frames by one value.
 *
 * @param matrix frames × features; not modified
 * @throws RangeError if start or width is not a whole number ≥ 0, or the matrix is malformed
 * Source: Park et al. 2019, SpecAugment.
 */
export function timeMask(matrix: Matrix, { start, width, value = 0 }: MaskOptions): Matrix {
  const { out, fill } = prepare("timeMask", matrix, start, width, value);
  out.data.fill(fill, Math.min(start, matrix.rows) * matrix.cols, Math.min(start + width, matrix.rows) * matrix.cols);
  return out;
}

/**
 * Replaces a stretch of feature columns (frequency bands) by one value.
 *
 * @param matrix frames × features; not modified
 * @throws RangeError if start or width is not a whole number ≥ 0, or the matrix is malformed
 * Source: Park et al. 2019, SpecAugment.
 */
export function frequencyMask(matrix: Matrix, { start, width, value = 0 }: MaskOptions): Matrix {
  const { out, fill } = prepare("frequencyMask", matrix, start, width, value);
  const { rows, cols } = matrix;
  for (let r = 0; r < rows; r++) {
    out.data.fill(fill, r * cols + Math.min(start, cols), r * cols + Math.min(start + width, cols));
  }
  return out;
}

function prepare(fn: string, matrix: Matrix, start: number, width: number, value: number | "mean") {
  requireMatrix(fn, "matrix", matrix);
  requireInteger(fn, "start", start, 0);
  requireInteger(fn, "width", width, 0);
  const fill = value === "mean" ? mean(matrix.data) : value;
  return { out: { ...matrix, data: matrix.data.slice() }, fill };
}

function mean(data: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return data.length === 0 ? 0 : sum / data.length;
}
