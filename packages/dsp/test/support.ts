import { readFileSync } from "node:fs";
import fc from "fast-check";

fc.configureGlobal({ seed: 20260101, numRuns: 50 });

export type Rows = number[][];

/** One file of golden values. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), "utf8")) as T;
}

/** Golden signals as they go into our functions. */
export function signalsOf(signals: Record<string, number[]>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(signals).map(([name, values]) => [name, Float32Array.from(values)]));
}

/** Largest absolute difference; infinite where shapes differ or a value is no number. */
export function worst(actual: ArrayLike<number>, expected: number[] | Rows): number {
  const flat = (expected as (number | number[])[]).flat();
  if (flat.length !== actual.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < flat.length; i++) {
    const error = Math.abs(actual[i] - flat[i]);
    largest = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(largest, error);
  }
  return largest;
}

/** Largest absolute value. */
export function peak(values: number[] | Rows): number {
  return (values as (number | number[])[]).flat().reduce((max, v) => Math.max(max, Math.abs(v)), 0);
}

/** Seeded noise in [-1, 1). */
export function noise(n: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A signal in pieces; some are empty. */
export function cut(samples: Float32Array, cuts: readonly number[]): Float32Array[] {
  const edges = [0, ...cuts.map((c) => c % (samples.length + 1)).sort((a, b) => a - b), samples.length];
  return edges.slice(1).map((end, i) => samples.subarray(edges[i], end));
}

/** Chunkings: where to cut a signal. */
export const cuts = fc.array(fc.nat({ max: 1e6 }), { maxLength: 30 });
