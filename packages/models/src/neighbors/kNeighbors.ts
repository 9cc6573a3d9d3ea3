import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { nearestRows } from "./nearest.js";

export interface KNeighborsOptions {
  /** Default 5. */
  nNeighbors?: number;
  /** Votes count the same (default) or by the inverse of the distance. */
  weights?: "uniform" | "distance";
  /** Default "euclidean". "cosine" compares directions. */
  metric?: "euclidean" | "cosine";
}

const readers = {
  nNeighbors: aWhole(5, { min: 1 }),
  weights: oneOf(["uniform", "distance"], "uniform"),
  metric: oneOf(["euclidean", "cosine"], "euclidean"),
};

const classifier = defineClassifier({
  kind: "kNeighbors",
  options: readers,
  learn({ x, codes, options: { nNeighbors, metric } }: ClassifierJob<Matrix, typeof readers>) {
    if (x.rows < nNeighbors) {
      throw new RangeError(`kNeighbors: nNeighbors is ${nNeighbors}, but there are only ${x.rows} samples.`);
    }
    const samples = metric === "cosine" ? unitRows(x) : x;
    return { samples: tensor(samples.data.slice(), [x.rows, x.cols]), codes: tensor(codes) };
  },
  probabilities(x: Matrix, { samples, codes }, { nNeighbors, weights, metric }, k) {
    const [rows, cols] = samples.shape;
    const known = { data: samples.data as Float64Array, rows, cols };
    const { index, distance } = nearestRows(known, metric === "cosine" ? unitRows(x) : x, nNeighbors);
    const out = new Float64Array(x.rows * k);
    for (let q = 0; q < x.rows; q++) {
      const near = distance.subarray(q * nNeighbors, (q + 1) * nNeighbors);
      // At distance 0 the others do not count.
      const exact = weights === "distance" && near[0] === 0;
      let total = 0;
      for (let s = 0; s < nNeighbors; s++) {
        const w = weights === "uniform" ? 1 : exact ? Number(near[s] === 0) : 1 / near[s];
        out[q * k + codes.data[index[q * nNeighbors + s]]] += w;
        total += w;
      }
      for (let c = 0; c < k; c++) out[q * k + c] /= total;
    }
    return out;
  },
});

/** Rows of length 1: Euclidean distances between them order as cosine distances do. */
function unitRows({ data, rows, cols }: Matrix): Matrix {
  const out = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += out[i * cols + j] ** 2;
    const length = Math.sqrt(sum) || 1;
    for (let j = 0; j < cols; j++) out[i * cols + j] /= length;
  }
  return { data: out, rows, cols };
}

/**
 * k nearest neighbours: shares of the classes among the nearest training samples. All pairs are compared, by SIMD.
 *
 * @throws RangeError if there are fewer samples than neighbours, features that are not finite; Error for predicting before fit
 * Equals scikit-learn 1.9 `KNeighborsClassifier` where no distances tie (golden tests).
 */
export function kNeighbors(options?: KNeighborsOptions): SyncClassifier {
  return classifier.build(options);
}

export const kNeighborsKind = classifier.registered;
