import type { PadMode } from "../core/frame.js";
import { createMatrix } from "../core/types.js";
import { createOverlapAddKernel } from "../kernels/overlapAdd.js";
import { createSpectraKernel } from "../kernels/spectra.js";
import { fastLength } from "./frameCorrelation.js";

export interface BatchCorrelatorOptions {
  frameLength: number;
  hopLength: number;
  padMode: PadMode;
  /** Largest lag. */
  maxPeriod: number;
}

/** Autocorrelation of `rows` overlapping frames from `first` on: calls `next` for each while `r` holds its lags 0..maxPeriod. */
export type BatchCorrelator = (
  samples: Float32Array,
  first: number,
  rows: number,
  r: Float64Array,
  next: (t: number) => void,
) => void;

/** Hops transformed at a time: their spectra should stay in the second-level cache. */
const blockHops = 32;

/**
 * Frames that overlap share most of their products: each hop is correlated once, many at a time in WebAssembly, and frames are sums of those.
 *
 * A frame of hops h₀..h₍K₋₁₎ has r = Σ B(hᵢ) over all but the last + T of the last, where B correlates a hop with what follows it and T a hop
 * with itself alone. Both are products of spectra: of A, the hop, and C, the hop and as many samples after it as there are lags.
 *
 * @returns undefined where hops cannot be shared, or the host has no SIMD
 */
export function createBatchCorrelator(options: BatchCorrelatorOptions): BatchCorrelator | undefined {
  const { frameLength, hopLength, padMode, maxPeriod } = options;
  const perFrame = frameLength / hopLength;
  if (!Number.isInteger(perFrame) || perFrame < 2 || maxPeriod > hopLength || perFrame > blockHops / 2)
    return undefined;
  const size = Math.max(32, fastLength(hopLength + maxPeriod));
  const lengthC = hopLength + maxPeriod;
  const plain = { nFft: size, hopLength, window: "boxcar", center: false, padMode } as const;
  const spectraA = createSpectraKernel({ ...plain, winLength: hopLength });
  const spectraC = createSpectraKernel({ ...plain, winLength: lengthC });
  // Transforms laid side by side, no two overlapping, are plain inverse transforms.
  const back = createOverlapAddKernel({ ...plain, hopLength: size, winLength: size }, new Float64Array(size).fill(1));
  if (!spectraA || !spectraC || !back) return undefined;

  // Windows are centred in the transform: what begins a hop lies here.
  const startA = Math.floor((size - hopLength) / 2);
  const startC = Math.floor((size - lengthC) / 2);
  const bins = size / 2 + 1;
  const a = { re: createMatrix(blockHops, bins), im: createMatrix(blockHops, bins) };
  const c = { re: createMatrix(blockHops, bins), im: createMatrix(blockHops, bins) };
  const productsB = new Float32Array(blockHops * size);
  const productsT = new Float32Array(blockHops * size);

  const correlateHops = (samples: Float32Array, first: number): void => {
    spectraA.run(samples, first - startA, a);
    spectraC.run(samples, first - startC, c);
    const aRe = a.re.data;
    const aIm = a.im.data;
    const cRe = c.re.data;
    const cIm = c.im.data;
    for (let k = 0; k < aRe.length; k++) {
      const x = aRe[k];
      const y = aIm[k];
      const u = cRe[k];
      const v = cIm[k];
      cRe[k] = x * u + y * v;
      cIm[k] = x * v - y * u;
      aRe[k] = x * x + y * y;
    }
    aIm.fill(0);
    back.run(c, blockHops, 0, productsB);
    back.run(a, blockHops, 0, productsT);
  };

  const wrapped = startA - startC;
  return (samples, first, rows, r, next) => {
    const framesPerBlock = blockHops - perFrame + 1;
    for (let done = 0; done < rows; done += framesPerBlock) {
      correlateHops(samples, first + done * hopLength);
      const count = Math.min(framesPerBlock, rows - done);
      for (let t = 0; t < count; t++) {
        const last = (t + perFrame - 1) * size;
        for (let k = 0; k <= maxPeriod; k++) r[k] = productsT[last + k];
        for (let h = t; h < t + perFrame - 1; h++) {
          // C is centred in less room than A: lag 0 lies `wrapped` places before the end, and goes on at the beginning.
          const end = (h + 1) * size - wrapped;
          const begin = h * size - wrapped;
          for (let k = 0; k < wrapped; k++) r[k] += productsB[end + k];
          for (let k = wrapped; k <= maxPeriod; k++) r[k] += productsB[begin + k];
        }
        next(done + t);
      }
    }
  };
}
