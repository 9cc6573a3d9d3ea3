import { requireMatrix } from "../core/check.js";
import { createMatrix, type Matrix } from "../core/types.js";

/**
 * Mean (and variance) normalisation of every column over the clip, known as CMVN for cepstra.
 *
 * @param matrix frames × features; not modified
 * @param options.variance divide by the standard deviation of the population too (default true)
 * @returns frames × features, each column of mean 0 and deviation 1; a constant column becomes 0
 * @throws RangeError if a value is NaN or ±∞
 * Source: scikit-learn's `preprocessing.scale`; Viikki & Laurila 1998.
 */
export function normalizeFeatures(matrix: Matrix, { variance = true }: { variance?: boolean } = {}): Matrix {
  requireMatrix("normalizeFeatures", "matrix", matrix);
  const { data, rows, cols } = matrix;
  const out = createMatrix(rows, cols);
  for (let c = 0; c < cols; c++) {
    let mean = 0;
    for (let t = 0; t < rows; t++) mean += data[t * cols + c];
    mean /= rows;
    let square = 0;
    for (let t = 0; t < rows; t++) square += (data[t * cols + c] - mean) ** 2;
    const deviation = Math.sqrt(square / rows);
    // Numbers that differ by single-precision rounding alone are constant.
    const scale = !variance || deviation <= 1e-6 * Math.abs(mean) ? 1 : 1 / deviation;
    for (let t = 0; t < rows; t++) out.data[t * cols + c] = (data[t * cols + c] - mean) * scale;
  }
  return out;
}
