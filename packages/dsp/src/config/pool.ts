import { requireInteger, requireMatrix, requireOneOf } from "../core/check.js";
import { createMatrix, type FloatArray, type Matrix } from "../core/types.js";

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
  for (let s = 0; s < segments; s++) {
    const at = s * statistics.length * cols;
    const from = Math.floor((s * rows) / segments);
    const to = Math.max(from + 1, Math.floor(((s + 1) * rows) / segments));
    const value = summarise(data.subarray(from * cols, to * cols), cols);
    for (let c = 0; c < cols; c++) {
      // Column by column: its quantiles want it sorted once.
      for (let i = 0; i < statistics.length; i++) out.data[at + i * cols + c] = value[statistics[i]](c);
    }
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

/** Statistics of each column of some frames: sums go through memory as it lies, quantiles wait until they are asked for. */
function summarise(data: FloatArray, cols: number): Record<PoolStatistic, (column: number) => number> {
  const n = data.length / cols;
  const [mean, m2, m3, m4] = Array.from({ length: 4 }, () => new Float64Array(cols));
  const low = data.slice(0, cols);
  const high = data.slice(0, cols);
  for (let i = 0; i < data.length; ) {
    for (let c = 0; c < cols; c++) {
      const v = data[i++];
      mean[c] += v;
      if (v < low[c]) low[c] = v;
      if (v > high[c]) high[c] = v;
    }
  }
  const divide = (sums: Float64Array) => {
    for (let c = 0; c < cols; c++) sums[c] /= n;
  };
  divide(mean);
  for (let i = 0; i < data.length; ) {
    for (let c = 0; c < cols; c++) {
      const d = data[i++] - mean[c];
      m2[c] += d * d;
      m3[c] += d * d * d;
      m4[c] += d * d * d * d;
    }
  }
  [m2, m3, m4].forEach(divide);
  // As SciPy: moments of numbers that differ by rounding alone mean nothing.
  const constant = (c: number) => m2[c] <= (2 ** -52 * mean[c]) ** 2;
  const sorted = new Float64Array(n);
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
  return {
    mean: (c) => mean[c],
    std: (c) => Math.sqrt(m2[c]),
    min: (c) => low[c],
    max: (c) => high[c],
    range: (c) => high[c] - low[c],
    median: (c) => quantile(0.5, c),
    q25: (c) => quantile(0.25, c),
    q75: (c) => quantile(0.75, c),
    skew: (c) => (constant(c) ? 0 : m3[c] / m2[c] ** 1.5),
    kurtosis: (c) => (constant(c) ? 0 : m4[c] / (m2[c] * m2[c]) - 3),
  };
}
