import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Matrix } from "../src/index.js";

/** Golden values by name. */
export const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8"));

/** Rows as a matrix; null is NaN. */
export function matrixOf(rows: readonly (readonly (number | null)[])[]): Matrix {
  const data = Float64Array.from(rows.flat(), (v) => v ?? Number.NaN);
  return { data, rows: rows.length, cols: rows[0]?.length ?? 0 };
}

/** Every number within `tolerance` of the expected one, relative to max(1, |expected|). */
export function expectClose(actual: ArrayLike<number>, expected: readonly (number | null)[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  let at = -1;
  for (let i = 0; i < expected.length; i++) {
    const want = expected[i] ?? Number.NaN;
    const error = Object.is(actual[i], want) ? 0 : Math.abs(actual[i] - want) / Math.max(1, Math.abs(want));
    if (!(error <= worst)) {
      worst = error;
      at = i;
    }
  }
  if (!(worst <= tolerance)) {
    expect.fail(`at ${at}: ${actual[at]} for ${expected[at]}, off by ${worst} (allowed ${tolerance})`);
  }
}
