import { requireInteger, requireMatrix, requireOneOf } from "./check.js";
import { createMatrix, type Matrix } from "./types.js";

/** "ortho" scales the transform to be orthogonal; "none" is SciPy's `norm=None`. */
export type DctNorm = "ortho" | "none";
/** Type of a cosine transform, as SciPy numbers them. */
export type DctType = 1 | 2 | 3;

/** Options of {@link dct}. */
export interface DctOptions {
  /** Default 2. */
  type?: DctType;
  /** Default "ortho". */
  norm?: DctNorm;
  /** Coefficients kept, 1..cols (default all). */
  count?: number;
}

/**
 * Discrete cosine transform of every row.
 *
 * @param matrix frames × n (n ≥ 2 for type 1); not modified
 * @returns frames × count
 * @throws RangeError if count is outside [1, n], or a value is NaN or ±∞
 * Source: SciPy's `fft.dct`.
 */
export function dct(matrix: Matrix, options: DctOptions = {}): Matrix {
  requireMatrix("dct", "matrix", matrix);
  const n = matrix.cols;
  const { type = 2, norm = "ortho", count = n } = options;
  requireInteger("dct", "count", count, 1, n, "cols");
  const table = dctTable("dct", n, { type, norm, count });
  const out = createMatrix(matrix.rows, count);
  for (let t = 0; t < matrix.rows; t++) {
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let m = 0; m < n; m++) sum += table[c * n + m] * matrix.data[t * n + m];
      out.data[t * count + c] = sum;
    }
  }
  return out;
}

/** Rows of the transform, count × n. */
export function dctTable(fn: string, n: number, { type, norm, count }: Required<DctOptions>): Float64Array {
  requireOneOf(fn, "norm", norm, ["ortho", "none"]);
  if (![1, 2, 3].includes(type)) throw new RangeError(`${fn}: DCT type must be 1, 2 or 3, got ${type}.`);
  if (type === 1 && n < 2) throw new RangeError(`${fn}: DCT type 1 needs at least 2 values, got ${n}.`);
  const ortho = norm === "ortho";
  const table = new Float64Array(count * n);
  for (let c = 0; c < count; c++) {
    for (let m = 0; m < n; m++) table[c * n + m] = element(type, c, m, n, ortho);
  }
  return table;
}

function element(type: DctType, c: number, m: number, n: number, ortho: boolean): number {
  if (type === 2) {
    const value = 2 * Math.cos((Math.PI * c * (m + 0.5)) / n);
    return ortho ? value * Math.sqrt((c === 0 ? 1 : 2) / (4 * n)) : value;
  }
  if (type === 3) {
    const value = (m === 0 ? 1 : 2) * Math.cos((Math.PI * m * (c + 0.5)) / n);
    return ortho ? value * (m === 0 ? Math.sqrt(1 / n) : Math.sqrt(1 / (2 * n))) : value;
  }
  const edge = (i: number) => i === 0 || i === n - 1;
  const value = (edge(m) ? 1 : 2) * Math.cos((Math.PI * c * m) / (n - 1));
  return ortho ? (value * (edge(m) ? Math.SQRT2 : 1) * (edge(c) ? Math.SQRT1_2 : 1)) / Math.sqrt(2 * (n - 1)) : value;
}
