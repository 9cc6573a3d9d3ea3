import { createRealFft } from "../core/realFft.js";

/** Spectrum of one frame after the other, in double precision; valid until the next. */
export interface FrameSpectrum {
  readonly bins: number;
  /** Hz from one bin to the next. */
  readonly binHz: number;
  readonly magnitudes: Float64Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Takes the frame that begins at samples[start]; returns the root mean square of it under the window. */
  analyse(samples: Float32Array, start: number): number;
}

export function createFrameSpectrum(
  sampleRate: number,
  frameLength: number,
  window: (i: number, n: number) => number,
): FrameSpectrum {
  const nFft = 2 ** Math.ceil(Math.log2(frameLength));
  const plan = createRealFft(nFft);
  const { bins } = plan;
  const weights = Float64Array.from({ length: frameLength }, (_, i) => window(i, frameLength));
  const buffer = new Float64Array(nFft);
  const [magnitudes, re, im] = Array.from({ length: 3 }, () => new Float64Array(bins));
  return {
    bins,
    binHz: sampleRate / nFft,
    magnitudes,
    re,
    im,
    analyse(samples, start) {
      let energy = 0;
      for (let i = 0; i < frameLength; i++) {
        buffer[i] = samples[start + i] * weights[i];
        energy += buffer[i] * buffer[i];
      }
      buffer.fill(0, frameLength);
      plan.forward(buffer, re, im);
      for (let k = 0; k < bins; k++) magnitudes[k] = Math.sqrt(re[k] * re[k] + im[k] * im[k]);
      return Math.sqrt(energy / frameLength);
    },
  };
}

export const gaussianWindow = (i: number, n: number): number => {
  const half = (n - 1) / 2;
  return Math.exp(-0.5 * ((i - half) / (0.4 * half)) ** 2);
};
export const hammingWindow = (i: number, n: number): number => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (n - 1));
