import type { Column, Table } from "../core/types.js";
import { quantileSorted } from "../preprocessing/quantile.js";
import { type Correlations, correlationMatrix } from "./correlationMatrix.js";

interface ColumnProfileBase {
  name: string;
  /** Cells without a value. */
  missing: number;
  /** Different known values. */
  distinct: number;
}

/** What a number column holds; NaN where no cell is known. */
export interface NumberProfile extends ColumnProfileBase {
  type: "number";
  min: number;
  /** First quartile, interpolated linearly as NumPy's. */
  q25: number;
  median: number;
  q75: number;
  max: number;
  mean: number;
  /** Square root of the mean squared difference from the mean (n − 1 below it); NaN for a single value. */
  deviation: number;
  /** Third standardised moment; positive for a tail to the right. */
  skewness: number;
  zeros: number;
  /** Cells beyond 1.5 interquartile ranges from the quartiles (Tukey). */
  outliers: number;
  /** Counts of equal steps from min to max; empty for a column without values. */
  histogram: { edges: number[]; counts: number[] };
}

/** What can be said of a column of texts. */
export interface TextProfile extends ColumnProfileBase {
  type: "text";
  /** Most frequent values first; of equally frequent ones, by code unit. */
  top: { value: string; count: number }[];
  /** Characters of the longest value. */
  longest: number;
}

/** What can be said of a column: of numbers or of texts. */
export type ColumnProfile = NumberProfile | TextProfile;

/** What can be said of a table before anything is learned from it. */
export interface TableProfile {
  rows: number;
  columns: ColumnProfile[];
  missingCells: number;
  /** Rows without a missing cell. */
  completeRows: number;
  /** Rows that equal an earlier row in every cell. */
  duplicateRows: number;
  /** Of number columns. */
  correlations: Correlations;
  /** How often each value of the target occurs, most frequent first; missing cells aside. */
  target?: { name: string; counts: { value: string; count: number }[] };
}

/** Options of {@link profileTable}. */
export interface ProfileOptions {
  /** Column that is to be learned. */
  target?: string;
  /** Steps of histograms (default 20). */
  bins?: number;
  /** Most frequent values told of a text column (default 10). */
  top?: number;
}

/**
 * What a table holds, column by column: missing and distinct values, spread and shape of numbers, frequent words, correlations, duplicates.
 *
 * @throws RangeError if there is no column of the target's name
 */
export function profileTable(table: Table, { target, bins = 20, top = 10 }: ProfileOptions = {}): TableProfile {
  const { rows, columns } = table;
  const profiles = columns.map((c) =>
    c.type === "number" ? profileNumbers(c.name, c.values, bins) : profileTexts(c.name, c.values, top),
  );
  const aim = columns.find(({ name }) => name === target);
  if (target !== undefined && !aim) throw new RangeError(`profileTable: there is no column "${target}".`);
  let completeRows = 0;
  for (let i = 0; i < rows; i++) if (columns.every((c) => !isMissing(c.values[i]))) completeRows++;
  return {
    rows,
    columns: profiles,
    missingCells: profiles.reduce((sum, { missing }) => sum + missing, 0),
    completeRows,
    duplicateRows: duplicateRows(table).length,
    correlations: correlationMatrix(table),
    ...(aim && { target: { name: aim.name, counts: countValues(aim) } }),
  };
}

/** Indices of the rows that equal an earlier row in every cell; missing cells equal each other. */
export function duplicateRows({ columns, rows }: Table): number[] {
  const codes = columns.map((c) => codesOf(c.values));
  const buckets = new Map<number, number[]>();
  const found: number[] = [];
  for (let i = 0; i < rows; i++) {
    let hash = 0;
    for (const column of codes) hash = (Math.imul(hash, 31) + column[i]) | 0;
    const earlier = buckets.get(hash);
    if (!earlier) buckets.set(hash, [i]);
    else if (earlier.some((r) => codes.every((column) => column[r] === column[i]))) found.push(i);
    else earlier.push(i);
  }
  return found;
}

const isMissing = (v: number | string | null): boolean => v === null || Number.isNaN(v);

/** Equal cells, equal numbers. */
function codesOf(values: ArrayLike<number | string | null>): Int32Array {
  const seen = new Map<number | string | null, number>();
  return Int32Array.from({ length: values.length }, (_, i) => {
    const known = seen.get(values[i]);
    if (known !== undefined) return known;
    seen.set(values[i], seen.size);
    return seen.size - 1;
  });
}

function countValues({ values }: Column): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (let i = 0; i < values.length; i++) {
    const cell = values[i];
    if (!isMissing(cell)) counts.set(String(cell), (counts.get(String(cell)) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function profileTexts(name: string, values: readonly (string | null)[], top: number): TextProfile {
  const counts = countValues({ name, type: "text", values });
  const known = counts.reduce((sum, { count }) => sum + count, 0);
  const longest = counts.reduce((most, { value }) => Math.max(most, value.length), 0);
  return {
    name,
    type: "text",
    missing: values.length - known,
    distinct: counts.length,
    top: counts.slice(0, top),
    longest,
  };
}

function profileNumbers(name: string, values: ArrayLike<number>, bins: number): NumberProfile {
  const sorted = Float64Array.from(values)
    .filter((v) => !Number.isNaN(v))
    .sort();
  const n = sorted.length;
  let distinct = 0;
  let zeros = 0;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
    if (sorted[i] === 0) zeros++;
    mean += (sorted[i] - mean) / (i + 1);
  }
  let squares = 0;
  let cubes = 0;
  for (const v of sorted) {
    squares += (v - mean) ** 2;
    cubes += (v - mean) ** 3;
  }
  const q = (share: number): number => (n === 0 ? Number.NaN : quantileSorted(sorted, share));
  const [q25, q75] = [q(0.25), q(0.75)];
  const reach = 1.5 * (q75 - q25);
  return {
    name,
    type: "number",
    missing: values.length - n,
    distinct,
    min: q(0),
    q25,
    median: q(0.5),
    q75,
    max: q(1),
    mean: n === 0 ? Number.NaN : mean,
    deviation: Math.sqrt(squares / (n - 1)),
    skewness: cubes / n / (squares / n) ** 1.5,
    zeros,
    outliers: sorted.reduce((count, v) => count + Number(v < q25 - reach || v > q75 + reach), 0),
    histogram: histogramOf(sorted, bins),
  };
}

/** Equal steps between the ends; a column of one value has one step. */
function histogramOf(sorted: Float64Array, bins: number): NumberProfile["histogram"] {
  const n = sorted.length;
  if (n === 0 || !Number.isFinite(sorted[n - 1] - sorted[0])) return { edges: [], counts: [] };
  const [low, high] = [sorted[0], sorted[n - 1]];
  const steps = low === high ? 1 : bins;
  const counts = new Array<number>(steps).fill(0);
  for (const v of sorted) counts[Math.min(steps - 1, Math.floor(((v - low) / (high - low || 1)) * steps))]++;
  return { edges: Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps), counts };
}
