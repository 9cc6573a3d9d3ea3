import type { Rng } from "../core/random.js";
import { createBinarySearch } from "./binarySearch.js";
import type { BinnedColumns } from "./bins.js";
import { createColumnScan, mostSorted } from "./columnScan.js";
import type { GrowSettings } from "./growTree.js";

export interface Split {
  column: number;
  /** Bins up to this one go left. */
  code: number;
  /** The same as a value: halfway between the neighbouring samples of the node. */
  threshold: number;
  /** By how much the Gini impurity falls, times the weight of the node. */
  gain: number;
}

/** Finds the best split of samples[start, end) among randomly drawn columns. */
export interface Splitter {
  best(start: number, end: number, totals: Float64Array, rng: Rng): Split | undefined;
}

/**
 * Best splits by Gini impurity. Wide nodes are counted into histograms over the bins of a column, small ones sorted by bin.
 *
 * @param weight of each sample; what it holds when `best` is called counts
 */
export function createSplitter(
  columns: BinnedColumns,
  classes: Int32Array,
  weight: Float64Array,
  samples: Int32Array,
  settings: Pick<GrowSettings, "k" | "minSamplesLeaf" | "maxFeatures" | "randomSplits">,
): Splitter {
  const { rows, cols, codes, counts } = columns;
  const { k, minSamplesLeaf, maxFeatures, randomSplits } = settings;
  const scan = createColumnScan(columns, samples);
  const widest = counts.reduce((a, b) => Math.max(a, b), 1);
  const bins = new Float64Array(widest * k);
  const sizes = new Int32Array(widest);
  const leftOf = new Float64Array(k);
  const found = { score: 0, code: -1, next: -1 };
  const binary =
    k === 2 && !randomSplits ? createBinarySearch(columns, classes, weight, samples, scan, minSamplesLeaf) : undefined;

  /** Offers the split between two bins to `found`, given what lies left of it. */
  const offer = (totals: Float64Array, all: number, leftWeight: number, code: number, next: number): void => {
    const rightWeight = all - leftWeight;
    let squaresLeft = 0;
    let squaresRight = 0;
    for (let c = 0; c < k; c++) {
      const l = leftOf[c];
      const r = totals[c] - l;
      squaresLeft += l * l;
      squaresRight += r * r;
    }
    const score = squaresLeft / leftWeight + squaresRight / rightWeight;
    if (score > found.score) {
      found.score = score;
      found.code = code;
      found.next = next;
    }
  };

  /** Counts bins; false if all samples share one. */
  const byHistogram = (column: number, start: number, end: number, totals: Float64Array, all: number): boolean => {
    const base = column * rows;
    let low = widest;
    let high = -1;
    for (let s = start; s < end; s++) {
      const sample = samples[s];
      const code = codes[base + sample];
      bins[code * k + classes[sample]] += weight[sample];
      sizes[code]++;
      if (code < low) low = code;
      if (code > high) high = code;
    }
    leftOf.fill(0);
    let leftWeight = 0;
    let passed = 0;
    let last = low;
    for (let code = low; code <= high; code++) {
      if (sizes[code] === 0) continue;
      if (passed >= minSamplesLeaf && end - start - passed >= minSamplesLeaf) {
        offer(totals, all, leftWeight, last, code);
      }
      for (let c = 0; c < k; c++) {
        const w = bins[code * k + c];
        leftOf[c] += w;
        leftWeight += w;
        bins[code * k + c] = 0;
      }
      passed += sizes[code];
      sizes[code] = 0;
      last = code;
    }
    return high > low;
  };

  /** The same by sorting: bin and place in the node as one number. */
  const bySorting = (column: number, start: number, end: number, totals: Float64Array, all: number): boolean => {
    const n = end - start;
    const keys = scan.sort(column, start, end);
    leftOf.fill(0);
    let leftWeight = 0;
    let last = keys[0] >>> 16;
    for (let s = 0; s < n; s++) {
      const code = keys[s] >>> 16;
      if (code !== last && s >= minSamplesLeaf && n - s >= minSamplesLeaf) offer(totals, all, leftWeight, last, code);
      last = code;
      const sample = samples[start + (keys[s] & 0xffff)];
      leftOf[classes[sample]] += weight[sample];
      leftWeight += weight[sample];
    }
    return keys[n - 1] >>> 16 > keys[0] >>> 16;
  };

  /** A split at a random value between the smallest and the largest. */
  const atRandom = (column: number, start: number, end: number, totals: Float64Array, all: number, rng: Rng) => {
    const border = scan.drawBorder(column, start, end, rng);
    if (!border) return undefined;
    const { code, threshold } = border;
    const base = column * rows;
    leftOf.fill(0);
    let leftWeight = 0;
    let passed = 0;
    for (let s = start; s < end; s++) {
      const sample = samples[s];
      if (codes[base + sample] > code) continue;
      leftOf[classes[sample]] += weight[sample];
      leftWeight += weight[sample];
      passed++;
    }
    if (passed >= minSamplesLeaf && end - start - passed >= minSamplesLeaf) {
      offer(totals, all, leftWeight, code, code + 1);
    }
    return threshold;
  };

  return {
    best(start, end, totals, rng) {
      const n = end - start;
      let all = 0;
      let squares = 0;
      for (let c = 0; c < k; c++) {
        all += totals[c];
        squares += totals[c] * totals[c];
      }
      // The first split that is offered is taken whatever it gains, as in CART; best.score grows from there.
      let best: Split | undefined;
      found.score = 0;
      let looked = 0;
      binary?.begin(start, end, all);
      for (let drawn = 0; drawn < cols && looked < maxFeatures; drawn++) {
        const column = scan.draw(drawn, rng);
        found.code = -1;
        let drawnThreshold: number | undefined;
        if (randomSplits) {
          drawnThreshold = atRandom(column, start, end, totals, all, rng);
          if (drawnThreshold === undefined) continue;
        } else if (binary) {
          const border = binary.search(column, start, end, all, totals[1]);
          if (!border.varies) continue;
          if (border.score > found.score) {
            found.score = border.score;
            found.code = border.code;
            found.next = border.next;
          }
        } else {
          const wide = n > mostSorted || 3 * n * Math.log2(n) > counts[column] * k;
          if (!(wide ? byHistogram : bySorting)(column, start, end, totals, all)) continue;
        }
        looked++;
        if (found.code < 0) continue;
        const threshold = drawnThreshold ?? scan.between(column, found.code, found.next);
        best = { column, code: found.code, threshold, gain: found.score - squares / all };
      }
      return best;
    },
  };
}
