import { readState, tensor } from "../core/state.js";
import type { Matrix, ModelState, StateValue } from "../core/types.js";

/** Trees in flat arrays, one after another. The right child of a node follows its left child. */
export interface Trees {
  /** Classes; 1 for regression. */
  k: number;
  /** Column that a node looks at; −1 at leaves. */
  feature: Int32Array;
  /** Rows with a value ≤ threshold go left. */
  threshold: Float64Array;
  /** Left child, counted from the tree's own root; at leaves the row of `values`, counted over all trees. */
  left: Int32Array;
  /** Class shares, or the mean target, at each leaf: leaves × k. */
  values: Float64Array;
  /** Where each tree begins, and the end of the last. */
  roots: Int32Array;
}

/** Joins trees that were grown apart. */
export function joinTrees(parts: readonly Trees[]): Trees {
  const k = parts[0].k;
  const concat = <T extends Int32Array | Float64Array>(make: new (n: number) => T, pick: (t: Trees) => T): T => {
    const out = new make(parts.reduce((sum, t) => sum + pick(t).length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(pick(part), at);
      at += pick(part).length;
    }
    return out;
  };
  const left = concat(Int32Array, (t) => t.left);
  const feature = concat(Int32Array, (t) => t.feature);
  const roots: number[] = [0];
  let node = 0;
  let leaf = 0;
  for (const part of parts) {
    for (let t = 1; t < part.roots.length; t++) roots.push(node + part.roots[t]);
    for (let i = 0; i < part.left.length; i++) if (part.feature[i] < 0) left[node + i] += leaf;
    node += part.left.length;
    leaf += part.values.length / k;
  }
  return {
    k,
    feature,
    left,
    threshold: concat(Float64Array, (t) => t.threshold),
    values: concat(Float64Array, (t) => t.values),
    roots: Int32Array.from(roots),
  };
}

/** Adds to `out` (rows × k) the class shares of the leaf that each row falls into, over all trees. */
export function addLeafShares(
  { k, feature, threshold, left, values, roots }: Trees,
  x: Matrix,
  out: Float64Array,
): void {
  const { data, rows, cols } = x;
  // Blocks of rows stay in cache while all trees pass over them.
  const block = 512;
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(rows, from + block);
    for (let t = 0; t + 1 < roots.length; t++) {
      const root = roots[t];
      for (let i = from; i < to; i++) {
        const row = i * cols;
        let node = root;
        let f = feature[node];
        while (f >= 0) {
          node = root + left[node] + (data[row + f] <= threshold[node] ? 0 : 1);
          f = feature[node];
        }
        const leaf = left[node] * k;
        for (let c = 0; c < k; c++) out[i * k + c] += values[leaf + c];
      }
    }
  }
}

export function treesToState({ k, feature, threshold, left, values, roots }: Trees): Record<string, StateValue> {
  return {
    feature: tensor(feature),
    threshold: tensor(threshold),
    left: tensor(left),
    values: tensor(values, [values.length / k, k]),
    roots: tensor(roots),
  };
}

/** @throws RangeError if a child, leaf or column of the state points outside */
export function treesFromState(state: ModelState, k: number, cols: number): Trees {
  const read = readState(state);
  const feature = read.int32("feature", [-1]);
  const n = feature.length;
  const trees: Trees = {
    k,
    feature,
    threshold: read.float64("threshold", [n]),
    left: read.int32("left", [n]),
    values: read.float64("values", [-1, k]),
    roots: read.int32("roots", [-1]),
  };
  const leaves = trees.values.length / k;
  for (let t = 0; t + 1 < trees.roots.length; t++) {
    const size = trees.roots[t + 1] - trees.roots[t];
    for (let i = 0; i < size; i++) {
      const node = trees.roots[t] + i;
      const at = trees.left[node];
      // Children come after their parent, so that walking down always ends.
      const fits = feature[node] < 0 ? at >= 0 && at < leaves : feature[node] < cols && at > i && at + 1 < size;
      if (!fits) throw new RangeError(`${state.kind}: tree ${t} of the state is broken at node ${i}.`);
    }
  }
  return trees;
}
