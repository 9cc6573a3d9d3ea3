import { isSparse } from "./features.js";
import type { Matrix, SparseMatrix } from "./types.js";

/** Compressed sparse columns: column j holds `values[k]` in row `indices[k]` for k in [indptr[j], indptr[j + 1]), rows rising. */
export interface Columns {
  indptr: Int32Array;
  indices: Int32Array;
  values: Float64Array;
  rows: number;
  cols: number;
}

/** The entries other than 0, column by column. */
export function toColumns(x: Matrix | SparseMatrix): Columns {
  const { rows, cols } = x;
  const indptr = new Int32Array(cols + 1);
  forEachEntry(x, (_, j) => {
    indptr[j + 1]++;
  });
  for (let j = 0; j < cols; j++) indptr[j + 1] += indptr[j];
  const next = indptr.slice();
  const indices = new Int32Array(indptr[cols]);
  const values = new Float64Array(indptr[cols]);
  forEachEntry(x, (i, j, v) => {
    indices[next[j]] = i;
    values[next[j]++] = v;
  });
  return { indptr, indices, values, rows, cols };
}

/** Visits the entries other than 0, row by row. */
function forEachEntry(x: Matrix | SparseMatrix, visit: (row: number, col: number, value: number) => void): void {
  if (isSparse(x)) {
    for (let i = 0; i < x.rows; i++) {
      for (let k = x.indptr[i]; k < x.indptr[i + 1]; k++) if (x.values[k] !== 0) visit(i, x.indices[k], x.values[k]);
    }
    return;
  }
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++) {
      const v = x.data[i * x.cols + j];
      if (v !== 0) visit(i, j, v);
    }
  }
}
