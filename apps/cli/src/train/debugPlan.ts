import type { Labelled } from "./items.js";
import type { Plan } from "./planSplit.js";

/** How many items a model must be able to learn by heart. */
export const debugItems = 8;

/** Eight items of up to four classes: two or more of each, so that anything can be fitted on them. */
export function drawDebugItems<T extends Labelled>(items: readonly T[]): T[] {
  const counts = new Map<string, T[]>();
  for (const item of items) counts.set(item.label, [...(counts.get(item.label) ?? []), item]);
  const classes = [...counts.keys()].sort().slice(0, 4);
  const each = Math.ceil(debugItems / classes.length);
  return classes.flatMap((name) => (counts.get(name) ?? []).slice(0, each)).slice(0, debugItems);
}

/** Trains and judges on the same items: a model that cannot repeat them is broken. */
export function debugPlan(items: readonly Labelled[]): Plan {
  const all = items.map((_, i) => i);
  return {
    by: "item",
    sentence: `${items.length} items, trained and judged on the same (--debug)`,
    turns: [{ name: "debug", train: all, test: all }],
    sharedGroups: [],
  };
}
