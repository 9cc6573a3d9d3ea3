import { cholesky, solveLower, solveUpper } from "../core/linalg.js";
import type { Matrix } from "../core/types.js";

/**
 * Divides by the shrunk covariance of fewer samples than columns, through their products with each other instead of those of the columns:
 * (1 − s)/n · CᵀC + m·I, C being the samples without the means of their classes and m the shrinkage times the mean variance.
 *
 * @param groups samples of each class and their mean
 * @param shrinkage in (0, 1]
 * @returns undefined where no column varies
 * Source: the matrix inversion lemma (Woodbury 1950).
 */
export function fewSamplesSolver(
  groups: readonly { samples: Matrix; mean: Float64Array }[],
  shrinkage: number,
): ((b: Float64Array) => Float64Array) | undefined {
  const rows = groups.flatMap(({ samples: { data, rows, cols }, mean }) =>
    Array.from({ length: rows }, (_, i) => Float64Array.from(mean, (m, j) => data[i * cols + j] - m)),
  );
  const n = rows.length;
  const products = new Float64Array(n * n);
  let trace = 0;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k <= i; k++) products[i * n + k] = products[k * n + i] = dot(rows[i], rows[k]);
    trace += products[i * n + i];
  }
  const ball = (shrinkage * trace) / (n * groups[0].mean.length);
  if (!(ball > 0)) return undefined;
  if (shrinkage === 1) return (b) => b.map((v) => v / ball);
  for (let i = 0; i < n; i++) products[i * n + i] += (ball * n) / (1 - shrinkage);
  const factor = cholesky(products, n);
  if (!factor) return undefined;
  return (b) => {
    const shares = solveUpper(
      factor,
      n,
      solveLower(
        factor,
        n,
        Float64Array.from(rows, (row) => dot(row, b)),
      ),
    );
    const out = Float64Array.from(b);
    for (const [i, row] of rows.entries()) for (let j = 0; j < out.length; j++) out[j] -= shares[i] * row[j];
    return out.map((v) => v / ball);
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
