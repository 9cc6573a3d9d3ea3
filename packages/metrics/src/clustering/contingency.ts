import { requireItems, requireSameLength } from "../check.js";
import { encode, uniqueLabels } from "../labels.js";
import type { Label } from "../types.js";

/** How many items two labelings share in each pair of clusters; the filled cells alone. */
export interface Contingency {
  n: number;
  rows: Float64Array;
  cols: Float64Array;
  cells: { row: number; col: number; count: number }[];
}

export function contingency(fn: string, a: ArrayLike<Label>, b: ArrayLike<Label>): Contingency {
  requireSameLength(fn, "labelsTrue", a.length, "labelsPred", b.length);
  requireItems(fn, "labelsTrue", a.length);
  const index = (y: ArrayLike<Label>) => {
    const labels = uniqueLabels(fn, y);
    return { codes: encode(y, new Map(labels.map((label, i) => [label, i]))), k: labels.length };
  };
  const [left, right] = [index(a), index(b)];
  const rows = new Float64Array(left.k);
  const cols = new Float64Array(right.k);
  const counts = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const [r, c] = [left.codes[i], right.codes[i]];
    rows[r]++;
    cols[c]++;
    const key = r * right.k + c;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const cells = [...counts].map(([key, count]) => ({ row: Math.floor(key / right.k), col: key % right.k, count }));
  return { n: a.length, rows, cols, cells };
}
