import { createRealFft } from "../core/realFft.js";

/** Magnitude spectra of the frames of a signal, each beginning one hop after the other. */
export interface FrameSpectra {
  frames: number;
  bins: number;
  /** Hz from one bin to the next. */
  binHz: number;
  /** frames × bins. */
  magnitudes: Float64Array;
  /** Real and imaginary parts, frames × bins; only kept when asked for. */
  re: Float64Array;
  im: Float64Array;
  /** Root mean square of each windowed frame. */
  rms: Float64Array;
}

export interface FrameSpectraOptions {
  sampleRate: number;
  frameLength: number;
  hopLength: number;
  window: (i: number, n: number) => number;
  keepComplex?: boolean;
}

export function frameSpectra(samples: Float32Array, options: FrameSpectraOptions): FrameSpectra {
  const { sampleRate, frameLength, hopLength, window, keepComplex = false } = options;
  const nFft = 2 ** Math.ceil(Math.log2(frameLength));
  const plan = createRealFft(nFft);
  const { bins } = plan;
  const frames = Math.max(0, 1 + Math.floor((samples.length - frameLength) / hopLength));
  const weights = Float64Array.from({ length: frameLength }, (_, i) => window(i, frameLength));
  const magnitudes = new Float64Array(frames * bins);
  const rms = new Float64Array(frames);
  const complexSize = keepComplex ? frames * bins : 0;
  const out = { frames, bins, binHz: sampleRate / nFft, magnitudes, rms };
  const allRe = new Float64Array(complexSize);
  const allIm = new Float64Array(complexSize);
  const buffer = new Float64Array(nFft);
  const re = new Float64Array(bins);
  const im = new Float64Array(bins);
  for (let t = 0; t < frames; t++) {
    let energy = 0;
    for (let i = 0; i < frameLength; i++) {
      buffer[i] = samples[t * hopLength + i] * weights[i];
      energy += buffer[i] * buffer[i];
    }
    buffer.fill(0, frameLength);
    rms[t] = Math.sqrt(energy / frameLength);
    plan.forward(buffer, re, im);
    for (let k = 0; k < bins; k++) magnitudes[t * bins + k] = Math.sqrt(re[k] * re[k] + im[k] * im[k]);
    if (keepComplex) {
      allRe.set(re, t * bins);
      allIm.set(im, t * bins);
    }
  }
  return { ...out, re: allRe, im: allIm };
}

export const gaussianWindow = (i: number, n: number): number => {
  const half = (n - 1) / 2;
  return Math.exp(-0.5 * ((i - half) / (0.4 * half)) ** 2);
};
export const hammingWindow = (i: number, n: number): number => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (n - 1));
