import { requireMatrix, requireShape } from "../core/check.js";
import { createMatrix, type Matrix } from "../core/types.js";

/**
 * Mean (and variance) normalisation of every column over the clip, known as CMVN for cepstra.
 *
 * @param matrix frames × features; not modified
 * @param options.variance divide by the standard deviation of the population too (default true)
 * @param out another matrix of the same shape: gets the result (default: a new matrix)
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
  const size = data.length;
  const scaleOf = (square: number, mean: number): number => {
    const deviation = Math.sqrt(square / rows);
    // Numbers that differ by single-precision rounding alone are constant.
    return deviation <= 1e-6 * Math.abs(mean) ? 1 : 1 / deviation;
  };
  // Four columns at a time: their sums stay in registers and do not wait for each other. Beyond the last column it is taken again.
  for (let first = 0; first < cols; first += 4) {
    const [b, c, d] = [1, 2, 3].map((i) => Math.min(i, cols - 1 - first));
    let [ma, mb, mc, md] = [0, 0, 0, 0];
    for (let i = first; i < size; i += cols) {
      ma += data[i];
      mb += data[i + b];
      mc += data[i + c];
      md += data[i + d];
    }
    ma /= rows;
    mb /= rows;
    mc /= rows;
    md /= rows;
    let [sa, sb, sc, sd] = [1, 1, 1, 1];
    if (variance) {
      let [qa, qb, qc, qd] = [0, 0, 0, 0];
      for (let i = first; i < size; i += cols) {
        qa += (data[i] - ma) ** 2;
        qb += (data[i + b] - mb) ** 2;
        qc += (data[i + c] - mc) ** 2;
        qd += (data[i + d] - md) ** 2;
      }
      sa = scaleOf(qa, ma);
      sb = scaleOf(qb, mb);
      sc = scaleOf(qc, mc);
      sd = scaleOf(qd, md);
    }
    for (let i = first; i < size; i += cols) {
      result[i] = (data[i] - ma) * sa;
      result[i + b] = (data[i + b] - mb) * sb;
      result[i + c] = (data[i + c] - mc) * sc;
      result[i + d] = (data[i + d] - md) * sd;
    }
  }
  return normalized;
}
