import { selectSamples } from "../core/features.js";
import type { LabelCodes } from "../core/labels.js";
import type { Rng } from "../core/random.js";
import type { Matrix } from "../core/types.js";
import { nearestRows } from "../neighbors/nearest.js";
import { quantileSorted } from "../preprocessing/quantile.js";
import { columnMoments } from "../preprocessing/standardScaler.js";

/** Where new samples are made: anywhere, along the border, or where neighbours differ most. */
export type SmoteVariant = "regular" | "borderline" | "adasyn";

interface Settings {
  kNeighbors: number;
  variant: SmoteVariant;
  categoricalFeatures: readonly number[];
}

/** Neighbours that say whether a sample lies near other classes, as imbalanced-learn's `m_neighbors`. */
const surroundings = 10;

/** New samples that bring each class to its wanted number, row by row, with their classes. */
export function smoteSamples(
  x: Matrix,
  { classes, codes }: LabelCodes,
  wanted: Int32Array,
  { kNeighbors, variant, categoricalFeatures }: Settings,
  rng: Rng,
): { rows: Float64Array; codes: number[] } {
  const space = categoricalFeatures.length > 0 ? withPenalties(x, codes, categoricalFeatures) : x;
  const made: Float64Array[] = [];
  const labels: number[] = [];
  for (let c = 0; c < classes.length; c++) {
    const members = Int32Array.from(codes.keys()).filter((i) => codes[i] === c);
    const missing = wanted[c] - members.length;
    if (missing <= 0) continue;
    if (members.length < 2) {
      throw new RangeError(`smote: class "${classes[c]}" has ${members.length} sample; two are needed to draw a line.`);
    }
    const own = selectSamples(space, members);
    const k = Math.min(kNeighbors, members.length - 1);
    const near = nearestRows(own, own, k, { skipSelf: true });
    const seeds = chooseSeeds(space, codes, members, c, missing, kNeighbors, variant, rng);
    for (const s of seeds) {
      const neighbors = near.index.subarray(s * k, (s + 1) * k);
      const other = neighbors[rng.below(k)];
      const share = rng.next();
      const from = x.data.subarray(members[s] * x.cols, (members[s] + 1) * x.cols);
      const to = x.data.subarray(members[other] * x.cols, (members[other] + 1) * x.cols);
      const row = Float64Array.from(from, (v, j) => v + share * (to[j] - v));
      for (const j of categoricalFeatures)
        row[j] = mostFrequent(Array.from(neighbors, (n) => x.data[members[n] * x.cols + j]));
      made.push(row);
      labels.push(c);
    }
  }
  const rows = new Float64Array(made.length * x.cols);
  for (const [i, row] of made.entries()) rows.set(row, i * x.cols);
  return { rows, codes: labels };
}

/** Which members (by place among them) the new samples start from. */
function chooseSeeds(
  space: Matrix,
  codes: Int32Array,
  members: Int32Array,
  c: number,
  missing: number,
  kNeighbors: number,
  variant: SmoteVariant,
  rng: Rng,
): number[] {
  const draw = (from: readonly number[]): number[] =>
    Array.from({ length: missing }, () => from[rng.below(from.length)]);
  const everyone = Array.from(members.keys());
  if (variant === "regular") return draw(everyone);
  const around = Math.min(variant === "borderline" ? surroundings : kNeighbors, space.rows - 1);
  // A member is among the rows that are searched and finds itself first: one more is asked for and it is skipped.
  const { index, k } = nearestRows(space, selectSamples(space, members), around + 1);
  const others = everyone.map((s) => {
    const near = index.subarray(s * k, (s + 1) * k).filter((i) => i !== members[s]);
    return near.subarray(0, around).filter((i) => codes[i] !== c).length;
  });
  if (variant === "borderline") {
    const danger = everyone.filter((s) => others[s] >= around / 2 && others[s] < around);
    return draw(danger.length > 0 ? danger : everyone);
  }
  const total = others.reduce((a, b) => a + b, 0);
  if (total === 0) return draw(everyone);
  // Largest remainders, so that the class gets just as many as it is missing.
  const exact = others.map((n) => (n / total) * missing);
  const counts = exact.map(Math.floor);
  const rest = everyone.toSorted((a, b) => exact[b] - counts[b] - (exact[a] - counts[a]) || a - b);
  const short = missing - counts.reduce((a, b) => a + b, 0);
  for (const s of rest.slice(0, short)) counts[s]++;
  return counts.flatMap((count, s) => Array<number>(count).fill(s));
}

/** Categories as distances: two different ones are as far apart as the median deviation of the other columns. */
function withPenalties(x: Matrix, codes: Int32Array, categorical: readonly number[]): Matrix {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const [smallest] = [...counts].sort((a, b) => a[1] - b[1])[0];
  const minority = Int32Array.from(codes.keys()).filter((i) => codes[i] === smallest);
  const { variance } = columnMoments(selectSamples(x, minority));
  const deviations = Float64Array.from(variance.keys())
    .filter((j) => !categorical.includes(j))
    .map((j) => Math.sqrt(variance[j]))
    .sort();
  const penalty = deviations.length > 0 ? quantileSorted(deviations, 0.5) || 1 : 1;
  const plain = Array.from({ length: x.cols }, (_, j) => j).filter((j) => !categorical.includes(j));
  const values = categorical.map((j) => [...new Set(Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols + j]))]);
  const cols = plain.length + values.reduce((sum, list) => sum + list.length, 0);
  const data = new Float64Array(x.rows * cols);
  for (let i = 0; i < x.rows; i++) {
    for (const [p, j] of plain.entries()) data[i * cols + p] = x.data[i * x.cols + j];
    let offset = plain.length;
    for (const [v, j] of categorical.entries()) {
      data[i * cols + offset + values[v].indexOf(x.data[i * x.cols + j])] = penalty / Math.SQRT2;
      offset += values[v].length;
    }
  }
  return { data, rows: x.rows, cols };
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0][0];
}
