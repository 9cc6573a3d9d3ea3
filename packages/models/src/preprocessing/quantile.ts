import type { Matrix } from "../core/types.js";

/** One column of a matrix in double. */
export function column({ data, rows, cols }: Matrix, j: number): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) out[i] = data[i * cols + j];
  return out;
}

/**
 * Quantile of rising numbers, linear between neighbours (NumPy's default).
 *
 * @param q in [0, 1]
 * @returns NaN for an empty list
 */
export function quantileSorted(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low];
  const b = sorted[Math.min(low + 1, sorted.length - 1)];
  const t = at - low;
  // From the nearer end, as NumPy does, so that q = 1 gives the maximum exactly.
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/** Quantile of rising numbers, NumPy's "averaged_inverted_cdf": a value, or the mean of two neighbours. */
export function averagedQuantile(sorted: Float64Array, share: number): number {
  const at = sorted.length * share;
  const low = Math.floor(at + 1e-9);
  const last = sorted.length - 1;
  if (Math.abs(at - low) < 1e-9) return (sorted[Math.max(0, low - 1)] + sorted[Math.min(low, last)]) / 2;
  return sorted[Math.min(low, last)];
}
