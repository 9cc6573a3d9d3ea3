import { createRng } from "@earshot/dsp";
import type { Labelled } from "../train/items.js";

/** At most `count` items, the same for the same seed, with all classes as even as they come; in the order given. */
export function drawItems<T extends Labelled>(items: readonly T[], count: number, seed: number): T[] {
  if (items.length <= count) return [...items];
  const rng = createRng(seed);
  const byClass = new Map<string, T[]>();
  for (const item of items) {
    const own = byClass.get(item.label);
    if (own) own.push(item);
    else byClass.set(item.label, [item]);
  }
  const queues = [...byClass.keys()].sort().map((name) => shuffle(byClass.get(name) ?? [], rng));
  const drawn = new Set<T>();
  for (let round = 0; drawn.size < count; round++) {
    for (const queue of queues) if (round < queue.length && drawn.size < count) drawn.add(queue[round]);
  }
  return items.filter((item) => drawn.has(item));
}

function shuffle<T>(values: T[], rng: { integer(low: number, high: number): number }): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = rng.integer(0, i);
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}
