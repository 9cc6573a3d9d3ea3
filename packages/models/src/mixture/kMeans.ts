import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { aNumber, aWhole } from "../core/options.js";
import { createRandom, type Rng } from "../core/random.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { nearestRows } from "../neighbors/nearest.js";

/** Options of {@link cluster} and {@link kMeans}. */
export interface KMeansOptions {
  /** Default 8. */
  nClusters?: number;
  /** Starts, of which the best counts (default 3). */
  nInit?: number;
  /** Passes at most (default 300). */
  maxIter?: number;
  /** Ends when the centres move less than this share of the columns' mean variance (default 1e-4). */
  tol?: number;
  /** Default 0. */
  seed?: number;
}

const readers = {
  nClusters: aWhole(8, { min: 1 }),
  nInit: aWhole(3, { min: 1 }),
  maxIter: aWhole(300, { min: 1 }),
  tol: aNumber(1e-4, { min: 0 }),
  seed: aWhole(0),
};

/** What {@link kMeans} finds. */
export interface Clustering {
  centers: Matrix;
  labels: Int32Array;
  /** Sum of squared distances to the centres. */
  inertia: number;
}

/**
 * Clusters rows around means: careful random starts, then Lloyd's passes.
 *
 * @throws RangeError if there are fewer rows than clusters
 * Source: Arthur & Vassilvitskii 2007 (k-means++).
 */
export function cluster(x: Matrix, { nClusters, nInit, maxIter, tol, seed }: Required<KMeansOptions>): Clustering {
  if (x.rows < nClusters)
    throw new RangeError(`kMeans: nClusters is ${nClusters}, but there are only ${x.rows} samples.`);
  let best: Clustering | undefined;
  for (let start = 0; start < nInit; start++) {
    const found = lloyd(x, chooseCenters(x, nClusters, createRandom(seed, start)), maxIter, tol);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best as Clustering;
}

function chooseCenters(x: Matrix, k: number, rng: Rng): Matrix {
  const { rows, cols, data } = x;
  const centers = new Float64Array(k * cols);
  const nearest = new Float64Array(rows).fill(Infinity);
  let chosen = rng.below(rows);
  for (let c = 0; c < k; c++) {
    centers.set(data.subarray(chosen * cols, (chosen + 1) * cols), c * cols);
    let total = 0;
    for (let i = 0; i < rows; i++) {
      let d = 0;
      for (let j = 0; j < cols; j++) d += (data[i * cols + j] - centers[c * cols + j]) ** 2;
      if (d < nearest[i]) nearest[i] = d;
      total += nearest[i];
    }
    // The next one with a chance that grows with the squared distance from those there are.
    let left = rng.next() * total;
    chosen = rows - 1;
    for (let i = 0; i < rows; i++) {
      left -= nearest[i];
      if (left < 0) {
        chosen = i;
        break;
      }
    }
  }
  return { data: centers, rows: k, cols };
}

function lloyd(x: Matrix, centers: Matrix, maxIter: number, tol: number): Clustering {
  const { rows, cols, data } = x;
  let total = 0;
  for (let j = 0; j < cols; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += data[i * cols + j] / rows;
    for (let i = 0; i < rows; i++) total += (data[i * cols + j] - mean) ** 2 / rows / cols;
  }
  let near = nearestRows(centers, x, 1);
  for (let pass = 0; pass < maxIter; pass++) {
    const sums = new Float64Array(centers.data.length);
    const counts = new Float64Array(centers.rows);
    for (let i = 0; i < rows; i++) {
      const c = near.index[i];
      counts[c]++;
      for (let j = 0; j < cols; j++) sums[c * cols + j] += data[i * cols + j];
    }
    let moved = 0;
    for (let c = 0; c < centers.rows; c++) {
      // A centre without rows moves to the row farthest from its own.
      const far = counts[c] === 0 ? near.distance.indexOf(Math.max(...near.distance)) : -1;
      for (let j = 0; j < cols; j++) {
        const next = far < 0 ? sums[c * cols + j] / counts[c] : data[far * cols + j];
        moved += (next - centers.data[c * cols + j]) ** 2;
        centers.data[c * cols + j] = next;
      }
      if (far >= 0) near.distance[far] = 0;
    }
    near = nearestRows(centers, x, 1);
    if (moved <= tol * total) break;
  }
  return { centers, labels: near.index, inertia: near.distance.reduce((sum, d) => sum + d * d, 0) };
}

const transformer = defineTransformer({
  kind: "kMeans",
  options: readers,
  learn(x: Matrix, options) {
    const { centers, inertia } = cluster(x, options);
    return { centers: tensor(centers.data, [centers.rows, centers.cols]), inertia };
  },
  apply(x: Matrix, { centers }): Matrix {
    const [rows, cols] = centers.shape;
    const { index, distance } = nearestRows({ data: centers.data as Float64Array, rows, cols }, x, rows);
    const data = new Float64Array(x.rows * rows);
    for (let s = 0; s < index.length; s++) data[Math.floor(s / rows) * rows + index[s]] = distance[s];
    return { data, rows: x.rows, cols: rows };
  },
});

/**
 * k-means as a step of a pipeline: each row becomes its distances to the centres. {@link cluster} gives the labels.
 *
 * @throws RangeError if there are fewer samples than clusters; Error for transforming before fit
 */
export function kMeans(options?: KMeansOptions): SyncTransformer {
  return transformer.build(options);
}

export const kMeansKind = transformer.registered;
