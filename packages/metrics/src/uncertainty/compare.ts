import { requireItems, requireSameLength, requireWhole } from "../check.js";
import type { Label } from "../types.js";
import { type BootstrapOptions, bootstrapIndices } from "./bootstrap.js";
import type { Interval } from "./interval.js";
import { createRng } from "./rng.js";

/** Difference of two runs on the same items, with its interval. */
export interface PairedBootstrap extends Interval {
  /** Two-sided: how often resampling turns the sign of the difference, at least 1 / (replicates + 1). */
  pValue: number;
}

/**
 * Paired bootstrap: the difference of a figure between two runs on the same items, resampled together.
 *
 * @param n items that both runs were measured on
 * @param difference from item numbers (some repeated, some missing) to first run's figure less the second's
 * @param options as of `bootstrap`; groups where items of one speaker or recording are not independent
 * @returns the difference, its interval and a p-value
 * @throws RangeError if n is 0 or an option is out of range
 * Source: Efron & Tibshirani 1993, ch. 15; Koehn 2004 for paired use.
 */
export function pairedBootstrap(
  n: number,
  difference: (indices: Uint32Array) => number,
  options: BootstrapOptions = {},
): PairedBootstrap {
  let below = 0;
  let above = 0;
  const { replicates = 1000 } = options;
  let drawing = -1;
  const [interval] = bootstrapIndices(
    n,
    (indices) => {
      const d = difference(indices);
      drawing++;
      // First come all items, then the replicates, then (for "bca") all items but one.
      if (drawing > 0 && drawing <= replicates) {
        if (!(d > 0)) below++;
        if (!(d < 0)) above++;
      }
      return [d];
    },
    options,
  );
  return { ...interval, pValue: Math.min(1, (2 * (Math.min(below, above) + 1)) / (replicates + 1)) };
}

/** McNemar's exact test: whether two runs err on different items by chance. */
export interface McNemar {
  /** Items that the first run alone got right. */
  onlyFirst: number;
  /** Items that the second run alone got right. */
  onlySecond: number;
  /** Two-sided, exact: chance of a split as uneven if both runs err equally often. */
  pValue: number;
}

/**
 * McNemar's test, exact: do two classifiers err equally often on the same items?
 *
 * @param firstRight whether the first run was right, for each item; length n ≥ 1
 * @param secondRight the same of the second run; length n
 * @throws RangeError if lengths differ or there are no items
 * Source: McNemar 1947. Equals SciPy 1.17 `binomtest(min(b, c), b + c)` within 1e-12.
 */
export function mcNemar(firstRight: ArrayLike<boolean | number>, secondRight: ArrayLike<boolean | number>): McNemar {
  requireSameLength("mcNemar", "firstRight", firstRight.length, "secondRight", secondRight.length);
  requireItems("mcNemar", "firstRight", firstRight.length);
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < firstRight.length; i++) {
    if (firstRight[i] && !secondRight[i]) onlyFirst++;
    if (!firstRight[i] && secondRight[i]) onlySecond++;
  }
  return {
    onlyFirst,
    onlySecond,
    pValue: Math.min(1, 2 * lowerTail(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond)),
  };
}

/** P(X ≤ k) of n fair coins, summed downwards from the largest term in logarithms of factorials. */
function lowerTail(k: number, n: number): number {
  let logTerm = -n * Math.LN2;
  const terms = [logTerm];
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i);
    terms.push(logTerm);
  }
  return terms.reverse().reduce((sum, term) => sum + Math.exp(term), 0);
}

/** Options of {@link permutationTest}. */
export interface PermutationOptions {
  /** How many permutations to draw, ≥ 1, default 10,000. */
  permutations?: number;
  /** Same seed, same p-value; default 0. */
  seed?: number;
  /** Exchange whole groups (speakers, recordings); length n. */
  groups?: ArrayLike<Label>;
}

/** How often chance alone makes as large a difference. */
export interface PermutationTest {
  /** First run's figure less the second's, on the data as they are. */
  difference: number;
  /** Two-sided: share of permutations whose difference is at least as large, the data's own among them. */
  pValue: number;
}

/**
 * Paired permutation test: if both runs were alike, each item's two outcomes might as well be exchanged.
 *
 * @param n items that both runs were measured on
 * @param difference from 0/1 for each item (1: the two runs' outcomes exchanged) to first run's figure less the second's
 * @throws RangeError if n is 0 or an option is out of range
 * Source: Pitman 1937; the p-value counts the data themselves (Phipson & Smyth 2010), so it is never 0.
 */
export function permutationTest(
  n: number,
  difference: (exchanged: Uint8Array) => number,
  { permutations = 10_000, seed = 0, groups }: PermutationOptions = {},
): PermutationTest {
  requireWhole("permutationTest", "n", n, 1);
  requireWhole("permutationTest", "permutations", permutations, 1);
  requireWhole("permutationTest", "seed", seed, 0);
  if (groups) requireSameLength("permutationTest", "groups", groups.length, "data", n);
  const exchanged = new Uint8Array(n);
  const observed = difference(exchanged);
  const numbers = groups && groupNumbers(groups);
  const count = numbers ? Math.max(...numbers) + 1 : n;
  const rng = createRng(seed);
  const coins = new Uint8Array(count);
  // Sums that differ in their last digits alone are the same difference.
  const least = Math.abs(observed) * (1 - 1e-12);
  let asLarge = 1;
  for (let p = 0; p < permutations; p++) {
    for (let g = 0; g < count; g++) coins[g] = rng.below(2);
    for (let i = 0; i < n; i++) exchanged[i] = coins[numbers ? numbers[i] : i];
    if (Math.abs(difference(exchanged)) >= least) asLarge++;
  }
  return { difference: observed, pValue: asLarge / (permutations + 1) };
}

function groupNumbers(groups: ArrayLike<Label>): number[] {
  const seen = new Map<Label, number>();
  return Array.from(groups, (group) => {
    const known = seen.get(group) ?? seen.size;
    seen.set(group, known);
    return known;
  });
}
