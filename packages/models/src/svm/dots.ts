import type { Matrix } from "../core/types.js";

/** Dot products of all rows of a with all rows of b, in double: a.rows × b.rows. */
export function crossDots(a: Matrix, b: Matrix): Float64Array {
  const d = a.cols;
  const m = b.rows;
  const out = new Float64Array(a.rows * m);
  const x = a.data;
  const y = b.data;
  for (let i = 0; i < a.rows; i += 2) {
    // Two rows against two: each number that is loaded is used twice. An odd last row is paired with itself.
    const i0 = i * d;
    const i1 = Math.min(i + 1, a.rows - 1) * d;
    for (let j = 0; j < m; j += 2) {
      const j0 = j * d;
      const j1 = Math.min(j + 1, m - 1) * d;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let t = 0; t < d; t++) {
        const p = x[i0 + t];
        const q = x[i1 + t];
        const r = y[j0 + t];
        const s = y[j1 + t];
        s00 += p * r;
        s01 += p * s;
        s10 += q * r;
        s11 += q * s;
      }
      out[i * m + j] = s00;
      if (j + 1 < m) out[i * m + j + 1] = s01;
      if (i + 1 < a.rows) {
        out[(i + 1) * m + j] = s10;
        if (j + 1 < m) out[(i + 1) * m + j + 1] = s11;
      }
    }
  }
  return out;
}

export function squaredNorms({ data, rows, cols }: Matrix): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = i * cols; j < (i + 1) * cols; j++) sum += data[j] * data[j];
    out[i] = sum;
  }
  return out;
}
