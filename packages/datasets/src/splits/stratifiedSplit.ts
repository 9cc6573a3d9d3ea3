import { type Key, keyOf, type Splittable } from "./keys.js";
import { byId, groupBy, requireSeed, shuffled } from "./shuffle.js";

/** Two parts of a corpus; every item is in exactly one. */
export interface Split<T> {
  train: T[];
  test: T[];
}

/** How large the test part of a split is: a share or a number. */
export interface TestPart {
  /** Share of the items in the test part, in (0, 1) (default 0.2). */
  testShare?: number;
  /** Number of items in the test part, instead of a share. */
  testSize?: number;
}

/** Options of {@link stratifiedSplit}. */
export interface StratifiedSplitOptions<T> extends TestPart {
  seed: number;
  /** What is to be spread evenly: "label" (default), "group", an attribute's name, or a function of the item. */
  by?: Key<T>;
}

/**
 * Splits items at random so that each class has the same share in both parts, to within one item.
 *
 * Items are sorted by id first: the same seed gives the same split on every machine, whatever the order of the items.
 *
 * @returns both parts, sorted by id
 * @throws RangeError if a class has one item, the share is not in (0, 1), or a part would be empty
 * Source: as scikit-learn's `train_test_split(stratify=…)`: largest remainders decide which classes give one more.
 */
export function stratifiedSplit<T extends Splittable>(
  items: readonly T[],
  { testShare = 0.2, testSize, seed, by = "label" }: StratifiedSplitOptions<T>,
): Split<T> {
  requireSeed("stratifiedSplit", seed);
  const wanted = requireTestSize("stratifiedSplit", items.length, testShare, testSize);
  const strata = groupBy(byId(items), keyOf<T>("stratifiedSplit", "by", by));
  for (const [name, members] of strata) {
    if (members.length < 2) {
      throw new RangeError(
        `stratifiedSplit: class ${JSON.stringify(name)} has one item (${members[0].id}), at least two are needed to train and to test; add some or leave it out.`,
      );
    }
  }
  const names = [...strata.keys()].sort();
  const quotas = apportion(
    names.map((name) => strata.get(name)!.length),
    wanted,
  );
  const test = new Set<T>();
  names.forEach((name, i) => {
    // Each class has its own order, so that a class more or less does not stir the others.
    for (const item of shuffled(strata.get(name)!, mixSeed(seed, name)).slice(0, quotas[i])) test.add(item);
  });
  const sorted = byId(items);
  return { train: sorted.filter((item) => !test.has(item)), test: sorted.filter((item) => test.has(item)) };
}

/**
 * The size of the test part.
 *
 * @throws RangeError if it leaves nothing to train or nothing to test
 */
export function requireTestSize(fn: string, count: number, testShare: number, testSize: number | undefined): number {
  if (testSize === undefined && !(testShare > 0 && testShare < 1)) {
    throw new RangeError(`${fn}: testShare must be in (0, 1), got ${testShare}.`);
  }
  if (count < 2)
    throw new RangeError(`${fn}: items must hold at least two, one to train and one to test, got ${count}.`);
  const size = testSize ?? Math.min(Math.max(1, Math.round(count * testShare)), count - 1);
  if (!Number.isInteger(size) || size < 1 || size >= count) {
    throw new RangeError(`${fn}: testSize must leave something in both parts of ${count} items, got ${size}.`);
  }
  return size;
}

/** Shares out `total` in proportion to the counts, by largest remainders; never all of one. */
function apportion(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  const exact = counts.map((n) => (n * total) / sum);
  const out = exact.map((x, i) => Math.min(Math.floor(x), counts[i] - 1));
  const order = counts.map((_, i) => i).sort((a, b) => exact[b] - out[b] - (exact[a] - out[a]) || a - b);
  let left = total - out.reduce((a, b) => a + b, 0);
  for (let round = 0; left > 0 && round < 2; round++) {
    for (const i of order) {
      if (left === 0) break;
      if (out[i] < counts[i] - 1) {
        out[i]++;
        left--;
      }
    }
  }
  return out;
}

/** A seed of its own for each name: FNV-1a over the characters, started from the seed. */
export function mixSeed(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return seed * 2 ** 21 + (hash % 2 ** 21);
}
