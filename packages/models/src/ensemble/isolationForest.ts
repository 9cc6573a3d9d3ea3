import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { aWhole } from "../core/options.js";
import { createRandom, permutation, type Rng } from "../core/random.js";
import { tensor } from "../core/state.js";
import type { Matrix, StateTensor } from "../core/types.js";

/** Options of {@link isolationForest}. */
export interface IsolationForestOptions {
  /** Trees (default 100). */
  nEstimators?: number;
  /** Samples a tree is grown on, at most (default 256). */
  maxSamples?: number;
  /** Default 0. */
  seed?: number;
}

const readers = { nEstimators: aWhole(100, { min: 1 }), maxSamples: aWhole(256, { min: 2 }), seed: aWhole(0) };

/** Mean depth at which a value is found in a random search tree of n values. */
function meanDepth(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n;
}

/** Nodes of all trees: column (−1 at leaves), border, left child (the right one follows), and at leaves the depth reached. */
interface Nodes {
  feature: number[];
  value: number[];
  left: number[];
}

function grow(x: Matrix, rows: Int32Array, nodes: Nodes, limit: number, rng: Rng): void {
  const add = (): number => {
    nodes.feature.push(-1);
    nodes.value.push(0);
    return nodes.left.push(0) - 1;
  };
  const stack = [{ node: add(), rows, depth: 0 }];
  for (let job = stack.pop(); job; job = stack.pop()) {
    const { node, depth } = job;
    const own = job.rows;
    const split = depth < limit && own.length > 1 ? chooseSplit(x, own, rng) : undefined;
    if (!split) {
      nodes.value[node] = depth + meanDepth(own.length);
      continue;
    }
    const goesLeft = (i: number): boolean => x.data[i * x.cols + split.column] <= split.border;
    const left = add();
    add();
    nodes.feature[node] = split.column;
    nodes.value[node] = split.border;
    nodes.left[node] = left;
    stack.push({ node: left, rows: own.filter(goesLeft), depth: depth + 1 });
    stack.push({ node: left + 1, rows: own.filter((i) => !goesLeft(i)), depth: depth + 1 });
  }
}

/** A random border in a random column that varies. */
function chooseSplit(x: Matrix, rows: Int32Array, rng: Rng): { column: number; border: number } | undefined {
  for (const column of permutation(x.cols, rng)) {
    let low = Infinity;
    let high = -Infinity;
    for (const i of rows) {
      const v = x.data[i * x.cols + column];
      if (v < low) low = v;
      if (v > high) high = v;
    }
    // Below the largest value, so that both sides hold a row.
    if (high > low) return { column, border: low + rng.next() * (high - low) * (1 - Number.EPSILON) };
  }
  return undefined;
}

const transformer = defineTransformer({
  kind: "isolationForest",
  options: readers,
  learn(x: Matrix, { nEstimators, maxSamples, seed }) {
    const size = Math.min(maxSamples, x.rows);
    const nodes: Nodes = { feature: [], value: [], left: [] };
    const roots: number[] = [];
    for (let tree = 0; tree < nEstimators; tree++) {
      const rng = createRandom(seed, tree);
      roots.push(nodes.feature.length);
      grow(x, permutation(x.rows, rng).slice(0, size), nodes, Math.ceil(Math.log2(Math.max(size, 2))), rng);
    }
    return {
      size,
      roots: tensor(Int32Array.from(roots)),
      feature: tensor(Int32Array.from(nodes.feature)),
      value: tensor(Float64Array.from(nodes.value)),
      left: tensor(Int32Array.from(nodes.left)),
    };
  },
  apply(x: Matrix, { size, roots, feature, value, left }): Matrix {
    const data = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      let depth = 0;
      for (const root of roots.data) depth += depthOf(x, i, root, feature, value, left);
      data[i] = 2 ** (-depth / roots.data.length / meanDepth(size));
    }
    return { data, rows: x.rows, cols: 1 };
  },
});

function depthOf(
  x: Matrix,
  i: number,
  root: number,
  feature: StateTensor,
  value: StateTensor,
  left: StateTensor,
): number {
  let node = root;
  while (feature.data[node] >= 0) {
    node = left.data[node] + (x.data[i * x.cols + feature.data[node]] <= value.data[node] ? 0 : 1);
  }
  return value.data[node];
}

/**
 * Isolation forest: rows that random splits set apart soon are odd. `transform` gives one column, the anomaly score in (0, 1): well above
 * 0.5 for odd rows, below for ordinary ones.
 *
 * @throws Error for transforming before fit; RangeError for features that are not finite
 * Source: Liu, Ting & Zhou 2008; scikit-learn's `score_samples` is minus this score.
 */
export function isolationForest(options?: IsolationForestOptions): SyncTransformer {
  return transformer.build(options);
}

export const isolationForestKind = transformer.registered;
