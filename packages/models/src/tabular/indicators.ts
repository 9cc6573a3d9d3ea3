import type { Matrix, StateTensor } from "../core/types.js";

/** 1 for each column that misses a value. */
export function missingColumns({ data, rows, cols }: Matrix): Uint8Array {
  const out = new Uint8Array(cols);
  for (let i = 0; i < rows * cols; i++) if (Number.isNaN(data[i])) out[i % cols] = 1;
  return out;
}

/** A filled matrix, followed by a column of 0 and 1 for each column that missed values when fitting. */
export function withIndicators(filled: Matrix, x: Matrix, missing: StateTensor): Matrix {
  const flagged = Array.from(missing.data.keys()).filter((j) => missing.data[j]);
  const cols = filled.cols + flagged.length;
  const data = new Float64Array(x.rows * cols);
  for (let i = 0; i < x.rows; i++) {
    data.set(filled.data.subarray(i * filled.cols, (i + 1) * filled.cols), i * cols);
    for (let f = 0; f < flagged.length; f++) {
      data[i * cols + filled.cols + f] = Number.isNaN(x.data[i * x.cols + flagged[f]]) ? 1 : 0;
    }
  }
  return { data, rows: x.rows, cols };
}
