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
  const [mean, m2, m3, m4, low, high] = Array.from({ length: 6 }, () => new Float64Array(cols));
  for (let first = 0; first < cols; first += 4) addColumns(data, cols, first, { mean, m2, low, high });
  if (asked("skew", "kurtosis")) {
    for (let i = 0; i < data.length; ) {
      for (let c = 0; c < cols; c++) {
        const d = data[i++] - mean[c];
        m3[c] += d * d * d;
        m4[c] += d * d * d * d;
      }
    }
    for (const moments of [m3, m4]) for (let c = 0; c < cols; c++) moments[c] /= n;
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

interface ColumnSums {
  mean: Float64Array;
  /** Variance of the population. */
  m2: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/** Four columns at a time: their sums stay in registers and do not wait for each other. Beyond the last column it is taken again. */
function addColumns(data: Float32Array, cols: number, first: number, { mean, m2, low, high }: ColumnSums): void {
  const n = data.length / cols;
  const columns = Math.min(4, cols - first);
  const b = Math.min(1, columns - 1);
  const c = Math.min(2, columns - 1);
  const d = Math.min(3, columns - 1);
  let [ma, mb, mc, md] = [0, 0, 0, 0];
  let [la, lb, lc, ld] = [data[first], data[first + b], data[first + c], data[first + d]];
  let [ha, hb, hc, hd] = [la, lb, lc, ld];
  for (let i = first; i < data.length; i += cols) {
    const va = data[i];
    const vb = data[i + b];
    const vc = data[i + c];
    const vd = data[i + d];
    ma += va;
    mb += vb;
    mc += vc;
    md += vd;
    if (va < la) la = va;
    if (va > ha) ha = va;
    if (vb < lb) lb = vb;
    if (vb > hb) hb = vb;
    if (vc < lc) lc = vc;
    if (vc > hc) hc = vc;
    if (vd < ld) ld = vd;
    if (vd > hd) hd = vd;
  }
  ma /= n;
  mb /= n;
  mc /= n;
  md /= n;
  let [qa, qb, qc, qd] = [0, 0, 0, 0];
  for (let i = first; i < data.length; i += cols) {
    qa += (data[i] - ma) * (data[i] - ma);
    qb += (data[i + b] - mb) * (data[i + b] - mb);
    qc += (data[i + c] - mc) * (data[i + c] - mc);
    qd += (data[i + d] - md) * (data[i + d] - md);
  }
  mean.set([ma, mb, mc, md].slice(0, columns), first);
  m2.set([qa / n, qb / n, qc / n, qd / n].slice(0, columns), first);
  low.set([la, lb, lc, ld].slice(0, columns), first);
  high.set([ha, hb, hc, hd].slice(0, columns), first);
}
