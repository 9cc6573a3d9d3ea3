import { requireOneOf } from "../check.js";
import type { Label } from "../types.js";
import { type Contingency, contingency } from "./contingency.js";

/** How the two entropies become the one that mutual information is divided by. */
export type EntropyAverage = "arithmetic" | "geometric" | "min" | "max";

/**
 * Mutual information of two labelings, in nats.
 *
 * @param labelsTrue clusters; length n ≥ 1
 * @param labelsPred clusters, under any names; length n
 * @returns ≥ 0
 * @throws RangeError if lengths differ or there are no items
 * Equals scikit-learn 1.9 `metrics.mutual_info_score` within 1e-12.
 */
export function mutualInformation(labelsTrue: ArrayLike<Label>, labelsPred: ArrayLike<Label>): number {
  return information(contingency("mutualInformation", labelsTrue, labelsPred));
}

/**
 * Mutual information over a mean of both entropies.
 *
 * @returns in [0, 1]
 * Arguments and errors as {@link mutualInformation}.
 * Equals scikit-learn 1.9 `metrics.normalized_mutual_info_score` within 1e-12.
 */
export function normalizedMutualInformation(
  labelsTrue: ArrayLike<Label>,
  labelsPred: ArrayLike<Label>,
  { average = "arithmetic" }: { average?: EntropyAverage } = {},
): number {
  requireOneOf("normalizedMutualInformation", "average", average, ["arithmetic", "geometric", "min", "max"]);
  const table = contingency("normalizedMutualInformation", labelsTrue, labelsPred);
  if (table.rows.length === 1 && table.cols.length === 1) return 1;
  const shared = information(table);
  if (shared === 0) return 0;
  return shared / meanEntropy(table, average);
}

/**
 * Mutual information adjusted for chance: 0 for labelings at random, 1 for equal ones.
 *
 * @returns at most 1, slightly below 0 where labelings agree less than chance
 * Arguments and errors as {@link mutualInformation}.
 * Source: Vinh, Epps & Bailey 2010. Equals scikit-learn 1.9 `metrics.adjusted_mutual_info_score` within 1e-10.
 */
export function adjustedMutualInformation(
  labelsTrue: ArrayLike<Label>,
  labelsPred: ArrayLike<Label>,
  { average = "arithmetic" }: { average?: EntropyAverage } = {},
): number {
  requireOneOf("adjustedMutualInformation", "average", average, ["arithmetic", "geometric", "min", "max"]);
  const table = contingency("adjustedMutualInformation", labelsTrue, labelsPred);
  const { n, rows, cols } = table;
  const trivial = rows.length === cols.length && (rows.length === 1 || rows.length === n);
  if (trivial) return 1;
  const expected = expectedInformation(table);
  const range = meanEntropy(table, average) - expected;
  // Rounding must neither flip the sign of a range that is all but zero nor divide by zero.
  const divisor = range < 0 ? Math.min(range, -Number.EPSILON) : Math.max(range, Number.EPSILON);
  return (information(table) - expected) / divisor;
}

/**
 * Whether each cluster holds one class (homogeneity), each class lies in one cluster (completeness), and the harmonic
 * mean of the two (V-measure).
 *
 * @returns each in [0, 1]
 * Arguments and errors as {@link mutualInformation}.
 * Equals scikit-learn 1.9 `metrics.homogeneity_completeness_v_measure` within 1e-12.
 */
export function homogeneityCompleteness(labelsTrue: ArrayLike<Label>, labelsPred: ArrayLike<Label>) {
  const table = contingency("homogeneityCompleteness", labelsTrue, labelsPred);
  const shared = information(table);
  const [hTrue, hPred] = [entropy(table.rows, table.n), entropy(table.cols, table.n)];
  const homogeneity = hTrue > 0 ? shared / hTrue : 1;
  const completeness = hPred > 0 ? shared / hPred : 1;
  const both = homogeneity + completeness;
  return { homogeneity, completeness, vMeasure: both > 0 ? (2 * homogeneity * completeness) / both : 0 };
}

/** The logarithm of one quotient of whole numbers: independent clusters give exactly 0. */
const information = ({ n, rows, cols, cells }: Contingency): number =>
  Math.max(
    0,
    cells.reduce((sum, { row, col, count }) => sum + (count / n) * Math.log((count * n) / (rows[row] * cols[col])), 0),
  );

const entropy = (sizes: Float64Array, n: number): number =>
  sizes.length === 1 ? 0 : -sizes.reduce((sum, size) => sum + (size / n) * Math.log(size / n), 0);

function meanEntropy({ n, rows, cols }: Contingency, average: EntropyAverage): number {
  const [a, b] = [entropy(rows, n), entropy(cols, n)];
  switch (average) {
    case "arithmetic":
      return (a + b) / 2;
    case "geometric":
      return Math.sqrt(a * b);
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
  }
}

/** Mean of the mutual information over all tables with these margins: hypergeometric in each cell. */
function expectedInformation({ n, rows, cols }: Contingency): number {
  const logFactorial = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) logFactorial[i] = logFactorial[i - 1] + Math.log(i);
  let sum = 0;
  for (const a of rows) {
    for (const b of cols) {
      const fixed = logFactorial[a] + logFactorial[b] + logFactorial[n - a] + logFactorial[n - b] - logFactorial[n];
      for (let k = Math.max(1, a + b - n); k <= Math.min(a, b); k++) {
        const chance = Math.exp(
          fixed - logFactorial[k] - logFactorial[a - k] - logFactorial[b - k] - logFactorial[n - a - b + k],
        );
        sum += (k / n) * (Math.log(n * k) - Math.log(a * b)) * chance;
      }
    }
  }
  return sum;
}
