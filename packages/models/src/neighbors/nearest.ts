import type { Matrix } from "../core/types.js";
import { forEachTile, squaredNorms } from "../svm/dots.js";

export interface Neighbors {
  /** Rows of the searched matrix, nearest first: queries × k; −1 where there are fewer. */
  index: Int32Array;
  /** Their Euclidean distances. */
  distance: Float64Array;
  k: number;
}

/**
 * The k nearest rows of x for each query, all pairs compared; of equals the first.
 *
 * @param options.skipSelf queries are the rows of x itself, which do not find themselves
 */
export function nearestRows(x: Matrix, queries: Matrix, k: number, { skipSelf = false } = {}): Neighbors {
  const index = new Int32Array(queries.rows * k).fill(-1);
  const distance = new Float64Array(queries.rows * k).fill(Infinity);
  const own = squaredNorms(queries);
  const theirs = squaredNorms(x);
  forEachTile(queries, x, undefined, (row, col, rows, cols, dots, stride) => {
    for (let i = 0; i < rows; i++) {
      const query = row + i;
      const at = query * k;
      let worst = distance[at + k - 1];
      for (let j = 0; j < cols; j++) {
        const d = own[query] + theirs[col + j] - 2 * dots[i * stride + j];
        if (!(d < worst) || (skipSelf && col + j === query)) continue;
        let place = at + k - 1;
        for (; place > at && distance[place - 1] > d; place--) {
          distance[place] = distance[place - 1];
          index[place] = index[place - 1];
        }
        distance[place] = d;
        index[place] = col + j;
        worst = distance[at + k - 1];
      }
    }
  });
  // Differences of large squares lose digits: the distances of those that were found are computed again.
  for (let q = 0; q < queries.rows; q++) {
    for (let s = q * k; s < (q + 1) * k; s++) {
      if (index[s] < 0) continue;
      let sum = 0;
      for (let j = 0; j < x.cols; j++) sum += (queries.data[q * x.cols + j] - x.data[index[s] * x.cols + j]) ** 2;
      distance[s] = Math.sqrt(sum);
    }
  }
  return { index, distance, k };
}
