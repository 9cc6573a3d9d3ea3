import { factorise, planStages, type Stage } from "../core/fftStages.js";
import type { Arena } from "./arena.js";

/** Where the tables of a packed real transform of length n lie. */
export interface TransformTables {
  n: number;
  stages: number;
  count: number;
  /** Twiddles of the first stage when it is fused with the window, else 0. */
  first: number;
  /** Roots that unpack the spectrum of a real signal, whose window is halved. */
  split: number;
  /** Room for two packed spectra. */
  x: number;
  y: number;
}

/** Lengths that the kernels take: multiples of 4 whose prime factors are small. Others are transformed in plain TypeScript. */
export function kernelCanTransform(n: number): boolean {
  return n % 4 === 0 && n >= 8 && n <= 65536 && Math.max(...factorise(n / 2)) <= 13;
}

export interface TransformOptions {
  /** Keep the first stage apart from the window, as the inverse needs (default false). */
  separate?: boolean;
  /** Fuse the first stage of parts of a frame with the window (default false). */
  parts?: boolean;
  /** Longest transform that shares the room (default n). */
  longest?: number;
}

export function placeTransform(
  arena: Arena,
  n: number,
  { separate = false, parts = false, longest = n }: TransformOptions = {},
): TransformTables {
  const half = n / 2;
  const all = planStages(half);
  const fused = parts || (!separate && half % 8 === 0 && all[0].radix === 4);
  const first = fused ? placeTwiddles(arena, all[0]) : 0;
  const split = new Float64Array(half + 2);
  for (let k = 0; 2 * k < half + 2; k++) {
    split[2 * k] = Math.cos((2 * Math.PI * k) / n);
    split[2 * k + 1] = -Math.sin((2 * Math.PI * k) / n);
  }
  return {
    n,
    ...placeStages(arena, fused ? all.slice(1) : all),
    first,
    split: arena.place(split),
    x: arena.reserve(Math.max(longest * 16, 256)),
    y: arena.reserve(longest * 16),
  };
}

function placeStages(arena: Arena, plan: Stage[]): { stages: number; count: number } {
  const rows = plan.flatMap((stage) => [stage.radix, stage.m, stage.s, placeTwiddles(arena, stage)]);
  return { stages: arena.place(rows, "u32"), count: plan.length };
}

/** Twiddles as cos, −sin; a radix without a routine of its own needs its roots behind them. */
function placeTwiddles(arena: Arena, { radix, twiddles, roots }: Stage): number {
  const table = radix > 5 ? [...twiddles, ...roots] : twiddles;
  return arena.place(Float64Array.from(table, (v, i) => (i % 2 === 0 ? v : -v)));
}
