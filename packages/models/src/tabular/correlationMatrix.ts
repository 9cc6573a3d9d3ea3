import type { Matrix, Table } from "../core/types.js";

/** Pearson's correlation of all pairs of number columns. */
export interface Correlations {
  /** Number columns, in the table's order. */
  names: string[];
  /** Symmetric, names × names; NaN where a column does not vary. */
  values: Matrix;
}

/**
 * Pearson's correlation of each pair of number columns, over the rows where both are known.
 *
 * @param options.columns at most so many, the first ones (default 50): the work grows with their square
 * @returns names × names, 1 on the diagonal; NaN for a column that does not vary, or pairs with fewer than two common rows
 */
export function correlationMatrix(table: Table, { columns: most = 50 }: { columns?: number } = {}): Correlations {
  const numeric = table.columns.flatMap((c) => (c.type === "number" ? [c] : [])).slice(0, most);
  const n = numeric.length;
  const data = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      const r = correlation(numeric[a].values, numeric[b].values);
      data[a * n + b] = a === b && !Number.isNaN(r) ? 1 : r;
      data[b * n + a] = data[a * n + b];
    }
  }
  return { names: numeric.map((c) => c.name), values: { data, rows: n, cols: n } };
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let n = 0;
  let meanA = 0;
  let meanB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  // Welford's running means: columns of large, nearly equal numbers keep their digits.
  for (let i = 0; i < a.length; i++) {
    const u = a[i];
    const v = b[i];
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    n++;
    const du = u - meanA;
    const dv = v - meanB;
    meanA += du / n;
    meanB += dv / n;
    squaresA += du * (u - meanA);
    squaresB += dv * (v - meanB);
    products += du * (v - meanB);
  }
  if (n < 2 || !(squaresA > 0) || !(squaresB > 0)) return Number.NaN;
  return products / Math.sqrt(squaresA) / Math.sqrt(squaresB);
}
