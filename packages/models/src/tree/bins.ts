import type { Matrix } from "../core/types.js";

/** Columns as small whole numbers that keep the order of their values. */
export interface BinnedColumns {
  rows: number;
  cols: number;
  /** Bin of each value, column by column: `codes[j * rows + i]`. */
  codes: Uint16Array;
  /** How many bins each column has. */
  counts: Int32Array;
  /** Where the bins of each column start in `lows` and `highs`. */
  starts: Int32Array;
  /** Smallest and largest training value of each bin. */
  lows: Float64Array;
  highs: Float64Array;
}

/** Most bins that a column can have. */
export const mostBins = 65_535;

/** Bins of each column: one a distinct value where there are at most `maxBins` of them, else of about equal size. */
export function binColumns({ data, rows, cols }: Matrix, maxBins: number): BinnedColumns {
  const codes = new Uint16Array(rows * cols);
  const counts = new Int32Array(cols);
  const starts = new Int32Array(cols);
  const lows: number[] = [];
  const highs: number[] = [];
  const values = new Float64Array(rows);
  for (let j = 0; j < cols; j++) {
    for (let i = 0; i < rows; i++) values[i] = data[i * cols + j];
    const sorted = values.slice().sort();
    starts[j] = lows.length;
    cutColumn(sorted, maxBins, lows, highs);
    counts[j] = lows.length - starts[j];
    const own = Float64Array.from(highs.slice(starts[j]));
    for (let i = 0; i < rows; i++) codes[j * rows + i] = lowerBound(own, values[i]);
  }
  return { rows, cols, codes, counts, starts, lows: Float64Array.from(lows), highs: Float64Array.from(highs) };
}

function cutColumn(sorted: Float64Array, maxBins: number, lows: number[], highs: number[]): void {
  const n = sorted.length;
  let distinct = 1;
  for (let i = 1; i < n; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  const share = distinct <= maxBins ? 0 : n / maxBins;
  let bins = 0;
  for (let i = 0; i < n; ) {
    const from = i;
    // Ends at the first new value past this bin's share.
    const least = share === 0 ? i + 1 : Math.max(i + 1, Math.round((bins + 1) * share));
    i = Math.min(n, least);
    while (i < n && sorted[i] === sorted[i - 1]) i++;
    lows.push(sorted[from]);
    highs.push(sorted[i - 1]);
    bins = share === 0 ? bins + 1 : Math.max(bins + 1, Math.floor(i / share));
  }
}

/** First place in rising numbers that is not below the value. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
