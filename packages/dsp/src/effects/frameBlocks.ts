import { createCache } from "../core/cache.js";
import { createRealFft } from "../core/realFft.js";
import { createAnalyser, frameWindow, type ResolvedStft } from "../core/stft.js";
import { createMatrix, type FloatArray, row } from "../core/types.js";
import { createOverlapAddKernel, type OverlapAddKernel } from "../kernels/overlapAdd.js";
import { createSpectraKernel, type SpectraKernel } from "../kernels/spectra.js";

/** Frames transformed at a time. */
const block = 64;

/** Making kernels costs more than a short clip; they keep nothing between calls. */
const spectraKernels = createCache<SpectraKernel | undefined>(4);
const overlapKernels = createCache<OverlapAddKernel | undefined>(4);

/** Spectrum of centred frame t, valid until the next call. */
export type FrameReader = (t: number) => { re: FloatArray; im: FloatArray };

/** Reads frames of a signal in rising order; transforms a block ahead, so memory does not grow with the signal. */
export function createFrameReader(samples: Float32Array, options: ResolvedStft): FrameReader {
  const { nFft, hopLength } = options;
  const half = Math.floor(nFft / 2);
  const kernel = spectraKernels(JSON.stringify(options), () => createSpectraKernel(options));
  if (!kernel) {
    const analyser = createAnalyser(options);
    return (t) => {
      analyser.analyse(samples, t * hopLength - half);
      return analyser;
    };
  }
  const bins = 1 + half;
  const spectra = { re: createMatrix(block, bins), im: createMatrix(block, bins) };
  let start = Number.NEGATIVE_INFINITY;
  return (t) => {
    if (!(t >= start && t < start + block)) {
      start = t;
      kernel.run(samples, start * hopLength - half, spectra);
    }
    return { re: row(spectra.re, t - start), im: row(spectra.im, t - start) };
  };
}

/** Adds frames up, one hop apart, centred: frame t lies around sample t·hopLength of `out`. */
export interface FrameAdder {
  add(re: FloatArray, im: FloatArray): void;
  /** Divides by the sum of squared windows. */
  finish(): void;
}

export function createFrameAdder(options: ResolvedStft, out: Float32Array): FrameAdder {
  const { nFft, hopLength } = options;
  const half = Math.floor(nFft / 2);
  const bins = 1 + half;
  const window = frameWindow(options);
  const kernel = overlapKernels(JSON.stringify(options), () =>
    createOverlapAddKernel(options, new Float64Array(hopLength).fill(1)),
  );
  const spectra = { re: createMatrix(block, bins), im: createMatrix(block, bins) };
  const sums = new Float32Array((block - 1) * hopLength + nFft);
  const plan = createRealFft(nFft);
  const frame = new Float64Array(nFft);
  let waiting = 0;
  let frames = 0;

  const addTo = (start: number, values: FloatArray, length: number): void => {
    const to = Math.min(length, out.length - start);
    for (let i = Math.max(0, -start); i < to; i++) out[start + i] += values[i];
  };
  const drain = (): void => {
    if (waiting === 0 || !kernel) return;
    const length = (waiting - 1) * hopLength + nFft;
    kernel.run(spectra, waiting, 0, sums.subarray(0, length));
    addTo((frames - waiting) * hopLength - half, sums, length);
    waiting = 0;
  };
  return {
    add(re, im) {
      frames++;
      if (kernel) {
        spectra.re.data.set(re, waiting * bins);
        spectra.im.data.set(im, waiting * bins);
        if (++waiting === block) drain();
        return;
      }
      plan.inverse(re, im, frame);
      for (let i = 0; i < nFft; i++) frame[i] *= window[i];
      addTo((frames - 1) * hopLength - half, frame, nFft);
    },
    finish() {
      drain();
      divideByWindows(out, window, hopLength, frames, half);
    },
  };
}

/** The smallest normal single-precision number: window sums up to it count as nothing to divide by. */
const tiny = 2 ** -126;

function divideByWindows(out: Float32Array, window: Float64Array, hop: number, frames: number, skip: number): void {
  const { from, to, steady, at } = overlapGain({ window, hop, frames, skip, length: out.length });
  for (let i = 0; i < from; i++) out[i] *= at(i);
  for (let start = from; start < to; start += hop) {
    const count = Math.min(hop, to - start);
    for (let i = 0; i < count; i++) out[start + i] *= steady[i];
  }
  for (let i = to; i < out.length; i++) out[i] *= at(i);
}

export interface OverlapGainOptions {
  window: Float64Array;
  hop: number;
  /** Frames that are added. */
  frames: number;
  /** Samples that frame 0 begins before the signal. */
  skip: number;
  /** Samples of the signal. */
  length: number;
}

export interface OverlapGain {
  /** From here to before `to` the gain repeats with every hop. */
  from: number;
  to: number;
  /** Gains of one hop from `from` on. */
  steady: Float32Array;
  /** Gain at any sample. */
  at(i: number): number;
}

/** Reciprocal of the sum of squared windows at a sample; 1 where there is nothing to divide by. */
export function overlapGain({ window, hop, frames, skip, length }: OverlapGainOptions): OverlapGain {
  const at = (i: number): number => {
    const j = i + skip;
    let sum = 0;
    const last = Math.min(frames - 1, Math.floor(j / hop));
    for (let t = Math.max(0, Math.ceil((j - window.length + 1) / hop)); t <= last; t++) sum += window[j - t * hop] ** 2;
    return sum > tiny ? 1 / sum : 1;
  };
  const from = Math.max(0, Math.min(length, window.length - skip));
  const to = Math.max(from, Math.min(length, frames * hop - skip));
  const steady = Float32Array.from({ length: Math.min(hop, to - from) }, (_, i) => at(from + i));
  return { from, to, steady, at };
}
