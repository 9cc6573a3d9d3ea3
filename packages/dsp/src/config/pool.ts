import { requireInteger, requireMatrix, requireOneOf } from "../core/check.js";
import { createMatrix, type Matrix } from "../core/types.js";

const poolStatistics = ["mean", "std", "min", "max", "range", "median", "q25", "q75", "skew", "kurtosis"] as const;

/** Statistics of a column over time: std, skew and kurtosis (excess) of the population, quantiles by linear interpolation. */
export type PoolStatistic = (typeof poolStatistics)[number];

/** Options of {@link poolFeatures}. */
export interface PoolOptions {
  /** In the order wanted (default mean and std). */
  statistics?: readonly PoolStatistic[];
  /** Equal parts in time that are pooled apart, ≥ 1 (default 1). */
  segments?: number;
}

/**
 * Temporal pooling: statistics of every column.
 *
 * @param matrix frames × features, at least 1 frame; not modified
 * @returns 1 × (segments · statistics · features), features fastest, segments slowest; with fewer frames than segments, segments share frames
 * @throws RangeError if there is no frame, or an option is unknown
 * Source: NumPy's `mean`, `std`, `quantile` and SciPy's `stats.skew`, `stats.kurtosis`; a constant column has skew and kurtosis 0.
 */
export function poolFeatures(matrix: Matrix, options: PoolOptions = {}): Matrix {
  const { statistics = ["mean", "std"], segments = 1 } = options;
  checkPool("poolFeatures", { statistics, segments });
  requireMatrix("poolFeatures", "matrix", matrix);
  const { data, rows, cols } = matrix;
  if (rows === 0) throw new RangeError("poolFeatures: matrix must hold at least 1 frame, got 0.");
  const out = createMatrix(1, segments * statistics.length * cols);
  let at = 0;
  for (let s = 0; s < segments; s++) {
    const from = Math.floor((s * rows) / segments);
    const to = Math.max(from + 1, Math.floor(((s + 1) * rows) / segments));
    const value = summarise(data.subarray(from * cols, to * cols), cols, statistics);
    for (let c = 0; c < cols; c++) {
      for (let i = 0; i < statistics.length; i++) out.data[at + i * cols + c] = value(statistics[i], c);
    }
    at += statistics.length * cols;
  }
  return out;
}

export function checkPool(fn: string, { statistics, segments }: Required<PoolOptions>): void {
  if (!Array.isArray(statistics) || statistics.length === 0) {
    throw new RangeError(`${fn}: pool.statistics must be a list with at least one of ${poolStatistics.join(", ")}.`);
  }
  for (const name of statistics) requireOneOf(fn, "pool.statistics", name, poolStatistics);
  requireInteger(fn, "pool.segments", segments, 1, 1e6);
}

/** Statistics of all columns of some frames: sums go through memory as it lies, and only what is asked for is computed. */
function summarise(
  data: Float32Array,
  cols: number,
  statistics: readonly PoolStatistic[],
): (name: PoolStatistic, column: number) => number {
  const n = data.length / cols;
  const asked = (...names: PoolStatistic[]) => names.some((name) => statistics.includes(name));
  const mean = new Float64Array(cols);
  const [m2, m3, m4] = [0, 1, 2].map(() => new Float64Array(cols));
  const low = new Float64Array(cols).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(cols).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < data.length; ) for (let c = 0; c < cols; c++) mean[c] += data[i++];
  for (let c = 0; c < cols; c++) mean[c] /= n;
  if (asked("std", "skew", "kurtosis")) {
    for (let i = 0; i < data.length; ) {
      for (let c = 0; c < cols; c++) {
        const d = data[i++] - mean[c];
        m2[c] += d * d;
      }
    }
  }
  if (asked("skew", "kurtosis")) {
    for (let i = 0; i < data.length; ) {
      for (let c = 0; c < cols; c++) {
        const d = data[i++] - mean[c];
        m3[c] += d * d * d;
        m4[c] += d * d * d * d;
      }
    }
  }
  for (const moments of [m2, m3, m4]) for (let c = 0; c < cols; c++) moments[c] /= n;
  if (asked("min", "max", "range")) {
    for (let i = 0; i < data.length; ) {
      for (let c = 0; c < cols; c++) {
        const v = data[i++];
        if (v < low[c]) low[c] = v;
        if (v > high[c]) high[c] = v;
      }
    }
  }
  // As SciPy: moments of numbers that differ by rounding alone mean nothing.
  const constant = (c: number) => m2[c] <= (2 ** -52 * mean[c]) ** 2;
  const sorted = new Float64Array(asked("median", "q25", "q75") ? n : 0);
  let ordered = -1;
  const quantile = (q: number, c: number) => {
    if (ordered !== c) {
      for (let t = 0; t < n; t++) sorted[t] = data[t * cols + c];
      sorted.sort();
      ordered = c;
    }
    const position = q * (n - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, n - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
  };
  return (name, c) => {
    switch (name) {
      case "mean":
        return mean[c];
      case "std":
        return Math.sqrt(m2[c]);
      case "min":
        return low[c];
      case "max":
        return high[c];
      case "range":
        return high[c] - low[c];
      case "median":
        return quantile(0.5, c);
      case "q25":
        return quantile(0.25, c);
      case "q75":
        return quantile(0.75, c);
      case "skew":
        return constant(c) ? 0 : m3[c] / m2[c] ** 1.5;
      case "kurtosis":
        return constant(c) ? 0 : m4[c] / (m2[c] * m2[c]) - 3;
    }
  };
}
