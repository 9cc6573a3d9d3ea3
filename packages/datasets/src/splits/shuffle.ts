import { createRng } from "@earshot/dsp";

/** The items sorted by id, so that the order in which a disk lists them does not matter. */
export function byId<T extends { id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Without a seed a split would be another one on the next day. */
export function requireSeed(fn: string, seed: number): void {
  if (!Number.isFinite(seed)) throw new RangeError(`${fn}: seed must be a finite number, such as 1337, got ${seed}.`);
}

/** A shuffled copy; the same seed gives the same order on every machine (whole numbers only, Fisher–Yates). */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const out = [...values];
  const rng = createRng(seed);
  for (let i = out.length - 1; i > 0; i--) {
    const j = rng.integer(0, i);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/** Items by key, in order of first appearance. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const members = groups.get(name);
    if (members) members.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
