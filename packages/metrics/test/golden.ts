import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** A golden file, in which null stands for NaN and "inf" for ∞. */
// biome-ignore lint/suspicious/noExplicitAny: golden files are as they were written; the tests state what they expect
export const golden = (topic: string): any =>
  JSON.parse(readFileSync(new URL(`./golden/${topic}.json`, import.meta.url), "utf8"));

export const number = (value: number | string | null): number =>
  value === null ? Number.NaN : value === "inf" ? Number.POSITIVE_INFINITY : (value as number);

/** Every value within `tolerance`, relative above 1; NaN and ∞ equal themselves. */
export function expectClose(got: ArrayLike<number> | number, want: unknown, tolerance = 1e-12): void {
  const gotList = typeof got === "number" ? [got] : Array.from(got);
  const wantList = (Array.isArray(want) ? want.flat(9) : [want]).map(number);
  expect(gotList.length).toBe(wantList.length);
  for (const [i, value] of wantList.entries()) {
    if (Number.isFinite(value)) {
      const error = Math.abs(gotList[i] - value) / Math.max(1, Math.abs(value));
      expect(error, `index ${i}: got ${gotList[i]}, want ${value}`).toBeLessThanOrEqual(tolerance);
    } else {
      expect(gotList[i]).toBe(value);
    }
  }
}

/** Weights as options take them: absent where the golden file says null. */
export const weightOf = (weights: number[] | null): { sampleWeight?: number[] } =>
  weights ? { sampleWeight: weights } : {};
