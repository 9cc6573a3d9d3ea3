/** A figure and how far to trust it. */
export interface Interval {
  /** The statistic on the data as they are. */
  value: number;
  /** Lower end of the interval; NaN if no replicate is defined. */
  low: number;
  /** Upper end of the interval; NaN if no replicate is defined. */
  high: number;
  /** Deviation of the replicates (n − 1). */
  standardError: number;
  /** Replicates whose statistic was NaN (a class not drawn, say); they are left out of the interval. */
  undefinedReplicates: number;
}

/** The interval between two percentiles of the replicates. */
export function percentileInterval(value: number, drawn: Float64Array, confidence: number): Interval {
  const sorted = drawn.filter((x) => !Number.isNaN(x)).sort();
  return {
    value,
    low: quantile(sorted, (1 - confidence) / 2),
    high: quantile(sorted, (1 + confidence) / 2),
    standardError: deviation(sorted),
    undefinedReplicates: drawn.length - sorted.length,
  };
}

/** Linear between order statistics (Hyndman & Fan type 7). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const a = sorted[below];
  const b = sorted[Math.min(below + 1, sorted.length - 1)];
  return a === b ? a : a + (at - below) * (b - a);
}

function deviation(values: Float64Array): number {
  if (values.length < 2) return Number.NaN;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1));
}
