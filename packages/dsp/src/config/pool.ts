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
  const shape = statistics.includes("skew") || statistics.includes("kurtosis");
  let at = 0;
  for (let s = 0; s < segments; s++) {
    const from = Math.floor((s * rows) / segments);
    const to = Math.max(from + 1, Math.floor(((s + 1) * rows) / segments));
    const column = new Float64Array(to - from);
    for (let c = 0; c < cols; c++) {
      for (let t = from; t < to; t++) column[t - from] = data[t * cols + c];
      const value = summarise(column, shape);
      for (let i = 0; i < statistics.length; i++) out.data[at + i * cols + c] = value(statistics[i]);
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

/** @param shape whether skew or kurtosis will be asked for, whose moments take as long as all the rest */
function summarise(x: Float64Array, shape: boolean): (name: PoolStatistic) => number {
  const n = x.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += x[i];
  mean /= n;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  for (let i = 0; i < n; i++) m2 += (x[i] - mean) * (x[i] - mean);
  if (shape) {
    for (let i = 0; i < n; i++) {
      const d = x[i] - mean;
      m3 += d * d * d;
      m4 += d * d * d * d;
    }
  }
  m2 /= n;
  m3 /= n;
  m4 /= n;
  // As SciPy: moments of numbers that differ by rounding alone mean nothing.
  const constant = m2 <= (2 ** -52 * mean) ** 2;
  let sorted: Float64Array | undefined;
  const quantile = (q: number) => {
    sorted ??= x.slice().sort();
    const position = q * (n - 1);
    const low = Math.floor(position);
    const high = Math.min(low + 1, n - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
  };
  return (name) => {
    switch (name) {
      case "mean":
        return mean;
      case "std":
        return Math.sqrt(m2);
      case "min":
        return quantile(0);
      case "max":
        return quantile(1);
      case "range":
        return quantile(1) - quantile(0);
      case "median":
        return quantile(0.5);
      case "q25":
        return quantile(0.25);
      case "q75":
        return quantile(0.75);
      case "skew":
        return constant ? 0 : m3 / m2 ** 1.5;
      case "kurtosis":
        return constant ? 0 : m4 / (m2 * m2) - 3;
    }
  };
}
