import { resolveStft } from "../core/analysis.js";
import type { PadMode } from "../core/frame.js";
import { createArena } from "./arena.js";
import { placeFrames } from "./frameBlock.js";
import { createKernels } from "./instance.js";
import { canTransformSingly } from "./single.js";
import { placeTransform } from "./transformTables.js";

export interface DifferenceKernelOptions {
  frameLength: number;
  hopLength: number;
  padMode: PadMode;
  minPeriod: number;
  maxPeriod: number;
  /** A length of transforms, at least hopLength + maxPeriod. */
  size: number;
}

/** YIN's normalised difference of overlapping frames in WebAssembly. */
export interface DifferenceKernel {
  readonly values: Float64Array;
  /** Calls `use` with the number of each frame while `values` hold its difference. 1 or more when a sample it read is not finite, else 0. */
  run(samples: Float32Array, first: number, rows: number, use: (t: number) => void): number;
}

/**
 * Frames that overlap share most of their products: each hop is correlated once, and frames are sums of those.
 *
 * A frame of hops h₀..h₍K₋₁₎ has r = Σ B(hᵢ) over all but the last + T of the last, where B correlates a hop with what follows it and T a hop
 * with itself alone. Both are products of spectra: of A, the hop, and C, the hop and as many samples after it as there are lags.
 *
 * @returns undefined where hops cannot be shared, or the host has no SIMD
 */
export function createDifferenceKernel(options: DifferenceKernelOptions): DifferenceKernel | undefined {
  const { frameLength, hopLength, padMode, minPeriod, maxPeriod, size } = options;
  const perFrame = frameLength / hopLength;
  if (!Number.isInteger(perFrame) || perFrame < 2 || maxPeriod > hopLength) return undefined;
  const bins = size / 2 + 1;
  const arena = createArena();
  const single = canTransformSingly(size);
  const stft = resolveStft("yin", { nFft: size, hopLength, window: "boxcar", padMode });
  const frames = placeFrames(arena, stft, { rowNumbers: bins, single });
  const blockHops = 4 * frames.groups;
  if (perFrame > blockHops / 2) return undefined;
  const boxcar = (length: number, height: number) => arena.place(new Float64Array(size).fill(height, 0, length));
  const windowA = boxcar(hopLength, 0.5);
  const windowC = boxcar(hopLength + maxPeriod, 0.5);
  const windowBack = boxcar(size, 1 / size);
  const back = placeTransform(arena, size, { separate: true });
  const spectrum = arena.reserve((bins + 4) * 32);
  const [aRe, aIm, cRe, cIm] = Array.from({ length: 4 }, () => arena.reserve(4 * bins * (blockHops + 1)));
  const sumsAt = arena.reserve(8 * size * blockHops + 64);
  const [b, t] = [sumsAt, sumsAt + 4 * size * blockHops];
  const out = arena.reserve(8 * (maxPeriod - minPeriod + 1));
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  frames.attach(kernels, spectrum, false);
  kernels.setInverse(size, back.stages, back.count, back.split, 0);
  const sums = new Float32Array(kernels.memory.buffer, sumsAt, 2 * size * blockHops);
  const hopBytes = 4 * hopLength;
  const row = 4 * size;

  const correlateHops = (hops: number): void => {
    const groups = Math.ceil(hops / 4);
    const transform = (window: number, re: number, im: number): void => {
      kernels.setFrames(frames.input, hopBytes, window, spectrum, 0);
      if (single) kernels.singleSpectra(4 * groups, re, im);
      else kernels.spectra(groups, re, im);
    };
    frames.use();
    transform(windowA, aRe, aIm);
    transform(windowC, cRe, cIm);
    kernels.correlate(4 * groups * bins, aRe, aIm, cRe, cIm);
    // Transforms laid side by side, no two overlapping, are plain inverse transforms.
    kernels.setTransform(size, back.stages, back.count, 0, back.split, back.x, back.y);
    kernels.setFrames(0, row, windowBack, spectrum, 0);
    sums.fill(0);
    kernels.overlapAdd(groups, cRe, cIm, b);
    kernels.overlapAdd(groups, aRe, aIm, t);
  };
  return {
    values: new Float64Array(kernels.memory.buffer, out, maxPeriod - minPeriod + 1),
    run(samples, first, rows, use) {
      const atOnce = blockHops - perFrame + 1;
      let probe = 0;
      for (let done = 0; done < rows; done += atOnce) {
        const count = Math.min(atOnce, rows - done);
        const hops = count + perFrame - 1;
        probe += frames.load(samples, first + done * hopLength, hops);
        correlateHops(hops);
        for (let i = 0; i < count; i++) {
          const last = t + (i + perFrame - 1) * row;
          const x = frames.input + i * hopBytes;
          kernels.difference(x, b + i * row, last, perFrame - 1, row, minPeriod, maxPeriod, out);
          use(done + i);
        }
      }
      return probe;
    },
  };
}
