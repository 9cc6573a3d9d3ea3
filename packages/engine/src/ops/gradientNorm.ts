import { backend, type Tensor } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { isOurs } from "../kernels/override.js";
import { expectFloats } from "./check.js";

/** Numbers whose squares are one sum, as assembly/optimise.ts has them. */
const PART = 4096;
/** Parts that a thread takes at a time. */
const GRAIN = 4;

/**
 * Joint Euclidean norm of gradients, what clipping looks at: squares are summed in double, in an order that threads do not change.
 *
 * @param gradients of any shapes
 * @returns 0 for none
 */
export function gradientNorm(gradients: readonly Tensor[]): number {
  expectFloats("gradientNorm", Object.fromEntries(gradients.map((g, i) => [`gradient ${i}`, g])));
  let total = 0;
  for (const gradient of gradients) total += isOurs() ? squaresOf(gradient) : plainSquares(gradient);
  return Math.sqrt(total);
}

function squaresOf(x: Tensor): number {
  const { heap, pool } = backend() as EarshotBackend;
  const from = (backend() as EarshotBackend).address(x);
  const parts = Math.ceil(x.size / PART);
  return heap.withScratch(8 * parts, (sums) => {
    pool.run("squares", parts, GRAIN, from, x.size, sums);
    return heap.f64(sums, parts).reduce((sum, s) => sum + s, 0);
  });
}

function plainSquares(x: Tensor): number {
  let sum = 0;
  for (const v of x.dataSync()) sum += v * v;
  return sum;
}
