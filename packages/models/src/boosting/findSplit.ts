import { missingBin } from "./binMapper.js";
import { binsPerColumn, perBin } from "./histogram.js";

/** Sums over the samples of a node. */
export interface NodeSums {
  g: number;
  h: number;
  n: number;
}

export interface HistSplit {
  column: number;
  gain: number;
  /** Bins up to this one go left; of categorical columns, see `categories`. */
  bin: number;
  missingLeft: boolean;
  /** Bins that go left, of a categorical column. */
  categories?: Uint8Array;
  left: NodeSums;
  right: NodeSums;
}

export interface SplitRules {
  minSamplesLeaf: number;
  l2: number;
  /** Cuts of each column: bins without the missing one, less one; of categorical columns the number of categories. */
  cuts: Int32Array;
  categorical: readonly boolean[];
  hasMissing: readonly boolean[];
  /** 1: the score may only rise with the column; −1: only fall; 0: free. */
  monotonic: Int8Array;
}

const minHessian = 1e-3;
const categorySmoothing = 10;

/** The best split of a node over all columns, by its histograms; undefined if none gains anything. */
export function findSplit(
  histogram: Float64Array,
  node: NodeSums,
  bounds: readonly [number, number],
  rules: SplitRules,
): HistSplit | undefined {
  const parent = loss(node.g, node.h, rules.l2, bounds);
  let best: HistSplit | undefined;
  for (let column = 0; column < rules.cuts.length; column++) {
    const at = column * binsPerColumn * perBin;
    const own = histogram.subarray(at, at + binsPerColumn * perBin);
    const found = rules.categorical[column]
      ? splitCategories(own, node, parent, bounds, rules, column)
      : splitNumbers(own, node, parent, bounds, rules, column);
    if (found && found.gain > (best?.gain ?? 0)) best = found;
  }
  return best;
}

const loss = (g: number, h: number, l2: number, [low, high]: readonly [number, number]): number => {
  const value = -g / (h + l2 + 1e-15);
  return g * (value < low ? low : value > high ? high : value);
};

function splitNumbers(
  own: Float64Array,
  node: NodeSums,
  parent: number,
  bounds: readonly [number, number],
  { minSamplesLeaf, l2, cuts, hasMissing, monotonic }: SplitRules,
  column: number,
): HistSplit | undefined {
  const last = cuts[column];
  const missing = hasMissing[column] ? missingBin * perBin : -1;
  const direction = monotonic[column];
  let bestGain = 0;
  let bestBin = -1;
  let bestMissingLeft = false;
  const free = direction === 0 && bounds[0] === -Infinity && bounds[1] === Infinity;
  // First with missing values on the right; then, if there are any, on the left.
  for (let side = 0; side < (missing < 0 ? 1 : 2); side++) {
    let g = side ? own[missing] : 0;
    let h = side ? own[missing + 1] : 0;
    let n = side ? own[missing + 2] : 0;
    // With missing values on the right even the last bin may be a border: all known values against the missing ones.
    const end = missing >= 0 && side === 0 ? last : last - 1;
    for (let bin = 0; bin <= end; bin++) {
      const b = bin * perBin;
      if (own[b + 2] === 0 && bin < end) continue;
      g += own[b];
      h += own[b + 1];
      n += own[b + 2];
      if (n < minSamplesLeaf || h < minHessian) continue;
      const hr = node.h - h;
      if (node.n - n < minSamplesLeaf || hr < minHessian) break;
      const gr = node.g - g;
      let gain: number;
      if (free) gain = parent + (g * g) / (h + l2 + 1e-15) + (gr * gr) / (hr + l2 + 1e-15);
      else {
        if (direction !== 0 && direction * (clipped(gr, hr, l2, bounds) - clipped(g, h, l2, bounds)) < 0) continue;
        gain = parent - loss(g, h, l2, bounds) - loss(gr, hr, l2, bounds);
      }
      if (gain > bestGain) {
        bestGain = gain;
        bestBin = bin;
        bestMissingLeft = side === 1;
      }
    }
  }
  if (bestBin < 0) return undefined;
  const left = { g: 0, h: 0, n: 0 };
  for (let bin = 0; bin <= bestBin; bin++) addBin(left, own, bin);
  if (bestMissingLeft) addBin(left, own, missingBin);
  const missingLeft = missing < 0 ? left.n > node.n - left.n : bestMissingLeft;
  return { column, gain: bestGain, bin: bestBin, missingLeft, left, right: minus(node, left) };
}

const clipped = (g: number, h: number, l2: number, [low, high]: readonly [number, number]): number =>
  Math.min(high, Math.max(low, -g / (h + l2 + 1e-15)));

/** Categories in the order of their mean gradient; rare ones go right. Source: Fisher 1958, as in LightGBM. */
function splitCategories(
  own: Float64Array,
  node: NodeSums,
  parent: number,
  bounds: readonly [number, number],
  { minSamplesLeaf, l2, cuts }: SplitRules,
  column: number,
): HistSplit | undefined {
  const support = node.n / Math.max(node.h, 1e-15);
  const bins = Array.from({ length: cuts[column] }, (_, bin) => bin)
    .concat(missingBin)
    .filter((bin) => own[bin * perBin + 1] * support >= categorySmoothing);
  const rank = (bin: number): number => own[bin * perBin] / (own[bin * perBin + 1] + categorySmoothing);
  bins.sort((a, b) => rank(a) - rank(b));
  let best: { gain: number; bins: number[]; left: NodeSums } | undefined;
  if (bins.length < 2) return undefined;
  // Up to half of them from either end: the rest, with rare categories, goes right.
  const half = Math.floor((bins.length + 1) / 2);
  for (const [order, length] of [[bins, half] as const, [[...bins].reverse(), half - 1] as const]) {
    const left = { g: 0, h: 0, n: 0 };
    for (let i = 0; i < length; i++) {
      addBin(left, own, order[i]);
      const right = minus(node, left);
      if (left.n < minSamplesLeaf || left.h < minHessian) continue;
      if (right.n < minSamplesLeaf || right.h < minHessian) break;
      const gain = parent - loss(left.g, left.h, l2, bounds) - loss(right.g, right.h, l2, bounds);
      if (gain > (best?.gain ?? 0)) best = { gain, bins: order.slice(0, i + 1), left: { ...left } };
    }
  }
  if (!best) return undefined;
  const categories = new Uint8Array(binsPerColumn);
  for (const bin of best.bins) categories[bin] = 1;
  const missingLeft = categories[missingBin] === 1;
  return { column, gain: best.gain, bin: -1, missingLeft, categories, left: best.left, right: minus(node, best.left) };
}

function addBin(sums: NodeSums, own: Float64Array, bin: number): void {
  sums.g += own[bin * perBin];
  sums.h += own[bin * perBin + 1];
  sums.n += own[bin * perBin + 2];
}

const minus = (a: NodeSums, b: NodeSums): NodeSums => ({ g: a.g - b.g, h: a.h - b.h, n: a.n - b.n });
