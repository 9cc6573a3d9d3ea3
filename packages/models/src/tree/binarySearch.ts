import type { BinnedColumns } from "./bins.js";
import { type ColumnScan, mostSorted } from "./columnScan.js";

/** The best border between two bins of a column. */
export interface Border {
  /** Weighted squares of the class sums on both sides, each over its weight; 0 if there is no border. */
  score: number;
  /** Bin left of it, and the next one that holds samples. */
  code: number;
  next: number;
  /** Whether the samples of the node differ in this column at all. */
  varies: boolean;
}

/** Sums below this, three of them, fit exactly into one number of 53 bits. */
const field = 2 ** 17;

/**
 * Finds borders for two classes: the same as the general search, with both sums in registers, and weights gathered once a node.
 */
export function createBinarySearch(
  { rows, codes, counts }: BinnedColumns,
  classes: Int32Array,
  weight: Float64Array,
  samples: Int32Array,
  scan: ColumnScan,
  minSamplesLeaf: number,
) {
  const widest = counts.reduce((a, b) => Math.max(a, b), 1);
  // Per bin: weight, weight of the second class, samples.
  const bins = new Float64Array(3 * widest);
  const own = new Float64Array(rows);
  const second = new Float64Array(rows);
  // Samples, weight of the second class and weight as one number, where all sums are whole and small: one sum in place of three.
  const packed = new Float64Array(rows);
  const packedBins = new Float64Array(widest);
  let packs = false;
  const border: Border = { score: 0, code: -1, next: -1, varies: false };

  const byHistogram = (base: number, start: number, n: number, all: number, positive: number): void => {
    let low = widest;
    let high = -1;
    for (let s = 0; s < n; s++) {
      const code = codes[base + samples[start + s]];
      const at = 3 * code;
      bins[at] += own[s];
      bins[at + 1] += second[s];
      bins[at + 2]++;
      if (code < low) low = code;
      if (code > high) high = code;
    }
    border.varies = high > low;
    let l = 0;
    let l1 = 0;
    let passed = 0;
    let last = low;
    let best = 0;
    for (let code = low; code <= high; code++) {
      const at = 3 * code;
      const size = bins[at + 2];
      if (size === 0) continue;
      if (passed >= minSamplesLeaf && n - passed >= minSamplesLeaf) {
        const r = all - l;
        const r1 = positive - l1;
        const l0 = l - l1;
        const r0 = r - r1;
        const score = (l1 * l1 + l0 * l0) / l + (r1 * r1 + r0 * r0) / r;
        if (score > best) {
          best = score;
          border.code = last;
          border.next = code;
        }
      }
      l += bins[at];
      l1 += bins[at + 1];
      passed += size;
      bins[at] = 0;
      bins[at + 1] = 0;
      bins[at + 2] = 0;
      last = code;
    }
    border.score = best;
  };

  const byPackedHistogram = (column: number, start: number, n: number, all: number, positive: number): void => {
    const base = column * rows;
    for (let s = 0; s < n; s++) packedBins[codes[base + samples[start + s]]] += packed[s];
    const count = counts[column];
    let sum = 0;
    let last = -1;
    let best = 0;
    border.varies = false;
    for (let code = 0; code < count; code++) {
      const bin = packedBins[code];
      if (bin === 0) continue;
      packedBins[code] = 0;
      if (last >= 0) {
        border.varies = true;
        const upper = Math.floor(sum / field);
        const passed = Math.floor(upper / field);
        if (passed >= minSamplesLeaf && n - passed >= minSamplesLeaf) {
          const l = sum - upper * field;
          const l1 = upper - passed * field;
          const r = all - l;
          const r1 = positive - l1;
          const l0 = l - l1;
          const r0 = r - r1;
          const score = (l1 * l1 + l0 * l0) / l + (r1 * r1 + r0 * r0) / r;
          if (score > best) {
            best = score;
            border.code = last;
            border.next = code;
          }
        }
      }
      sum += bin;
      last = code;
    }
    border.score = best;
  };

  const bySorting = (column: number, start: number, n: number, all: number, positive: number): void => {
    const keys = scan.sort(column, start, start + n);
    let l = 0;
    let l1 = 0;
    let last = keys[0] >>> 16;
    let best = 0;
    border.varies = keys[n - 1] >>> 16 > last;
    for (let s = 0; s < n; s++) {
      const code = keys[s] >>> 16;
      if (code !== last && s >= minSamplesLeaf && n - s >= minSamplesLeaf) {
        const r = all - l;
        const r1 = positive - l1;
        const l0 = l - l1;
        const r0 = r - r1;
        const score = (l1 * l1 + l0 * l0) / l + (r1 * r1 + r0 * r0) / r;
        if (score > best) {
          best = score;
          border.code = last;
          border.next = code;
        }
      }
      last = code;
      const at = keys[s] & 0xffff;
      l += own[at];
      l1 += second[at];
    }
    border.score = best;
  };

  return {
    /** Gathers the weights of a node's samples; before `search`. */
    begin(start: number, end: number, all: number): void {
      packs = end - start < field && all < field;
      for (let s = start; s < end; s++) {
        const sample = samples[s];
        const w = weight[sample];
        own[s - start] = w;
        const w1 = classes[sample] === 1 ? w : 0;
        second[s - start] = w1;
        packed[s - start] = (field + w1) * field + w;
        if (w !== Math.floor(w)) packs = false;
      }
    },
    /** The best border of a column; the object is used again by the next call. */
    search(column: number, start: number, end: number, all: number, positive: number): Border {
      const n = end - start;
      const wide = n > mostSorted || 4 * n * Math.log2(n) > counts[column];
      border.code = -1;
      border.score = 0;
      if (wide && n > 24 && packs) byPackedHistogram(column, start, n, all, positive);
      else if (wide && n > 24) byHistogram(column * rows, start, n, all, positive);
      else bySorting(column, start, n, all, positive);
      return border;
    },
  };
}
