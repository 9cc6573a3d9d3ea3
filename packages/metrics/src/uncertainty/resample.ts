import { requireItems, requireSameLength } from "../check.js";
import type { Label } from "../types.js";
import type { Rng } from "./rng.js";

/** What is drawn: single items, items within each stratum, or whole groups. */
export interface ResampleOptions {
  /** Draw within each stratum, so that every replicate keeps its size; usually `yTrue`. Length n. */
  strata?: ArrayLike<Label>;
  /** Draw whole groups (speakers, recordings), as items of one group are not independent. Length n. */
  groups?: ArrayLike<Label>;
}

/** A function that draws one replicate: indices into the items, as many as there are items except when groups differ in size. */
export function createResampler(
  fn: string,
  n: number,
  { strata, groups }: ResampleOptions,
  rng: Rng,
): () => Uint32Array {
  requireItems(fn, "data", n);
  if (strata) requireSameLength(fn, "strata", strata.length, "data", n);
  if (groups) requireSameLength(fn, "groups", groups.length, "data", n);
  if (!groups && !strata) return plainResampler(n, rng);
  if (!groups) return stratifiedResampler(membersOf(strata as ArrayLike<Label>), n, rng);
  return groupResampler(fn, groups, strata, rng);
}

function plainResampler(n: number, rng: Rng): () => Uint32Array {
  const out = new Uint32Array(n);
  return () => {
    for (let i = 0; i < n; i++) out[i] = rng.below(n);
    return out;
  };
}

function stratifiedResampler(strata: Uint32Array[], n: number, rng: Rng): () => Uint32Array {
  const out = new Uint32Array(n);
  return () => {
    let at = 0;
    for (const members of strata) {
      for (let i = 0; i < members.length; i++) out[at++] = members[rng.below(members.length)];
    }
    return out;
  };
}

/** Groups are drawn like items; with strata, a group belongs to the stratum of its items. */
function groupResampler(
  fn: string,
  groups: ArrayLike<Label>,
  strata: ArrayLike<Label> | undefined,
  rng: Rng,
): () => Uint32Array {
  const members = membersOf(groups);
  const pools = strata
    ? membersOf(members.map((group) => stratumOf(fn, group, groups, strata)))
    : [Uint32Array.from(members, (_, g) => g)];
  return () => {
    const drawn: Uint32Array[] = [];
    let total = 0;
    for (const pool of pools) {
      for (let i = 0; i < pool.length; i++) {
        const group = members[pool[rng.below(pool.length)]];
        drawn.push(group);
        total += group.length;
      }
    }
    const out = new Uint32Array(total);
    let at = 0;
    for (const group of drawn) {
      out.set(group, at);
      at += group.length;
    }
    return out;
  };
}

function stratumOf(fn: string, group: Uint32Array, groups: ArrayLike<Label>, strata: ArrayLike<Label>): Label {
  const first = strata[group[0]];
  const other = group.find((i) => strata[i] !== first);
  if (other !== undefined) {
    throw new RangeError(
      `${fn}: with strata each group must lie in one stratum, but ${JSON.stringify(groups[group[0]])} holds both ` +
        `${JSON.stringify(first)} and ${JSON.stringify(strata[other])}.`,
    );
  }
  return first;
}

/** Item numbers of each distinct key, keys in order of first appearance. */
export function membersOf(keys: ArrayLike<Label>): Uint32Array[] {
  const lists = new Map<Label, number[]>();
  for (let i = 0; i < keys.length; i++) {
    const list = lists.get(keys[i]);
    if (list) list.push(i);
    else lists.set(keys[i], [i]);
  }
  return [...lists.values()].map((list) => Uint32Array.from(list));
}
