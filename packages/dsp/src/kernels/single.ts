import { type Arena, createArena } from "./arena.js";
import { createKernels } from "./instance.js";
import { kernelCanTransform, placeTransform, type TransformTables } from "./transformTables.js";

/** One real transform in WebAssembly, single precision. */
export interface SingleKernel {
  forward(samples: Float32Array, re: Float32Array, im: Float32Array): void;
}

const kernelsByLength = new Map<number, SingleKernel | null>();

/** The kernel of length n, a multiple of 32 with small prime factors; undefined for others. It keeps nothing between calls. */
export function singleKernel(n: number): SingleKernel | undefined {
  let kernel = kernelsByLength.get(n);
  if (kernel === undefined) {
    kernel = canTransformSingly(n) ? createSingleKernel(n) : null;
    kernelsByLength.set(n, kernel);
    if (kernelsByLength.size > 32) kernelsByLength.delete(kernelsByLength.keys().next().value as number);
  }
  return kernel ?? undefined;
}

export function canTransformSingly(n: number): boolean {
  return n % 32 === 0 && kernelCanTransform(n);
}

/** Where the tables of transforms one by one lie: those of a quarter of the frame, and of the stage that makes one spectrum of four. */
export interface SingleTables extends TransformTables {
  cross: number;
}

export function placeSingle(arena: Arena, n: number): SingleTables {
  const cross: number[] = [];
  for (let k = 0; k <= n / 8; k += 4) {
    for (let lane = 1; lane < 4; lane++) {
      const angles = [k, k + 1, k + 2, k + 3].map((i) => (2 * Math.PI * lane * i) / n);
      cross.push(...angles.map(Math.cos), ...angles.map((a) => -Math.sin(a)));
    }
  }
  return { ...placeTransform(arena, n / 4, { parts: true }), cross: arena.place(cross) };
}

function createSingleKernel(n: number): SingleKernel | null {
  const bins = n / 2 + 1;
  const arena = createArena();
  const tables = placeSingle(arena, n);
  const window = arena.place(new Float64Array(n).fill(0.5));
  const spectrum = arena.reserve((n / 8 + 4) * 32);
  const input = arena.reserve(4 * n);
  const reAt = arena.reserve(4 * bins);
  const imAt = arena.reserve(4 * bins);
  const kernels = createKernels(arena.size);
  if (!kernels) return null;
  arena.write(kernels.memory);
  const { stages, count, first, split, x, y, cross } = tables;
  kernels.setTransform(n / 4, stages, count, first, split, x, y);
  kernels.setSingle(cross, 0);
  kernels.setFrames(input, 0, window, spectrum, 0);
  const { buffer } = kernels.memory;
  const inView = new Float32Array(buffer, input, n);
  const reView = new Float32Array(buffer, reAt, bins);
  const imView = new Float32Array(buffer, imAt, bins);
  const { singleSpectra } = kernels;
  return {
    forward(samples, re, im) {
      inView.set(samples.length === n ? samples : samples.subarray(0, n));
      singleSpectra(1, reAt, imAt);
      re.set(reView);
      im.set(imView);
    },
  };
}
