/** Share of the mean variance that is mixed in, for there are more values than faces. */
const SHRINKAGE = 0.1;

/**
 * The linear layer after which what differs between faces of one person is the same in all directions: directions in which people differ from
 * themselves (light, turns of the head) count little, all others much.
 *
 * @param values a row a face, columns as long as the layer is wide
 * @param codes who each is
 * @returns width × width, row by row
 * Source: within-class covariance normalisation, Hatch, Kajarekar & Stolcke 2006.
 */
export function whitenWithin(values: readonly Float32Array[], codes: ArrayLike<number>): Float32Array {
  const width = values[0].length;
  const within = withinCovariance(values, codes);
  let trace = 0;
  for (let i = 0; i < width; i++) trace += within[i * width + i];
  for (let i = 0; i < within.length; i++) within[i] *= 1 - SHRINKAGE;
  for (let i = 0; i < width; i++) within[i * width + i] += (SHRINKAGE * trace) / width + 1e-12;
  const lower = cholesky(within, width);
  // x · L⁻ᵀ has the identity as its covariance: row i of the result is column i of L⁻¹.
  const out = new Float32Array(width * width);
  for (let i = 0; i < width; i++) {
    const column = new Float64Array(width);
    for (let r = i; r < width; r++) {
      let sum = r === i ? 1 : 0;
      for (let k = i; k < r; k++) sum -= lower[r * width + k] * column[k];
      column[r] = sum / lower[r * width + r];
    }
    out.set(column, i * width);
  }
  return out;
}

function withinCovariance(values: readonly Float32Array[], codes: ArrayLike<number>): Float64Array {
  const width = values[0].length;
  const sums = new Map<number, { sum: Float64Array; n: number }>();
  for (const [i, row] of values.entries()) {
    const own = sums.get(codes[i]) ?? { sum: new Float64Array(width), n: 0 };
    for (let j = 0; j < width; j++) own.sum[j] += row[j];
    own.n++;
    sums.set(codes[i], own);
  }
  const out = new Float64Array(width * width);
  for (const [i, row] of values.entries()) {
    const { sum, n } = sums.get(codes[i]) as { sum: Float64Array; n: number };
    const off = Float64Array.from(row, (v, j) => v - sum[j] / n);
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) out[a * width + b] += (off[a] * off[b]) / values.length;
    }
  }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) out[b * width + a] = out[a * width + b];
  return out;
}

/** The lower triangle L with L · Lᵀ = the matrix, which must be positive definite. */
function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c <= r; c++) {
      let sum = matrix[r * n + c];
      for (let k = 0; k < c; k++) sum -= lower[r * n + k] * lower[c * n + k];
      lower[r * n + c] = r === c ? Math.sqrt(Math.max(sum, 1e-12)) : sum / lower[c * n + c];
    }
  }
  return lower;
}
