import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { defineRegressor, type RegressorJob, type SyncRegressor } from "../core/defineRegressor.js";
import { aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, StateTensor } from "../core/types.js";
import { buildKdTree, type KdTree, searchKdTree } from "./kdTree.js";
import { type Neighbors, nearestRows } from "./nearest.js";

/** Options of {@link kNeighbors} and {@link kNeighborsRegressor}. */
export interface KNeighborsOptions {
  /** Default 5. */
  nNeighbors?: number;
  /** Votes count the same (default) or by the inverse of the distance. */
  weights?: "uniform" | "distance";
  /** Default "euclidean". "cosine" compares directions. */
  metric?: "euclidean" | "cosine";
  /** "brute" compares all pairs, by SIMD; "kdTree" opens the boxes near a query alone; "auto" (default) takes the tree for many samples of few columns. */
  algorithm?: "auto" | "brute" | "kdTree";
}

const readers = {
  nNeighbors: aWhole(5, { min: 1 }),
  weights: oneOf(["uniform", "distance"], "uniform"),
  metric: oneOf(["euclidean", "cosine"], "euclidean"),
  algorithm: oneOf(["auto", "brute", "kdTree"], "auto"),
};

type Options = { [K in keyof typeof readers]: ReturnType<(typeof readers)[K]> };

/** From here on the tree is faster: *measured* against SIMD on all pairs. */
const treeSamples = 4000;
const treeCols = 10;

/** Trees are not stored: they are grown again when a restored model is first asked. */
const trees = new WeakMap<StateTensor, KdTree>();

function keepSamples(kind: string, x: Matrix, { nNeighbors, metric }: Options): StateTensor {
  if (x.rows < nNeighbors) {
    throw new RangeError(`${kind}: nNeighbors is ${nNeighbors}, but there are only ${x.rows} samples.`);
  }
  const samples = metric === "cosine" ? unitRows(x) : x;
  return tensor(samples.data.slice(), [x.rows, x.cols]);
}

function findNeighbors(samples: StateTensor, x: Matrix, { nNeighbors, metric, algorithm }: Options): Neighbors {
  const [rows, cols] = samples.shape;
  const known = { data: samples.data as Float64Array, rows, cols };
  const queries = metric === "cosine" ? unitRows(x) : x;
  const byTree = algorithm === "kdTree" || (algorithm === "auto" && rows >= treeSamples && cols <= treeCols);
  if (!byTree) return nearestRows(known, queries, nNeighbors);
  const tree = trees.get(samples) ?? buildKdTree(known);
  trees.set(samples, tree);
  return searchKdTree(tree, queries, nNeighbors);
}

/** How much each neighbour of a query counts; they sum to 1. At distance 0 the others do not count. */
function sharesOf(near: Float64Array, weights: Options["weights"]): Float64Array {
  const exact = weights === "distance" && near[0] === 0;
  const own = near.map((d) => (weights === "uniform" ? 1 : exact ? Number(d === 0) : 1 / d));
  const total = own.reduce((a, b) => a + b, 0);
  return own.map((w) => w / total);
}

const classifier = defineClassifier({
  kind: "kNeighbors",
  options: readers,
  learn({ x, codes, options }: ClassifierJob<Matrix, typeof readers>) {
    return { samples: keepSamples("kNeighbors", x, options), codes: tensor(codes) };
  },
  probabilities(x: Matrix, { samples, codes }, options, k) {
    const { index, distance } = findNeighbors(samples, x, options);
    const { nNeighbors: n, weights } = options;
    const out = new Float64Array(x.rows * k);
    for (let q = 0; q < x.rows; q++) {
      const shares = sharesOf(distance.subarray(q * n, (q + 1) * n), weights);
      for (let s = 0; s < n; s++) out[q * k + codes.data[index[q * n + s]]] += shares[s];
    }
    return out;
  },
});

const regressor = defineRegressor({
  kind: "kNeighborsRegressor",
  options: readers,
  learn({ x, y, options }: RegressorJob<Matrix, typeof readers>) {
    return { samples: keepSamples("kNeighborsRegressor", x, options), targets: tensor(y) };
  },
  predict(x: Matrix, { samples, targets }, options) {
    const { index, distance } = findNeighbors(samples, x, options);
    const { nNeighbors: n, weights } = options;
    const out = new Float64Array(x.rows);
    for (let q = 0; q < x.rows; q++) {
      const shares = sharesOf(distance.subarray(q * n, (q + 1) * n), weights);
      for (let s = 0; s < n; s++) out[q] += shares[s] * targets.data[index[q * n + s]];
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
 * k nearest neighbours: shares of the classes among the nearest training samples.
 *
 * @throws RangeError if there are fewer samples than neighbours, features that are not finite; Error for predicting before fit
 * Equals scikit-learn 1.9 `KNeighborsClassifier` where no distances tie (golden tests).
 */
export function kNeighbors(options?: KNeighborsOptions): SyncClassifier {
  return classifier.build(options);
}

export const kNeighborsKind = classifier.registered;

/**
 * k nearest neighbours for numbers: the mean of the nearest training samples' targets.
 *
 * @throws RangeError if there are fewer samples than neighbours, features or targets that are not finite; Error for predicting before fit
 * Equals scikit-learn 1.9 `KNeighborsRegressor` where no distances tie (golden tests).
 */
export function kNeighborsRegressor(options?: KNeighborsOptions): SyncRegressor {
  return regressor.build(options);
}

export const kNeighborsRegressorKind = regressor.registered;
