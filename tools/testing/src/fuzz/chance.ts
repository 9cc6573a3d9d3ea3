/** Seeded random numbers: the same seed, the same inputs, on every machine. */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number, both ends included. */
  integer(low: number, high: number): number;
  /** One of the list. */
  of<T>(list: readonly T[]): T;
}

/** Source: Ettinger's mulberry32; period 2³², which is more than a run draws. */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) * 2 ** -32;
  };
  const integer = (low: number, high: number): number => low + Math.floor((high - low + 1) * next());
  return { next, integer, of: (list) => list[integer(0, list.length - 1)] };
}
