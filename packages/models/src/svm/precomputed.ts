import type { Matrix } from "../core/types.js";

/** @throws RangeError unless a matrix of kernel values among the training samples is square */
export function requireKernelMatrix(kind: string, { rows, cols }: Matrix): void {
  if (rows === cols) return;
  throw new RangeError(`${kind}: a precomputed kernel needs samples × samples values, got ${rows} × ${cols}.`);
}

/** Kernel values of rows and some training samples, in double: rows × columns. */
export function pickColumns({ data, rows, cols }: Matrix, columns: Int32Array): Float64Array {
  const out = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i++)
    for (let s = 0; s < columns.length; s++) out[i * columns.length + s] = data[i * cols + columns[s]];
  return out;
}
