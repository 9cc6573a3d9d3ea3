import { factorise, planStages } from "../core/fftStages.js";
import type { Arena } from "./arena.js";

/** Where the tables of a packed real transform of length n lie. */
export interface TransformTables {
  n: number;
  stages: number;
  count: number;
  /** Twiddles of the first stage when it is fused with the window, else 0. */
  first: number;
  /** Halves of the roots that unpack the spectrum of a real signal. */
  split: number;
  x: number;
  y: number;
}

/** Lengths that the kernels take: multiples of 4 whose prime factors are small. Others are transformed in plain TypeScript. */
export function kernelCanTransform(n: number): boolean {
  return n % 4 === 0 && n >= 8 && n <= 65536 && Math.max(...factorise(n / 2)) <= 13;
}

export function placeTransform(arena: Arena, n: number): TransformTables {
  const half = n / 2;
  const all = planStages(half).map(({ radix, m, s, twiddles, roots }) => {
    const table = Array.from(twiddles, (v, i) => (i % 2 === 0 ? v : -v));
    if (radix > 5) table.push(...Array.from(roots, (v, i) => (i % 2 === 0 ? v : -v)));
    return { radix, m, s, at: arena.place(table) };
  });
  const fused = half % 8 === 0 && all[0].radix === 4;
  const kept = fused ? all.slice(1) : all;
  const stages = arena.place(
    kept.flatMap(({ radix, m, s, at }) => [radix, m, s, at]),
    "u32",
  );
  const split = new Float64Array(half + 2);
  for (let k = 0; 2 * k < half + 2; k++) {
    split[2 * k] = 0.5 * Math.cos((2 * Math.PI * k) / n);
    split[2 * k + 1] = -0.5 * Math.sin((2 * Math.PI * k) / n);
  }
  return {
    n,
    stages,
    count: kept.length,
    first: fused ? all[0].at : 0,
    split: arena.place(split),
    x: arena.reserve(Math.max(half * 32, 256)),
    y: arena.reserve(half * 32),
  };
}
