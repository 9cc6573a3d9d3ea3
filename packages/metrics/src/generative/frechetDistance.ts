import { requireFinite, requireMatrix } from "../check.js";
import type { MatrixLike } from "../types.js";
import { symmetricEigen } from "./symmetricEigen.js";

/** Mean and covariance of embeddings, from which Fréchet distances follow; plain JSON when data are arrays. */
export interface EmbeddingMoments {
  mean: Float64Array;
  /** cols × cols, row-major, of the sample (n − 1). */
  covariance: Float64Array;
  n: number;
}

/**
 * Moments of embeddings, to keep instead of the embeddings.
 *
 * @param x items × features, at least two items
 * @throws RangeError if the shape does not fit, there are fewer than two items, or a value is not finite
 */
export function embeddingMoments(x: MatrixLike): EmbeddingMoments {
  requireMatrix("embeddingMoments", "x", x);
  if (x.rows < 2) throw new RangeError(`embeddingMoments: x must have at least two rows, got ${x.rows}.`);
  requireFinite("embeddingMoments", "x", x.data);
  const { rows, cols, data } = x;
  const mean = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let c = 0; c < cols; c++) mean[c] += data[i * cols + c] / rows;
  const covariance = new Float64Array(cols * cols);
  const centred = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < cols; c++) centred[c] = data[i * cols + c] - mean[c];
    for (let a = 0; a < cols; a++) {
      const left = centred[a] / (rows - 1);
      for (let b = 0; b <= a; b++) covariance[a * cols + b] += left * centred[b];
    }
  }
  for (let a = 0; a < cols; a++) for (let b = 0; b < a; b++) covariance[b * cols + a] = covariance[a * cols + b];
  return { mean, covariance, n: rows };
}

/**
 * Fréchet distance between two sets of embeddings, each taken as a normal distribution: FID on Inception features, FAD on
 * audio ones.
 *
 * |m₁ − m₂|² + tr(C₁ + C₂ − 2 (C₁ C₂)^½)
 *
 * @param real, generated items × features, or their moments; at least two items each, better several times the features
 * @returns ≥ 0
 * @throws RangeError if features differ in number, there are fewer than two items, or a value is not finite
 * Source: Dowson & Landau 1982; Heusel et al. 2017. Equals SciPy 1.17 `sqrtm` in that formula within 1e-8, relative; time
 * grows with the cube of the features: 512 take a second.
 */
export function frechetDistance(real: MatrixLike | EmbeddingMoments, generated: MatrixLike | EmbeddingMoments): number {
  const [a, b] = [real, generated].map((x) => ("mean" in x ? x : embeddingMoments(x)));
  const n = a.mean.length;
  if (b.mean.length !== n) {
    throw new RangeError(`frechetDistance: both need as many features, got ${n} and ${b.mean.length}.`);
  }
  let distance = 0;
  for (let i = 0; i < n; i++) {
    distance += (a.mean[i] - b.mean[i]) ** 2 + a.covariance[i * n + i] + b.covariance[i * n + i];
  }
  return Math.max(0, distance - 2 * traceOfRoot(a.covariance, b.covariance, n));
}

/** tr (A B)^½ = Σ √λ of A^½ B A^½, which is symmetric: no complex roots to throw away. */
function traceOfRoot(a: Float64Array, b: Float64Array, n: number): number {
  const vectors = a.slice();
  const values = symmetricEigen(vectors, n, true);
  // C = diag(√λ) Vᵀ B V diag(√λ) has the same eigenvalues as A^½ B A^½ and spares two products.
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) scaled[j * n + i] = vectors[i * n + j] * Math.sqrt(Math.max(0, values[j]));
  }
  const half = product(scaled, b, n);
  const inner = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += half[i * n + k] * scaled[j * n + k];
      inner[i * n + j] = inner[j * n + i] = sum;
    }
  }
  return symmetricEigen(inner, n, false).reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const left = a[i * n + k];
      for (let j = 0; j < n; j++) out[i * n + j] += left * b[k * n + j];
    }
  }
  return out;
}
