import type { Rng } from "../core/random.js";
import type { BinnedColumns } from "./bins.js";
import { createColumnScan, mostSorted } from "./columnScan.js";
import type { GrowSettings } from "./growTree.js";
import type { Split, Splitter } from "./splitter.js";

/**
 * Best splits by the fall of the squared error. Wide nodes are summed into histograms over the bins of a column, small ones sorted by bin.
 *
 * @param weight of each sample; what it holds when `best` is called counts. The totals of `best` are the sums of weights and of weighted targets.
 */
export function createRegressionSplitter(
  columns: BinnedColumns,
  targets: Float64Array,
  weight: Float64Array,
  samples: Int32Array,
  settings: Pick<GrowSettings, "minSamplesLeaf" | "maxFeatures" | "randomSplits">,
): Splitter {
  const { rows, cols, codes, counts } = columns;
  const { minSamplesLeaf, maxFeatures, randomSplits } = settings;
  const scan = createColumnScan(columns, samples);
  const widest = counts.reduce((a, b) => Math.max(a, b), 1);
  // Per bin: weight, weighted targets, samples.
  const bins = new Float64Array(3 * widest);
  const found = { score: 0, code: -1, next: -1 };

  const offer = (all: number, sum: number, left: number, leftSum: number, code: number, next: number): void => {
    const rightSum = sum - leftSum;
    const score = (leftSum * leftSum) / left + (rightSum * rightSum) / (all - left);
    if (score <= found.score) return;
    found.score = score;
    found.code = code;
    found.next = next;
  };

  const byHistogram = (column: number, start: number, end: number, all: number, sum: number): boolean => {
    const base = column * rows;
    let low = widest;
    let high = -1;
    for (let s = start; s < end; s++) {
      const sample = samples[s];
      const code = codes[base + sample];
      const at = 3 * code;
      bins[at] += weight[sample];
      bins[at + 1] += weight[sample] * targets[sample];
      bins[at + 2]++;
      if (code < low) low = code;
      if (code > high) high = code;
    }
    let left = 0;
    let leftSum = 0;
    let passed = 0;
    let last = low;
    for (let code = low; code <= high; code++) {
      const at = 3 * code;
      if (bins[at + 2] === 0) continue;
      if (passed >= minSamplesLeaf && end - start - passed >= minSamplesLeaf)
        offer(all, sum, left, leftSum, last, code);
      left += bins[at];
      leftSum += bins[at + 1];
      passed += bins[at + 2];
      last = code;
      bins.fill(0, at, at + 3);
    }
    return high > low;
  };

  const bySorting = (column: number, start: number, end: number, all: number, sum: number): boolean => {
    const n = end - start;
    const keys = scan.sort(column, start, end);
    let left = 0;
    let leftSum = 0;
    let last = keys[0] >>> 16;
    for (let s = 0; s < n; s++) {
      const code = keys[s] >>> 16;
      if (code !== last && s >= minSamplesLeaf && n - s >= minSamplesLeaf) offer(all, sum, left, leftSum, last, code);
      last = code;
      const sample = samples[start + (keys[s] & 0xffff)];
      left += weight[sample];
      leftSum += weight[sample] * targets[sample];
    }
    return keys[n - 1] >>> 16 > keys[0] >>> 16;
  };

  /** A split at a random value between the smallest and the largest; undefined where they are one. */
  const atRandom = (column: number, start: number, end: number, all: number, sum: number, rng: Rng) => {
    const border = scan.drawBorder(column, start, end, rng);
    if (!border) return undefined;
    const { code, threshold } = border;
    const base = column * rows;
    let left = 0;
    let leftSum = 0;
    let passed = 0;
    for (let s = start; s < end; s++) {
      const sample = samples[s];
      if (codes[base + sample] > code) continue;
      left += weight[sample];
      leftSum += weight[sample] * targets[sample];
      passed++;
    }
    if (passed >= minSamplesLeaf && end - start - passed >= minSamplesLeaf)
      offer(all, sum, left, leftSum, code, code + 1);
    return threshold;
  };

  return {
    best(start, end, [all, sum], rng) {
      const n = end - start;
      let best: Split | undefined;
      // Unlike shares of classes, sums of targets say nothing of a split by being above 0: it must beat no split at all.
      found.score = (sum * sum) / all;
      const none = found.score;
      let looked = 0;
      for (let drawn = 0; drawn < cols && looked < maxFeatures; drawn++) {
        const column = scan.draw(drawn, rng);
        found.code = -1;
        let drawnThreshold: number | undefined;
        if (randomSplits) {
          drawnThreshold = atRandom(column, start, end, all, sum, rng);
          if (drawnThreshold === undefined) continue;
        } else {
          const wide = n > mostSorted || (n > 24 && 4 * n * Math.log2(n) > counts[column]);
          if (!(wide ? byHistogram : bySorting)(column, start, end, all, sum)) continue;
        }
        looked++;
        if (found.code < 0) continue;
        const threshold = drawnThreshold ?? scan.between(column, found.code, found.next);
        best = { column, code: found.code, threshold, gain: found.score - none };
      }
      return best;
    },
  };
}
