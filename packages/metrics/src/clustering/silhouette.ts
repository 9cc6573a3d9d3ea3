import { requireFinite, requireMatrix, requireSameLength } from "../check.js";
import { encode, uniqueLabels } from "../labels.js";
import type { Label, MatrixLike } from "../types.js";

/**
 * Silhouette of each item: how much closer it lies to its own cluster than to the next, by Euclidean distance.
 *
 * @param x items × features
 * @param labels cluster of each item; 2 to n − 1 clusters
 * @returns n values in [−1, 1]; 0 for an item alone in its cluster
 * @throws RangeError if shapes differ, a value is not finite, or there are too few or too many clusters
 * Time grows with n²: 10,000 items of 64 features take some seconds.
 * Source: Rousseeuw 1987. Equals scikit-learn 1.9 `metrics.silhouette_samples` within 1e-12.
 */
export function silhouetteSamples(x: MatrixLike, labels: ArrayLike<Label>): Float64Array {
  requireMatrix("silhouette", "x", x);
  requireSameLength("silhouette", "labels", labels.length, "x", x.rows);
  requireFinite("silhouette", "x", x.data);
  const clusters = uniqueLabels("silhouette", labels);
  const k = clusters.length;
  const n = x.rows;
  if (k < 2 || k > n - 1) {
    throw new RangeError(`silhouette: labels must name 2 to ${n - 1} clusters (items less one), got ${k}.`);
  }
  const codes = encode(labels, new Map(clusters.map((label, i) => [label, i])));
  const sizes = new Float64Array(k);
  for (const c of codes) sizes[c]++;
  const sums = distanceSums(x, codes, k);
  return Float64Array.from({ length: n }, (_, i) => {
    const own = codes[i];
    if (sizes[own] === 1) return 0;
    const inside = sums[i * k + own] / (sizes[own] - 1);
    let next = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++) if (c !== own) next = Math.min(next, sums[i * k + c] / sizes[c]);
    return inside === next ? 0 : (next - inside) / Math.max(inside, next);
  });
}

/** Mean of {@link silhouetteSamples}; equals scikit-learn 1.9 `metrics.silhouette_score` within 1e-12. */
export function silhouette(x: MatrixLike, labels: ArrayLike<Label>): number {
  const samples = silhouetteSamples(x, labels);
  return samples.reduce((sum, s) => sum + s, 0) / samples.length;
}

/** Sum of each item's distances to each cluster's items; every pair is measured once. */
function distanceSums({ data, rows, cols }: MatrixLike, codes: Int32Array, k: number): Float64Array {
  const x = Float64Array.from(data);
  const sums = new Float64Array(rows * k);
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) {
      let square = 0;
      for (let f = 0; f < cols; f++) {
        const d = x[i * cols + f] - x[j * cols + f];
        square += d * d;
      }
      const distance = Math.sqrt(square);
      sums[i * k + codes[j]] += distance;
      sums[j * k + codes[i]] += distance;
    }
  }
  return sums;
}
