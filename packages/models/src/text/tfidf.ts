import type { SparseMatrix } from "../core/types.js";

export interface TfidfWeighting {
  /** Every count above 0 becomes 1. */
  binary: boolean;
  /** 1 + ln(count) in place of the count. */
  sublinearTf: boolean;
  norm: "l2" | "l1" | "none";
}

/** Inverse document frequencies: ln((n + s) / (df + s)) + 1, with s = 1 if smooth, else 0. */
export function inverseDocumentFrequency(documents: Int32Array, texts: number, smooth: boolean): Float64Array {
  const extra = smooth ? 1 : 0;
  return Float64Array.from(documents, (df) => Math.log((texts + extra) / (df + extra)) + 1);
}

/** Turns counts into weighted, normalised values, in place. */
export function weighCounts(
  { indptr, indices, values, rows }: SparseMatrix,
  idf: Float64Array | undefined,
  { binary, sublinearTf, norm }: TfidfWeighting,
): void {
  for (let i = 0; i < rows; i++) {
    const from = indptr[i];
    const to = indptr[i + 1];
    let sum = 0;
    for (let k = from; k < to; k++) {
      let v = binary ? 1 : values[k];
      if (sublinearTf && v !== 1) v = Math.log(v) + 1;
      if (idf) v *= idf[indices[k]];
      values[k] = v;
      sum += norm === "l2" ? v * v : v;
    }
    if (norm === "none" || sum === 0) continue;
    const length = norm === "l2" ? Math.sqrt(sum) : sum;
    for (let k = from; k < to; k++) values[k] /= length;
  }
}
