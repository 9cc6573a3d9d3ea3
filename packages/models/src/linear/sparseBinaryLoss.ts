import { createKernels, reserve } from "../core/kernels.js";
import type { Objective } from "../core/lbfgs.js";
import type { SparseMatrix } from "../core/types.js";
import type { LossParts } from "./logisticLoss.js";
import { binaryResiduals } from "./residuals.js";

/** Bytes up to which a matrix is copied into WebAssembly's memory. */
const mostBytes = 2 ** 30;

/** Rows whose scores and gradient are made in one go: their entries are still in the cache for the second use. */
const block = 64;

/** The logistic loss of two classes on sparse rows, in WebAssembly; undefined where that is missing or the matrix is too large. */
export function sparseBinaryLoss({
  x,
  codes,
  weights,
  l2,
  fitIntercept,
}: Omit<LossParts, "x"> & { x: SparseMatrix }): Objective | undefined {
  const { rows, cols } = x;
  const nnz = x.indptr[rows];
  const align = (bytes: number): number => (bytes + 15) & ~15;
  const atIndices = align(8 * nnz);
  const atIndptr = atIndices + align(4 * nnz);
  const atW = atIndptr + align(4 * (rows + 1));
  const atGradient = atW + align(8 * cols);
  const atScores = atGradient + align(8 * cols);
  const bytes = atScores + 8 * rows;
  const fast = bytes <= mostBytes ? createKernels() : null;
  if (!fast) return undefined;
  const { buffer } = reserve(fast, bytes);
  new Float64Array(buffer, 0, nnz).set(x.values.subarray(0, nnz));
  new Int32Array(buffer, atIndices, nnz).set(x.indices.subarray(0, nnz));
  new Int32Array(buffer, atIndptr, rows + 1).set(x.indptr);
  const coef = new Float64Array(buffer, atW, cols);
  const slope = new Float64Array(buffer, atGradient, cols);
  const scores = new Float64Array(buffer, atScores, rows);
  const total = weights.reduce((a, b) => a + b, 0);
  return (w, gradient) => {
    const bias = fitIntercept ? w[cols] : 0;
    let squares = 0;
    coef.set(w.subarray(0, cols));
    for (let j = 0; j < cols; j++) {
      squares += coef[j] * coef[j];
      slope[j] = l2 * coef[j];
    }
    let loss = 0;
    for (let from = 0; from < rows; from += block) {
      const to = Math.min(rows, from + block);
      fast.sparseDot(atIndptr, atIndices, 0, from, to, atW, bias, atScores);
      loss += binaryResiduals(scores, codes, weights, total, from, to);
      fast.sparseAdd(atIndptr, atIndices, 0, from, to, atScores, atGradient);
    }
    gradient.set(slope);
    if (fitIntercept) gradient[cols] = scores.reduce((a, b) => a + b, 0);
    return loss + 0.5 * l2 * squares;
  };
}
