import { readState, tensor } from "../core/state.js";
import type { Matrix, ModelState, StateValue } from "../core/types.js";
import { type BinMapper, binOf, missingBin } from "./binMapper.js";
import type { BoostedTrees } from "./boost.js";
import { binsPerColumn } from "./histogram.js";
import type { HistTree } from "./histTree.js";

/** Adds a tree's values to the scores of binned rows. */
export function addTreeToBinned(
  { feature, bin, flags, left, value, categoryRow, categories }: HistTree,
  bins: Uint8Array,
  rows: number,
  scores: Float64Array,
  stride: number,
  offset: number,
): void {
  for (let i = 0; i < rows; i++) {
    let node = 0;
    let f = feature[0];
    while (f >= 0) {
      const b = bins[f * rows + i];
      const row = categoryRow[node];
      const goesLeft =
        row >= 0 ? categories[row * binsPerColumn + b] : b === missingBin ? flags[node] : b <= bin[node] ? 1 : 0;
      node = left[node] + 1 - goesLeft;
      f = feature[node];
    }
    scores[i * stride + offset] += value[node];
  }
}

/** Scores of rows: baseline plus all trees; rows × k. */
export function addTreeScores({ k, baseline, trees }: BoostedTrees, mapper: BinMapper, x: Matrix): Float64Array {
  const out = new Float64Array(x.rows * k);
  for (let i = 0; i < out.length; i++) out[i] = baseline[i % k];
  // Rows are binned once, block by block: trees then compare bytes.
  const block = 1024;
  for (let from = 0; from < x.rows; from += block) {
    const rows = Math.min(block, x.rows - from);
    const bins = new Uint8Array(rows * x.cols);
    for (let j = 0; j < x.cols; j++) {
      const cuts = mapper.cuts[j];
      for (let i = 0; i < rows; i++) {
        const v = x.data[(from + i) * x.cols + j];
        bins[j * rows + i] = Number.isNaN(v) ? missingBin : binOf(cuts, v, mapper.categorical[j]);
      }
    }
    const scores = out.subarray(from * k, (from + rows) * k);
    for (let t = 0; t < trees.length; t++) addTreeToBinned(trees[t], bins, rows, scores, k, t % k);
  }
  return out;
}

/** All trees as one set of tensors. */
export function treesToState({ baseline, trees }: BoostedTrees): Record<string, StateValue> {
  const join = <T extends Int32Array | Uint8Array | Float64Array>(
    make: new (n: number) => T,
    pick: (t: HistTree) => T,
  ): T => {
    const out = new make(trees.reduce((sum, t) => sum + pick(t).length, 0));
    let at = 0;
    for (const tree of trees) {
      out.set(pick(tree), at);
      at += pick(tree).length;
    }
    return out;
  };
  return {
    baseline: tensor(baseline),
    sizes: tensor(Int32Array.from(trees, (t) => t.feature.length)),
    feature: tensor(join(Int32Array, (t) => t.feature)),
    bin: tensor(join(Int32Array, (t) => t.bin)),
    flags: tensor(join(Uint8Array, (t) => t.flags)),
    left: tensor(join(Int32Array, (t) => t.left)),
    value: tensor(join(Float64Array, (t) => t.value)),
    categoryRow: tensor(join(Int32Array, (t) => t.categoryRow)),
    categories: tensor(join(Uint8Array, (t) => t.categories)),
  };
}

/** @throws RangeError if a child or column of the state points outside */
export function treesFromState(state: ModelState, classes: number, mapper: BinMapper): BoostedTrees {
  const read = readState(state);
  const k = classes === 2 ? 1 : classes;
  const sizes = read.int32("sizes", [-1]);
  const total = sizes.reduce((a, b) => a + b, 0);
  const feature = read.int32("feature", [total]);
  const bin = read.int32("bin", [total]);
  const left = read.int32("left", [total]);
  const categoryRow = read.int32("categoryRow", [total]);
  const value = read.float64("value", [total]);
  const flags = read.tensor("flags").data as Uint8Array;
  const categories = read.tensor("categories").data as Uint8Array;
  const trees: HistTree[] = [];
  let from = 0;
  let rowsFrom = 0;
  for (const [t, size] of sizes.entries()) {
    const to = from + size;
    const rows = categoryRow.subarray(from, to).reduce((most, row) => Math.max(most, row + 1), 0);
    const tree: HistTree = {
      feature: feature.slice(from, to),
      bin: bin.slice(from, to),
      flags: flags.slice(from, to),
      left: left.slice(from, to),
      value: value.slice(from, to),
      categoryRow: categoryRow.slice(from, to),
      categories: categories.slice(rowsFrom * binsPerColumn, (rowsFrom + rows) * binsPerColumn),
    };
    const broken = tree.feature.findIndex(
      (f, i) => f >= 0 && (f >= mapper.cuts.length || tree.left[i] <= i || tree.left[i] + 1 >= size),
    );
    if (broken >= 0) throw new RangeError(`${state.kind}: tree ${t} of the state is broken at node ${broken}.`);
    trees.push(tree);
    from = to;
    rowsFrom += rows;
  }
  return { k, baseline: read.float64("baseline", [k]), trees };
}
