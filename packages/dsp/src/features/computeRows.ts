import { stftFrames } from "../core/analysis.js";
import { cacheKey, createCache } from "../core/cache.js";
import { requireFiniteAfter } from "../core/check.js";
import { clampBelow } from "../core/decibel.js";
import { createNumbers } from "../core/memory.js";
import type { Matrix } from "../core/types.js";
import { createSimdKernel } from "../kernels/rows.js";
import { createScalarKernel, type RowPlan, type SpectralKernel } from "./rowKernel.js";

/** A plan with the kernel that carries it out. */
export interface Prepared {
  plan: RowPlan;
  kernel: SpectralKernel;
}

/** Kernels of the options used last: making one costs more than the features of a short clip. */
const prepared = createCache<Prepared>(32);

/** The plan of these options and its kernel, made once: SIMD where it covers the plan, else plain TypeScript. Options are plain JSON. */
export function prepare(fn: string, options: object, makePlan: () => RowPlan): Prepared {
  return prepared(fn + cacheKey(options), () => {
    const plan = makePlan();
    return { plan, kernel: createSimdKernel(plan) ?? createScalarKernel(plan) };
  });
}

/** Beyond this many numbers, decibels are computed twice rather than kept: memory stays bounded by the output plus this. */
const levelLimit = 2 ** 21;

/** Rows of a whole signal by these options; where their plan is `limited`, `topDb` is 80 unless they say otherwise. */
export function rowsBy<Options extends object>(
  fn: string,
  samples: Float32Array,
  makePlan: (fn: string, options: Options) => RowPlan,
  options: Options & { topDb?: number | null } = {} as Options,
  limited = false,
): Matrix {
  const { topDb = 80 } = options;
  const prepared = prepare(fn, options, () => makePlan(fn, options));
  return computeRows(fn, samples, prepared, limited ? topDb : null);
}

/** Rows of a whole signal; `topDb` limits the range below the signal's largest decibel value, before the cosine transform. */
export function computeRows(
  fn: string,
  samples: Float32Array,
  { plan, kernel }: Prepared,
  topDb: number | null = null,
): Matrix {
  const { rows, first } = stftFrames(fn, samples, plan.stft);
  const { hopLength, nFft } = plan.stft;
  const out = { data: createNumbers(rows * kernel.cols), rows, cols: kernel.cols };
  const late = topDb !== null && plan.dct !== undefined;
  const probe = late
    ? limitedRows(samples, first, plan, kernel, topDb, out)
    : kernel.run(samples, first, rows, out.data);
  requireFiniteAfter(fn, samples, probe, rows === 0 || hopLength > nFft ? 0 : first + (rows - 1) * hopLength + nFft);
  if (topDb !== null && !late) clampBelow(out.data, Math.fround(kernel.max() - topDb));
  return out;
}

/** Rows whose levels are limited before the cosine transform: it has to wait for the largest of them. */
function limitedRows(
  samples: Float32Array,
  first: number,
  { stft }: RowPlan,
  kernel: SpectralKernel,
  topDb: number,
  { data, rows, cols }: Matrix,
): number {
  const count = kernel.levelCount(rows);
  if (count <= levelLimit) {
    const levels = createNumbers(count);
    const probe = kernel.levels(samples, first, rows, levels);
    kernel.clamp(levels, rows, Math.fround(kernel.max() - topDb), data);
    return probe;
  }
  const block = 4 * Math.max(1, Math.floor(levelLimit / 8 / kernel.width));
  const levels = createNumbers(kernel.levelCount(block));
  const eachBlock = (work: (start: number, count: number, done: number) => void) => {
    for (let t = 0; t < rows; t += block) work(first + t * stft.hopLength, Math.min(block, rows - t), t);
  };
  let probe = 0;
  let max = Number.NEGATIVE_INFINITY;
  eachBlock((start, count) => {
    probe += kernel.levels(samples, start, count, levels);
    max = Math.max(max, kernel.max());
  });
  eachBlock((start, count, done) => {
    kernel.levels(samples, start, count, levels);
    kernel.clamp(levels, count, Math.fround(max - topDb), data.subarray(done * cols, (done + count) * cols));
  });
  return probe;
}
