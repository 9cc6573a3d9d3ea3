import { requireMatrix, requireShape } from "../core/check.js";
import { createMatrix, type Matrix } from "../core/types.js";

/**
 * Mean (and variance) normalisation of every column over the clip, known as CMVN for cepstra.
 *
 * @param matrix frames × features; not modified
 * @param options.variance divide by the standard deviation of the population too (default true)
 * @param out of the same shape: gets the result (default: a new matrix)
 * @returns frames × features, each column of mean 0 and deviation 1; a constant column becomes 0
 * @throws RangeError if a value is NaN or ±∞
 * Source: scikit-learn's `preprocessing.scale`; Viikki & Laurila 1998.
 */
export function normalizeFeatures(
  matrix: Matrix,
  { variance = true }: { variance?: boolean } = {},
  out?: Matrix,
): Matrix {
  requireMatrix("normalizeFeatures", "matrix", matrix);
  const { data, rows, cols } = matrix;
  const normalized = out ?? createMatrix(rows, cols);
  requireShape("normalizeFeatures", "out", normalized);
  if (normalized.rows !== rows || normalized.cols !== cols) {
    throw new RangeError(
      `normalizeFeatures: out must be ${rows} × ${cols}, got ${normalized.rows} × ${normalized.cols}.`,
    );
  }
  const { data: result } = normalized;
  const mean = new Float64Array(cols);
  const scale = new Float64Array(cols);
  // Row by row: the sums of the columns do not wait for each other.
  for (let at = 0; at < data.length; at += cols) {
    for (let c = 0; c < cols; c++) mean[c] += data[at + c];
  }
  for (let c = 0; c < cols; c++) mean[c] /= rows;
  if (variance) {
    for (let at = 0; at < data.length; at += cols) {
      for (let c = 0; c < cols; c++) scale[c] += (data[at + c] - mean[c]) ** 2;
    }
    for (let c = 0; c < cols; c++) {
      const deviation = Math.sqrt(scale[c] / rows);
      // Numbers that differ by single-precision rounding alone are constant.
      scale[c] = deviation <= 1e-6 * Math.abs(mean[c]) ? 1 : 1 / deviation;
    }
  } else scale.fill(1);
  for (let at = 0; at < data.length; at += cols) {
    for (let c = 0; c < cols; c++) result[at + c] = (data[at + c] - mean[c]) * scale[c];
  }
  return normalized;
}
