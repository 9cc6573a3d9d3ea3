import type { Rng } from "../core/random.js";
import { type BinnedColumns, lowerBound } from "./bins.js";

/** Samples that a sorted node may have: a place within it fits into 16 bits. */
export const mostSorted = 65_536;

/** Keys up to which insertion is the fastest way to sort them. */
const fewKeys = 40;

/** What splitters of every kind ask of binned columns; `samples` are those of all nodes, in the order that the growing tree gives them. */
export interface ColumnScan {
  /** The next of the columns in random order. Call with 0, 1, … for one node. */
  draw(drawn: number, rng: Rng): number;
  /** Places within samples[start, end) in the order of their bins: 65,536 times bin, plus place. The array is used again by the next call. */
  sort(column: number, start: number, end: number): Uint32Array;
  /** A border at a random value between the smallest and the largest: bins up to `code` are left of it; undefined where they are one. */
  drawBorder(column: number, start: number, end: number, rng: Rng): { code: number; threshold: number } | undefined;
  /** The value halfway between two bins that follow each other in a node. */
  between(column: number, code: number, next: number): number;
}

export function createColumnScan(columns: BinnedColumns, samples: Int32Array): ColumnScan {
  const { rows, cols, codes, counts, starts, lows, highs } = columns;
  const order = Int32Array.from({ length: cols }, (_, j) => j);
  const keys = new Uint32Array(Math.min(rows, mostSorted));
  return {
    draw(drawn, rng) {
      const swap = drawn + rng.below(cols - drawn);
      const column = order[swap];
      order[swap] = order[drawn];
      order[drawn] = column;
      return column;
    },
    sort(column, start, end) {
      const base = column * rows;
      const n = end - start;
      for (let s = 0; s < n; s++) keys[s] = codes[base + samples[start + s]] * mostSorted + s;
      if (n > fewKeys) keys.subarray(0, n).sort();
      else insertionSort(keys, n);
      return keys;
    },
    drawBorder(column, start, end, rng) {
      const base = column * rows;
      let low = counts[column];
      let high = -1;
      for (let s = start; s < end; s++) {
        const code = codes[base + samples[s]];
        if (code < low) low = code;
        if (code > high) high = code;
      }
      if (high === low) return undefined;
      const own = highs.subarray(starts[column], starts[column] + counts[column]);
      const from = lows[starts[column] + low];
      const drawn = from + rng.next() * (own[high] - from);
      const code = Math.min(high - 1, Math.max(low, lowerBound(own, drawn) - 1));
      // What separates the two bins exactly, if the drawn value lies inside one.
      return { code, threshold: Math.min(Math.max(drawn, own[code]), lows[starts[column] + code + 1]) };
    },
    between(column, code, next) {
      const below = highs[starts[column] + code];
      const above = lows[starts[column] + next];
      const middle = below + (above - below) / 2;
      return middle < above ? middle : below;
    },
  };
}

/** Sorts the first n numbers in place. */
function insertionSort(keys: Uint32Array, n: number): void {
  for (let s = 1; s < n; s++) {
    const key = keys[s];
    let at = s - 1;
    while (at >= 0 && keys[at] > key) {
      keys[at + 1] = keys[at];
      at--;
    }
    keys[at + 1] = key;
  }
}
