import { planStages } from "../core/fftStages.js";
import { type Arena, createArena } from "./arena.js";
import { createKernels, type Kernels } from "./instance.js";
import { kernelCanTransform, placeStages } from "./transformTables.js";

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

/** Where the tables of transforms one by one lie. */
export interface SingleTables {
  stages: number;
  count: number;
  x: number;
  y: number;
  /** Sets them; `rows` is room for four rows of half + 4 powers, if they are wanted. */
  attach(kernels: Kernels, rows: number): void;
}

export function placeSingle(arena: Arena, n: number): SingleTables {
  const half = n / 2;
  const quarter = half / 4;
  const { stages, count } = placeStages(arena, planStages(quarter));
  const cross: number[] = [];
  for (let k = 0; k < quarter; k += 4) {
    for (let lane = 1; lane < 4; lane++) {
      const angles = [k, k + 1, k + 2, k + 3].map((i) => (2 * Math.PI * lane * i) / half);
      cross.push(...angles.map(Math.cos), ...angles.map((a) => -Math.sin(a)));
    }
  }
  const roots = new Float64Array(2 * half + 8);
  for (let k = 0; k < half; k++) {
    roots[k] = 0.5 * Math.cos((2 * Math.PI * k) / n);
    roots[half + k] = -0.5 * Math.sin((2 * Math.PI * k) / n);
  }
  const crossAt = arena.place(cross);
  const rootsAt = arena.place(roots);
  const zr = arena.reserve(4 * half);
  const zi = arena.reserve(4 * half);
  return {
    stages,
    count,
    x: arena.reserve(32 * quarter),
    y: arena.reserve(32 * quarter),
    attach: (kernels, rows) => kernels.setSingle(crossAt, rootsAt, zr, zi, rows),
  };
}

function createSingleKernel(n: number): SingleKernel | null {
  const bins = n / 2 + 1;
  const arena = createArena();
  const tables = placeSingle(arena, n);
  const input = arena.reserve(4 * n);
  const reAt = arena.reserve(4 * bins);
  const imAt = arena.reserve(4 * bins);
  const kernels = createKernels(arena.size);
  if (!kernels) return null;
  arena.write(kernels.memory);
  kernels.setTransform(n, tables.stages, tables.count, 0, 0, tables.x, tables.y);
  tables.attach(kernels, 0);
  const { buffer } = kernels.memory;
  const inView = new Float32Array(buffer, input, n);
  const reView = new Float32Array(buffer, reAt, bins);
  const imView = new Float32Array(buffer, imAt, bins);
  const { realTransform } = kernels;
  return {
    forward(samples, re, im) {
      inView.set(samples.length === n ? samples : samples.subarray(0, n));
      realTransform(input, reAt, imAt);
      re.set(reView);
      im.set(imView);
    },
  };
}
