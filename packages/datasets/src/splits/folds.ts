import { assignGroups } from "./assignGroups.js";
import { type Key, keyOf, type Splittable } from "./keys.js";
import { byId, groupBy, requireSeed, shuffled } from "./shuffle.js";
import { mixSeed, type Split } from "./stratifiedSplit.js";

/** One turn of cross-validation. */
export interface Fold<T> extends Split<T> {
  /** "1" … "k", or the group or official part that is left out. */
  name: string;
}

/** Options of {@link kFold}. */
export interface KFoldOptions<T> {
  /** Number of folds, ≥ 2 (default 5). */
  folds?: number;
  seed: number;
  /** What is to be spread evenly: "label", an attribute's name, or a function (default: nothing). */
  stratify?: Key<T>;
}

/** Options of {@link groupKFold}. */
export interface GroupKFoldOptions<T> extends KFoldOptions<T> {
  /** What must not stand on both sides: "group" (default), an attribute's name, or a function. */
  key?: Key<T>;
}

/**
 * Cross-validation: each item is in the test part of one fold.
 *
 * @returns folds whose test parts differ by at most one item (in each class when stratified)
 * @throws RangeError if there are fewer items (of a class) than folds
 */
export function kFold<T extends Splittable>(
  items: readonly T[],
  { folds = 5, seed, stratify }: KFoldOptions<T>,
): Fold<T>[] {
  requireSeed("kFold", seed);
  requireFolds("kFold", folds, items.length, "items");
  const sorted = byId(items);
  const strata = stratify ? groupBy(sorted, keyOf<T>("kFold", "stratify", stratify)) : new Map([["", sorted]]);
  const foldOf = new Map<T, number>();
  // Each class goes on where the one before stopped, so that the folds' sizes stay even.
  let next = 0;
  for (const name of [...strata.keys()].sort()) {
    const members = strata.get(name)!;
    requireFolds("kFold", folds, members.length, stratify ? `items of class ${JSON.stringify(name)}` : "items");
    for (const item of shuffled(members, mixSeed(seed, name))) foldOf.set(item, next++ % folds);
  }
  return toFolds(sorted, (item) => foldOf.get(item)!, folds);
}

/**
 * Cross-validation by whole groups: no speaker, recording or sentence is on both sides of a fold.
 *
 * @throws RangeError if an item has no group, or there are fewer groups than folds
 */
export function groupKFold<T extends Splittable>(
  items: readonly T[],
  { folds = 5, seed, key = "group", stratify }: GroupKFoldOptions<T>,
): Fold<T>[] {
  requireSeed("groupKFold", seed);
  const sorted = byId(items);
  const groupOf = keyOf<T>("groupKFold", "key", key);
  const groups = groupBy(sorted, groupOf);
  requireFolds("groupKFold", folds, groups.size, "groups");
  const order = shuffled([...groups.keys()].sort(), seed);
  const classOf = stratify ? keyOf<T>("groupKFold", "stratify", stratify) : () => "";
  const parts = assignGroups(order, groups, new Array<number>(folds).fill(1 / folds), classOf);
  const foldOf = new Map(order.map((name, i) => [name, parts[i]]));
  return toFolds(sorted, (item) => foldOf.get(groupOf(item))!, folds);
}

/**
 * One fold a group, such as a speaker: how well the others predict it.
 *
 * @throws RangeError if an item has no group, or there are fewer than two groups
 */
export function leaveOneGroupOut<T extends Splittable>(
  items: readonly T[],
  { key = "group" }: { key?: Key<T> } = {},
): Fold<T>[] {
  const sorted = byId(items);
  const groupOf = keyOf<T>("leaveOneGroupOut", "key", key);
  const names = [...groupBy(sorted, groupOf).keys()].sort();
  requireFolds("leaveOneGroupOut", 2, names.length, "groups");
  return names.map((name) => ({
    name,
    train: sorted.filter((item) => groupOf(item) !== name),
    test: sorted.filter((item) => groupOf(item) === name),
  }));
}

/**
 * The corpus' own split.
 *
 * @param options.test parts that are the test side, such as "test" or "fold1" (default "test")
 * @param options.train parts that are the training side (default: all others); items of neither are left out
 * @throws RangeError if an item has no part, or a side would be empty
 */
export function predefinedSplit<T extends Splittable>(
  items: readonly T[],
  { test = "test", train }: { test?: string | readonly string[]; train?: string | readonly string[] } = {},
): Split<T> {
  const sorted = byId(items);
  const partOf = keyOf<T>("predefinedSplit", "split", "split");
  const testParts = new Set(typeof test === "string" ? [test] : test);
  const trainParts = train === undefined ? undefined : new Set(typeof train === "string" ? [train] : train);
  const out: Split<T> = {
    train: sorted.filter((item) => !testParts.has(partOf(item)) && (trainParts?.has(partOf(item)) ?? true)),
    test: sorted.filter((item) => testParts.has(partOf(item))),
  };
  for (const side of ["train", "test"] as const) {
    if (out[side].length === 0) {
      const known = [...groupBy(sorted, partOf).keys()].sort().join(", ");
      throw new RangeError(
        `predefinedSplit: no item is on the ${side} side; the corpus has the parts ${known || "(none)"}.`,
      );
    }
  }
  return out;
}

function toFolds<T>(items: readonly T[], foldOf: (item: T) => number, folds: number): Fold<T>[] {
  return Array.from({ length: folds }, (_, f) => ({
    name: String(f + 1),
    train: items.filter((item) => foldOf(item) !== f),
    test: items.filter((item) => foldOf(item) === f),
  }));
}

function requireFolds(fn: string, folds: number, count: number, what: string): void {
  if (!Number.isInteger(folds) || folds < 2)
    throw new RangeError(`${fn}: folds must be a whole number of at least 2, got ${folds}.`);
  if (count < folds) throw new RangeError(`${fn}: ${folds} folds need at least ${folds} ${what}, got ${count}.`);
}
