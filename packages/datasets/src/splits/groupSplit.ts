import { assignGroups } from "./assignGroups.js";
import { type Key, keyOf, type Splittable } from "./keys.js";
import { byId, groupBy, requireSeed, shuffled } from "./shuffle.js";
import { requireTestSize, type Split, type TestPart } from "./stratifiedSplit.js";

/** Options of {@link groupSplit}. */
export interface GroupSplitOptions<T> extends TestPart {
  seed: number;
  /** What must not stand on both sides: "group" (default), an attribute's name such as "speaker", or a function. */
  key?: Key<T>;
  /** Also keep the classes' shares alike in both parts, as far as whole groups allow: "label", or any key. */
  stratify?: Key<T>;
}

/**
 * Splits items so that no group (speaker, recording, sentence) is in both parts.
 *
 * Groups are drawn at random until the test part is as near to its size as whole groups allow; it always has one, and so has the training part.
 *
 * @returns both parts, sorted by id; the same seed gives the same split on every machine
 * @throws RangeError if an item has no group, or there are fewer than two groups
 */
export function groupSplit<T extends Splittable>(
  items: readonly T[],
  { testShare = 0.2, testSize, seed, key = "group", stratify }: GroupSplitOptions<T>,
): Split<T> {
  requireSeed("groupSplit", seed);
  const wanted = requireTestSize("groupSplit", items.length, testShare, testSize);
  const sorted = byId(items);
  const groups = groupBy(sorted, keyOf<T>("groupSplit", "key", key));
  if (groups.size < 2) {
    throw new RangeError(
      `groupSplit: at least two groups are needed, got ${groups.size} (${[...groups.keys()].join(", ")}).`,
    );
  }
  const order = shuffled([...groups.keys()].sort(), seed);
  const test = stratify
    ? stratifiedChoice(order, groups, wanted / items.length, keyOf<T>("groupSplit", "stratify", stratify))
    : randomChoice(order, groups, wanted);
  const isTest = new Set([...test].flatMap((name) => groups.get(name)!));
  return { train: sorted.filter((item) => !isTest.has(item)), test: sorted.filter((item) => isTest.has(item)) };
}

function randomChoice<T>(order: string[], groups: Map<string, T[]>, wanted: number): Set<string> {
  const chosen = new Set<string>();
  let size = 0;
  for (const name of order) {
    const more = groups.get(name)!.length;
    if (chosen.size === order.length - 1) break;
    // Take it when that brings the part nearer to its size than stopping does.
    if (chosen.size > 0 && Math.abs(size + more - wanted) >= Math.abs(size - wanted)) continue;
    chosen.add(name);
    size += more;
    if (size >= wanted) break;
  }
  return chosen;
}

function stratifiedChoice<T>(
  order: string[],
  groups: Map<string, T[]>,
  share: number,
  classOf: (item: T) => string,
): Set<string> {
  const parts = assignGroups(order, groups, [1 - share, share], classOf);
  return new Set(order.filter((_, i) => parts[i] === 1));
}
