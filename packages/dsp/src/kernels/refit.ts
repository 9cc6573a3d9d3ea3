import { resolveStft } from "../core/analysis.js";
import { createRealFft } from "../core/realFft.js";
import { createArena } from "./arena.js";
import { placeFrames } from "./frameBlock.js";
import { createKernels } from "./instance.js";
import { kernelCanTransform, placeTransform } from "./transformTables.js";

/** Changes the sample rate of a whole signal in WebAssembly. */
export interface RefitKernel {
  /** Output samples that a block gives. */
  readonly grain: number;
  /** Fills `out` from block `firstBlock` on (default 0). 1 or more when a sample it read is not finite, else 0. */
  run(samples: Float32Array, out: Float32Array, firstBlock?: number): number;
}

export interface RefitOptions {
  /** The ratio of the rates in lowest terms: `up` samples out for `down` samples in. */
  up: number;
  down: number;
  /** Half of the filter's length in samples of the lower rate. */
  halfWidth: number;
  /** The filter at a distance from its centre in samples of the lower rate; its integral is 1. */
  filter: (distance: number) => number;
}

/**
 * Blocks of the signal are transformed, multiplied by the filter's response, and transformed back at the other length; the parts of them that the
 * filter did not wrap around are the result.
 */
export function createRefitKernel({ up, down, halfWidth, filter }: RefitOptions): RefitKernel | undefined {
  const layout = chooseBlock(up, down, halfWidth);
  if (!layout) return undefined;
  const { block, margin } = layout;
  const nIn = down * block;
  const nOut = up * block;
  const hopIn = down * (block - 2 * margin);
  const hopOut = up * (block - 2 * margin);
  const longest = Math.max(nIn, nOut);
  const arena = createArena();
  const stft = resolveStft("resample", { nFft: nIn, hopLength: hopIn, window: "boxcar" });
  const frames = placeFrames(arena, stft, { rowNumbers: hopOut, longest });
  const tables = placeTransform(arena, nOut, { separate: true, longest: 0 });
  const { groups } = frames;
  const gain = arena.place(response(block * Math.min(up, down), nIn, nOut, halfWidth, filter));
  const spectrum = arena.reserve((longest / 2 + 4) * 32);
  const output = arena.reserve(16 * groups * hopOut);
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  frames.attach(kernels, spectrum, false);
  kernels.setInverse(nOut, tables.stages, tables.count, tables.split, gain);
  const view = new Float32Array(kernels.memory.buffer, output, 4 * groups * hopOut);
  return {
    grain: hopOut,
    run(samples, out, firstBlock = 0) {
      let probe = 0;
      for (let done = 0, frame = firstBlock; done < out.length; done += view.length, frame += 4 * groups) {
        const wanted = Math.min(view.length, out.length - done);
        const count = Math.ceil(wanted / hopOut);
        probe += frames.load(samples, frame * hopIn - margin * down, count);
        kernels.refit(Math.ceil(count / 4), margin * up, hopOut, output);
        out.set(wanted === view.length ? view : view.subarray(0, wanted), done);
      }
      return probe;
    },
  };
}

/** Gain of each bin of the output's spectrum, 0 beyond what both spectra hold; the factor of the forward transform is in it. */
function response(
  low: number,
  nIn: number,
  nOut: number,
  halfWidth: number,
  filter: (u: number) => number,
): Float64Array {
  // Twice the lower rate holds the filter's whole band: sampling it there folds nothing back.
  const n = 2 * low;
  const impulse = new Float64Array(n);
  for (let i = -2 * halfWidth; i <= 2 * halfWidth; i++) impulse[(i + n) % n] += filter(i / 2) / 2;
  const plan = createRealFft(n);
  const re = new Float64Array(plan.bins);
  plan.forward(impulse, re, new Float64Array(plan.bins));
  return Float64Array.from({ length: nOut / 2 + 1 }, (_, k) => (k < low / 2 ? re[k] / nIn : 0));
}

/** Lengths of block and margin, in units of `down` samples in and `up` samples out, that cost least. */
function chooseBlock(up: number, down: number, halfWidth: number): { block: number; margin: number } | undefined {
  const unit = Math.min(up, down);
  let margin = Math.ceil(halfWidth / unit);
  // What is taken from the output begins at a multiple of 4.
  while ((margin * up) % 4 !== 0) margin++;
  let best: { block: number; margin: number } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let size = 4; size * Math.max(up, down) <= 16384; size *= 2) {
    for (const block of [size, 1.25 * size, 1.5 * size, 1.75 * size]) {
      const kept = block - 2 * margin;
      if (kept <= 0 || (kept * up) % 4 !== 0 || !kernelCanTransform(block * up) || !kernelCanTransform(block * down))
        continue;
      // Beyond 2048 points the work space leaves the first-level cache.
      const cost = (n: number) => n * (Math.log2(n) + (n > 4096 ? 4 : n > 2048 ? 2 : 0));
      const perSample = (cost(block * up) + cost(block * down)) / kept;
      if (perSample < least) {
        least = perSample;
        best = { block, margin };
      }
    }
  }
  return best;
}
