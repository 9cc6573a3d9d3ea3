import { missingBin } from "./binMapper.js";
import { findSplit, type HistSplit, type NodeSums, type SplitRules } from "./findSplit.js";
import { binsPerColumn, createHistograms } from "./histogram.js";

/** One regression tree on bins. The right child of a node follows its left child. */
export interface HistTree {
  /** Column that a node looks at; −1 at leaves. */
  feature: Int32Array;
  /** Bins up to this one go left; −1: by `categories`. */
  bin: Int32Array;
  /** Bit 1: missing values go left. */
  flags: Uint8Array;
  /** Left child; at leaves 0. */
  left: Int32Array;
  /** What leaves add to the score. */
  value: Float64Array;
  /** Row of `categories` of nodes that split categories; −1 elsewhere. */
  categoryRow: Int32Array;
  /** 256 switches a row: which bins go left. */
  categories: Uint8Array;
}

export interface HistTreeRules extends SplitRules {
  maxLeafNodes: number;
  maxDepth: number;
  learningRate: number;
}

interface Node {
  index: number;
  start: number;
  end: number;
  depth: number;
  sums: NodeSums;
  histogram: Float64Array;
  bounds: readonly [number, number];
  split?: HistSplit;
}

/** Grows trees one after another on the same bins, keeping its buffers. */
export function createTreeGrower(bins: Uint8Array, rows: number, cols: number, rules: HistTreeRules) {
  const histograms = createHistograms(bins, rows, cols, Math.min(rules.maxLeafNodes, rows) + 3);
  const { samples, gradients: pairs } = histograms;
  const aside = new Int32Array(rows);

  const partition = ({ start, end }: Node, { column, bin, missingLeft, categories }: HistSplit): number => {
    const own = bins.subarray(column * rows, (column + 1) * rows);
    let at = start;
    let away = 0;
    // Both places are written and one of the two counts on: a branch that cannot be foreseen costs more.
    if (!categories && !missingLeft) {
      for (let s = start; s < end; s++) {
        const sample = samples[s];
        const goesLeft = own[sample] <= bin ? 1 : 0;
        samples[at] = sample;
        aside[away] = sample;
        at += goesLeft;
        away += 1 - goesLeft;
      }
    } else {
      const left =
        categories ?? Uint8Array.from({ length: binsPerColumn }, (_, b) => Number(b <= bin || b === missingBin));
      for (let s = start; s < end; s++) {
        const sample = samples[s];
        const goesLeft = left[own[sample]];
        samples[at] = sample;
        aside[away] = sample;
        at += goesLeft;
        away += 1 - goesLeft;
      }
    }
    samples.set(aside.subarray(0, away), at);
    return at;
  };

  /** Grows a tree on `sample` and adds its values to their scores. */
  return (
    gradients: Float32Array,
    hessians: Float32Array,
    scores: Float64Array,
    stride: number,
    offset: number,
  ): HistTree => {
    for (let i = 0; i < rows; i++) {
      samples[i] = i;
      pairs[2 * i] = gradients[i];
      pairs[2 * i + 1] = hessians[i];
    }
    const tree = {
      feature: [-1],
      bin: [-1],
      flags: [0],
      left: [0],
      value: [0],
      categoryRow: [-1],
      rows: [] as Uint8Array[],
    };
    const leafValue = ({ sums, bounds }: Node): number =>
      rules.learningRate * Math.min(bounds[1], Math.max(bounds[0], -sums.g / (sums.h + rules.l2 + 1e-15)));
    const addNode = (): number => {
      for (const list of [tree.feature, tree.bin, tree.categoryRow]) list.push(-1);
      for (const list of [tree.flags, tree.left]) list.push(0);
      return tree.value.push(0) - 1;
    };
    const leaves: Node[] = [];
    const open: Node[] = [];
    const consider = (node: Node): void => {
      const mayGrow = node.depth < rules.maxDepth && node.sums.n >= 2 * rules.minSamplesLeaf;
      node.split = mayGrow ? findSplit(node.histogram, node.sums, node.bounds, rules) : undefined;
      if (node.split) open.push(node);
      else {
        leaves.push(node);
        histograms.release(node.histogram);
      }
    };

    const root: Node = {
      index: 0,
      start: 0,
      end: rows,
      depth: 0,
      sums: { g: sum(gradients), h: sum(hessians), n: rows },
      histogram: histograms.take(),
      bounds: [-Infinity, Infinity],
    };
    histograms.fill(root.histogram, 0, rows);
    consider(root);
    while (open.length > 0 && leaves.length + open.length < rules.maxLeafNodes) {
      const node = takeBest(open);
      const split = node.split as HistSplit;
      const middle = partition(node, split);
      const child = addNode();
      addNode();
      tree.feature[node.index] = split.column;
      tree.bin[node.index] = split.bin;
      tree.flags[node.index] = split.missingLeft ? 1 : 0;
      tree.left[node.index] = child;
      if (split.categories) tree.categoryRow[node.index] = tree.rows.push(split.categories) - 1;
      const [leftBounds, rightBounds] = childBounds(node, split, rules);
      const depth = node.depth + 1;
      const left: Node = {
        index: child,
        start: node.start,
        end: middle,
        depth,
        sums: split.left,
        histogram: node.histogram,
        bounds: leftBounds,
      };
      const right: Node = {
        index: child + 1,
        start: middle,
        end: node.end,
        depth,
        sums: split.right,
        histogram: node.histogram,
        bounds: rightBounds,
      };
      const [small, large] = middle - node.start <= node.end - middle ? [left, right] : [right, left];
      const last = leaves.length + open.length + 2 >= rules.maxLeafNodes;
      const mayGrow = (n: Node): boolean => !last && n.depth < rules.maxDepth && n.sums.n >= 2 * rules.minSamplesLeaf;
      small.histogram = histograms.take();
      if (mayGrow(small) || mayGrow(large)) {
        histograms.fill(small.histogram, small.start, small.end);
        histograms.subtract(large.histogram, small.histogram);
      }
      for (const n of [left, right]) {
        if (mayGrow(n)) consider(n);
        else {
          leaves.push(n);
          histograms.release(n.histogram);
        }
      }
    }
    for (const node of open) histograms.release(node.histogram);
    for (const node of [...leaves, ...open]) {
      const value = leafValue(node);
      tree.value[node.index] = value;
      for (let s = node.start; s < node.end; s++) scores[samples[s] * stride + offset] += value;
    }
    return {
      feature: Int32Array.from(tree.feature),
      bin: Int32Array.from(tree.bin),
      flags: Uint8Array.from(tree.flags),
      left: Int32Array.from(tree.left),
      value: Float64Array.from(tree.value),
      categoryRow: Int32Array.from(tree.categoryRow),
      categories: Uint8Array.from(tree.rows.flatMap((row) => [...row])),
    };
  };
}

/** Takes the node with the largest gain out of a list; of equals the first. */
function takeBest(open: Node[]): Node {
  let best = 0;
  for (let i = 1; i < open.length; i++) if ((open[i].split?.gain ?? 0) > (open[best].split?.gain ?? 0)) best = i;
  return open.splice(best, 1)[0];
}

/** Under a monotonic constraint the children may not pass the middle between their values. */
function childBounds(
  { bounds }: Node,
  { column, left, right }: HistSplit,
  { monotonic, l2 }: HistTreeRules,
): [readonly [number, number], readonly [number, number]] {
  if (monotonic[column] === 0) return [bounds, bounds];
  const value = ({ g, h }: NodeSums): number => Math.min(bounds[1], Math.max(bounds[0], -g / (h + l2 + 1e-15)));
  const middle = (value(left) + value(right)) / 2;
  const low: readonly [number, number] = [bounds[0], middle];
  const high: readonly [number, number] = [middle, bounds[1]];
  return monotonic[column] > 0 ? [low, high] : [high, low];
}

function sum(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
