import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { tf, useEngine } from "../src/index.js";

/** Largest difference, relative to the largest value wanted. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    difference = Math.max(difference, Math.abs(got[i] - want[i]));
    largest = Math.max(largest, Math.abs(want[i]));
    if (Number.isNaN(got[i]) !== Number.isNaN(want[i])) return Number.NaN;
  }
  return difference / (largest || 1);
}

/** Runs on tfjs' plain backend and on ours; the results must agree, and no tensor may stay behind. */
export async function agreesWithPlain(run: () => tf.Tensor | tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await useEngine({ prefer: backend });
    const before = tf.memory().numTensors;
    const values = tf.tidy(() => [run()].flat().map((t) => t.dataSync().slice() as Float32Array));
    expect(tf.memory().numTensors).toBe(before);
    results.push(values);
  }
  const [plain, ours] = results;
  expect(ours.length).toBe(plain.length);
  for (const [i, want] of plain.entries()) expect(relativeError(ours[i], want), `result ${i}`).toBeLessThan(tolerance);
}

/** Normal numbers, the same on every backend. */
export const randn = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, "float32", seed);

export interface Numbers {
  shape: number[];
  data: number[];
}

export const toTensor = ({ data, shape }: Numbers): tf.Tensor => tf.tensor(data, shape, "float32");

// biome-ignore lint/suspicious/noExplicitAny: each test knows what its file holds
export function golden(name: string): { torch: string; cases: any[] } {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`./golden/${name}.json`, import.meta.url)), "utf8"));
}
