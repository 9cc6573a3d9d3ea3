import { stftFrames } from "../core/analysis.js";
import { createCache } from "../core/cache.js";
import { requireFinite } from "../core/check.js";
import { clampTopDb } from "../core/decibel.js";
import { createMatrix, type Matrix } from "../core/types.js";
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
  return prepared(fn + JSON.stringify(options), () => {
    const plan = makePlan();
    return { plan, kernel: createSimdKernel(plan) ?? createScalarKernel(plan) };
  });
}

/** Beyond this many numbers, decibels are computed twice rather than kept: memory stays bounded by the output plus this. */
const levelLimit = 2 ** 21;

/** Rows of a whole signal; `topDb` limits the range below the signal's largest decibel value, before the cosine transform. */
export function computeRows(
  fn: string,
  samples: Float32Array,
  { plan, kernel }: Prepared,
  topDb: number | null = null,
): Matrix {
  const { rows, first } = stftFrames(fn, samples, plan.stft);
  const { hopLength, nFft } = plan.stft;
  // Kernels test the samples that they read; what no frame holds is tested here.
  const last = rows === 0 ? 0 : Math.min(samples.length, Math.max(0, first + (rows - 1) * hopLength + nFft));
  requireFinite(fn, "samples", hopLength > nFft ? samples : samples.subarray(last), hopLength > nFft ? 0 : last);
  const out = createMatrix(rows, kernel.cols);
  const late = topDb !== null && plan.dct !== undefined;
  const levelCount = kernel.levelCount(rows);
  const levels = late && levelCount <= levelLimit ? new Float32Array(levelCount) : undefined;
  const probe = levels
    ? kernel.runWithLevels(samples, first, rows, out.data, levels)
    : kernel.run(samples, first, rows, out.data);
  if (probe !== 0) requireFinite(fn, "samples", samples);
  if (topDb === null || rows === 0) return out;
  const floor = Math.fround(kernel.max() - topDb);
  if (!late) clampTopDb(out.data, topDb);
  else if (levels) {
    if (hasBelow(levels, floor)) kernel.clamp(levels, rows, floor, out.data);
  } else clampInBlocks(samples, first, plan, kernel, floor, out);
  return out;
}

/** A long signal: the levels of one block after the other, again. */
function clampInBlocks(
  samples: Float32Array,
  first: number,
  { stft }: RowPlan,
  kernel: SpectralKernel,
  floor: number,
  { data, rows, cols }: Matrix,
): void {
  const block = 4 * Math.max(1, Math.floor(levelLimit / 8 / kernel.width));
  const levels = new Float32Array(kernel.levelCount(block));
  for (let t = 0; t < rows; t += block) {
    const count = Math.min(block, rows - t);
    const target = data.subarray(t * cols, (t + count) * cols);
    kernel.runWithLevels(samples, first + t * stft.hopLength, count, target, levels);
    kernel.clamp(levels, count, floor, target);
  }
}

function hasBelow(levels: Float32Array, floor: number): boolean {
  for (let i = 0; i < levels.length; i++) if (levels[i] < floor) return true;
  return false;
}
