import type { CategoryColumn, Column, NumberColumn, Table } from "../corpora/tables/table.js";

/** What can be said of a column at a look. */
export interface ColumnDescription {
  name: string;
  kind: Column["kind"];
  missing: number;
  /** Different values that are there. */
  distinct: number;
  /** Of numbers; NaN where none is there. Quartiles by linear interpolation. */
  numbers?: { min: number; lower: number; median: number; upper: number; max: number; mean: number; deviation: number };
  /** Of words: the most frequent ones (at most 50), with how often they come. */
  values?: { value: string; count: number }[];
}

/** What can be said of a table at a look. */
export interface TableDescription {
  rows: number;
  columns: ColumnDescription[];
  /** Rows that repeat an earlier one. */
  duplicates: number;
  /** Names of the columns of numbers, and Pearson's correlations between them (rows with both values), one row a column. */
  correlations: { names: string[]; values: Float64Array[] };
}

/**
 * Types, missing values, duplicates, distributions and correlations of a table.
 */
export function describeTable({ columns, rows }: Table): TableDescription {
  const numbers = columns.filter((c): c is NumberColumn => c.kind === "number");
  return {
    rows,
    columns: columns.map((column) => (column.kind === "number" ? describeNumbers(column) : describeWords(column))),
    duplicates: countDuplicates(columns, rows),
    correlations: {
      names: numbers.map((c) => c.name),
      values: numbers.map((a) => Float64Array.from(numbers, (b) => correlation(a.values, b.values))),
    },
  };
}

function describeNumbers({ name, kind, values }: NumberColumn): ColumnDescription {
  const there = values.filter((x) => !Number.isNaN(x)).sort();
  const n = there.length;
  const quantile = (q: number): number => {
    if (n === 0) return Number.NaN;
    const x = q * (n - 1);
    const i = Math.floor(x);
    return there[i] + (x - i) * ((there[i + 1] ?? there[i]) - there[i]);
  };
  const mean = there.reduce((a, b) => a + b, 0) / n;
  const deviation = Math.sqrt(there.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
  let distinct = n > 0 ? 1 : 0;
  for (let i = 1; i < n; i++) if (there[i] !== there[i - 1]) distinct++;
  return {
    name,
    kind,
    missing: values.length - n,
    distinct,
    numbers: {
      min: quantile(0),
      lower: quantile(0.25),
      median: quantile(0.5),
      upper: quantile(0.75),
      max: quantile(1),
      mean,
      deviation,
    },
  };
}

function describeWords({ name, kind, values }: CategoryColumn): ColumnDescription {
  const counts = new Map<string, number>();
  let missing = 0;
  for (const value of values) {
    if (value === undefined) missing++;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return {
    name,
    kind,
    missing,
    distinct: counts.size,
    values: sorted.slice(0, 50).map(([value, count]) => ({ value, count })),
  };
}

function countDuplicates(columns: readonly Column[], rows: number): number {
  const seen = new Set<string>();
  for (let r = 0; r < rows; r++) seen.add(columns.map((c) => String(c.values[r])).join("\u0001"));
  return rows - seen.size;
}

function correlation(a: Float64Array, b: Float64Array): number {
  let n = 0;
  let meanA = 0;
  let meanB = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  // Welford's update: one pass, without the loss of large sums.
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) continue;
    n++;
    const da = a[i] - meanA;
    const db = b[i] - meanB;
    meanA += da / n;
    meanB += db / n;
    aa += da * (a[i] - meanA);
    bb += db * (b[i] - meanB);
    ab += da * (b[i] - meanB);
  }
  return ab / Math.sqrt(aa * bb);
}
