import type { Matrix } from "../core/types.js";
import type { Neighbors } from "./nearest.js";

/** Rows in boxes, each cut in half across its widest side. */
export interface KdTree {
  x: Matrix;
  /** Rows, those of a box together. */
  order: Int32Array;
  /** Of box b: first and last + 1 place in `order`; its halves are boxes 2b + 1 and 2b + 2. */
  bounds: Int32Array;
  /** Smallest and largest value of each column in each box: boxes × 2 · cols. */
  boxes: Float64Array;
  levels: number;
}

/** Rows of a box that is not cut further. */
const leafSize = 24;

/** Cuts rows into boxes for {@link searchKdTree}; pays off up to about 15 columns, beyond which most boxes must be opened. */
export function buildKdTree(x: Matrix): KdTree {
  const { rows, cols, data } = x;
  const levels = Math.max(1, Math.ceil(Math.log2(Math.max(1, rows / leafSize))) + 1);
  const count = 2 ** levels - 1;
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const bounds = new Int32Array(2 * count);
  const boxes = new Float64Array(2 * cols * count);
  const cut = (box: number, start: number, end: number): void => {
    bounds[2 * box] = start;
    bounds[2 * box + 1] = end;
    const at = 2 * cols * box;
    let widest = 0;
    let width = -1;
    for (let j = 0; j < cols; j++) {
      let low = Infinity;
      let high = -Infinity;
      for (let s = start; s < end; s++) {
        const v = data[order[s] * cols + j];
        if (v < low) low = v;
        if (v > high) high = v;
      }
      boxes[at + 2 * j] = low;
      boxes[at + 2 * j + 1] = high;
      if (high - low > width) {
        width = high - low;
        widest = j;
      }
    }
    if (2 * box + 2 >= count) return;
    order.subarray(start, end).sort((a, b) => data[a * cols + widest] - data[b * cols + widest] || a - b);
    const middle = (start + end) >> 1;
    cut(2 * box + 1, start, middle);
    cut(2 * box + 2, middle, end);
  };
  cut(0, 0, rows);
  return { x, order, bounds, boxes, levels };
}

/** The k nearest rows of the tree for each query; of equals the first, as by comparing all pairs. */
export function searchKdTree(tree: KdTree, queries: Matrix, k: number): Neighbors {
  const { x, order, bounds, boxes } = tree;
  const { cols, data } = x;
  const count = bounds.length / 2;
  const index = new Int32Array(queries.rows * k).fill(-1);
  const distance = new Float64Array(queries.rows * k).fill(Infinity);
  const outside = (box: number, row: number): number => {
    let sum = 0;
    const at = 2 * cols * box;
    for (let j = 0; j < cols; j++) {
      const v = queries.data[row + j];
      const low = boxes[at + 2 * j];
      const high = boxes[at + 2 * j + 1];
      const d = v < low ? low - v : v > high ? v - high : 0;
      sum += d * d;
    }
    return sum;
  };
  const visit = (box: number, row: number, at: number): void => {
    const last = at + k - 1;
    if (2 * box + 2 >= count) {
      for (let s = bounds[2 * box]; s < bounds[2 * box + 1]; s++) {
        const i = order[s];
        let d = 0;
        for (let j = 0; j < cols; j++) d += (queries.data[row + j] - data[i * cols + j]) ** 2;
        if (d > distance[last] || (d === distance[last] && i > index[last] && index[last] >= 0)) continue;
        let place = last;
        for (
          ;
          place > at && (distance[place - 1] > d || (distance[place - 1] === d && index[place - 1] > i));
          place--
        ) {
          distance[place] = distance[place - 1];
          index[place] = index[place - 1];
        }
        distance[place] = d;
        index[place] = i;
      }
      return;
    }
    const left = outside(2 * box + 1, row);
    const right = outside(2 * box + 2, row);
    const [near, far, nearBy, farBy] =
      left <= right ? [2 * box + 1, 2 * box + 2, left, right] : [2 * box + 2, 2 * box + 1, right, left];
    if (nearBy <= distance[last]) visit(near, row, at);
    if (farBy <= distance[last]) visit(far, row, at);
  };
  for (let q = 0; q < queries.rows; q++) visit(0, q * cols, q * k);
  for (let s = 0; s < distance.length; s++) distance[s] = Math.sqrt(distance[s]);
  return { index, distance, k };
}
