import type { Label } from "../types.js";
import { contingency } from "./contingency.js";

/**
 * Rand index: share of pairs of items that both labelings put together or both keep apart.
 *
 * @param labelsTrue clusters; length n ≥ 1
 * @param labelsPred clusters, under any names; length n
 * @returns in [0, 1]
 * @throws RangeError if lengths differ or there are no items
 * Equals scikit-learn 1.9 `metrics.rand_score` within 1e-15.
 */
export function randIndex(labelsTrue: ArrayLike<Label>, labelsPred: ArrayLike<Label>): number {
  const { both, first, second, pairs } = pairCounts("randIndex", labelsTrue, labelsPred);
  return pairs === 0 ? 1 : (pairs + 2 * both - first - second) / pairs;
}

/**
 * Rand index adjusted for chance: 0 for labelings at random, 1 for equal ones.
 *
 * @param labelsTrue clusters; length n ≥ 1
 * @param labelsPred clusters, under any names; length n
 * @returns in [−0.5, 1]
 * @throws RangeError if lengths differ or there are no items
 * Source: Hubert & Arabie 1985. Equals scikit-learn 1.9 `metrics.adjusted_rand_score` within 1e-12.
 */
export function adjustedRandIndex(labelsTrue: ArrayLike<Label>, labelsPred: ArrayLike<Label>): number {
  const { both, first, second, pairs } = pairCounts("adjustedRandIndex", labelsTrue, labelsPred);
  const expected = pairs === 0 ? 0 : (first * second) / pairs;
  const most = (first + second) / 2;
  return most === expected ? 1 : (both - expected) / (most - expected);
}

function pairCounts(fn: string, a: ArrayLike<Label>, b: ArrayLike<Label>) {
  const { n, rows, cols, cells } = contingency(fn, a, b);
  const pairs = (count: number) => (count * (count - 1)) / 2;
  return {
    both: cells.reduce((sum, { count }) => sum + pairs(count), 0),
    first: rows.reduce((sum, count) => sum + pairs(count), 0),
    second: cols.reduce((sum, count) => sum + pairs(count), 0),
    pairs: pairs(n),
  };
}
