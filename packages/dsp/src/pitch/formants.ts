import { requireFinite, requireInteger, requirePositive, requireSampleRate } from "../core/check.js";
import { resample } from "../core/resample.js";
import { createMatrix, type Matrix } from "../core/types.js";
import { burg } from "./lpc.js";
import { polynomialRoots } from "./roots.js";

/** Options of {@link formants}. */
export interface FormantOptions {
  /** Hz. */
  sampleRate: number;
  /** Formants looked for, ≥ 1 (default 5): twice as many poles. */
  nFormants?: number;
  /** Nothing above this is looked for, Hz: 5500 (default) for women, 5000 for men, up to 8000 for children. */
  maxHz?: number;
  /** Effective length of a frame (default 0.025 s); its Gaussian window is twice as long. */
  windowSec?: number;
  /** Between frames (default a quarter of windowSec). */
  stepSec?: number;
  /** Above this the sound is lifted by 6 dB an octave, Hz (default 50). */
  preEmphasisHz?: number;
}

/** Resonances of the voice, frame by frame. */
export interface Formants {
  /** frames × nFormants, Hz, rising; NaN where there are fewer. */
  frequencies: Matrix;
  /** frames × nFormants, Hz. */
  bandwidths: Matrix;
  /** Centre of each frame, seconds. */
  times: Float64Array;
}

/**
 * Formants: resonances of the vocal tract, by linear prediction.
 *
 * @param samples mono audio, length n; not modified
 * @returns frequencies, bandwidths and times; frames lie symmetrically in the signal, one for a signal shorter than a window
 * @throws RangeError if an option is not positive, a window holds fewer samples than poles, or a sample is NaN or ±∞
 * Source: Praat's "To Formant (burg)". Equals Praat 6.4 (parselmouth 0.4.7) within 0.001 Hz where no resampling is needed.
 */
export function formants(samples: Float32Array, options: FormantOptions): Formants {
  const { sampleRate, nFormants = 5, maxHz = 5500, windowSec = 0.025 } = options;
  const { stepSec = windowSec / 4, preEmphasisHz = 50 } = options;
  requireFinite("formants", "samples", samples);
  requireSampleRate("formants", sampleRate);
  requireInteger("formants", "nFormants", nFormants, 1, 50);
  requirePositive("formants", "maxHz", maxHz);
  requirePositive("formants", "windowSec", windowSec);
  requirePositive("formants", "stepSec", stepSec);
  requirePositive("formants", "preEmphasisHz", preEmphasisHz);
  const rate = Math.min(sampleRate, 2 * maxHz);
  const input = rate === sampleRate ? samples : resample(samples, { from: sampleRate, to: rate });
  const order = 2 * nFormants;
  const { times, windowLength } = frameTimes(input.length, rate, 2 * windowSec, stepSec);
  if (input.length > 0 && windowLength <= order) {
    throw new RangeError(
      `formants: a window of ${windowLength} samples is too short for ${order} poles; raise windowSec or the signal's length.`,
    );
  }
  const emphasised = preEmphasised(input, Math.exp((-2 * Math.PI * preEmphasisHz) / rate));
  const window = gaussianWindow(windowLength);
  const half = windowLength >> 1;
  const frequencies = createMatrix(times.length, nFormants);
  const bandwidths = createMatrix(times.length, nFormants);
  frequencies.data.fill(Number.NaN);
  bandwidths.data.fill(Number.NaN);
  for (let t = 0; t < times.length; t++) {
    const left = Math.floor(times[t] * rate - 0.5);
    const start = Math.max(0, left + 1 - half);
    const end = Math.min(input.length, left + half + 1);
    const frame = Float64Array.from({ length: end - start }, (_, i) => emphasised[start + i] * window[i]);
    if (frame.length <= order || frame.every((v) => v === 0)) continue;
    for (const [i, { hz, bandwidth }] of resonances(burg(frame, order), rate).slice(0, nFormants).entries()) {
      frequencies.data[t * nFormants + i] = hz;
      bandwidths.data[t * nFormants + i] = bandwidth;
    }
  }
  return { frequencies, bandwidths, times };
}

/** Frames centred on the signal as a whole, as Praat lays them. */
export function frameTimes(n: number, rate: number, windowSec: number, stepSec: number) {
  const duration = n / rate;
  const whole = windowSec <= duration;
  const windowLength = Math.floor((whole ? windowSec : duration) * rate);
  const count = n === 0 ? 0 : whole ? Math.floor((duration - windowSec) / stepSec) + 1 : 1;
  const first = 0.5 * duration - 0.5 * (count - 1) * stepSec;
  return { times: Float64Array.from({ length: count }, (_, t) => first + t * stepSec), windowLength };
}

function preEmphasised(samples: Float32Array, factor: number): Float64Array {
  return Float64Array.from(samples, (v, t) => (t === 0 ? v : v - factor * samples[t - 1]));
}

/** From e^(−12) at the edges, which become 0, to 1 in the middle. */
export function gaussianWindow(length: number): Float64Array {
  const edge = Math.exp(-12);
  const middle = (length + 1) / 2;
  return Float64Array.from({ length }, (_, i) => {
    const x = (i + 1 - middle) / (length + 1);
    return (Math.exp(-48 * x * x) - edge) / (1 - edge);
  });
}

/** Pole pairs of 1/A(z) as frequencies and bandwidths, rising; within 50 Hz of 0 and of half the rate there is none. */
export function resonances(a: Float64Array, rate: number): { hz: number; bandwidth: number }[] {
  const { re, im } = polynomialRoots(a);
  const found: { hz: number; bandwidth: number }[] = [];
  for (let i = 0; i < re.length; i++) {
    if (im[i] < 0) continue;
    let size = Math.hypot(re[i], im[i]);
    // A pole outside the unit circle stands for its mirror image inside.
    if (size > 1) size = 1 / size;
    const hz = (Math.abs(Math.atan2(im[i], re[i])) * rate) / (2 * Math.PI);
    if (hz >= 50 && hz <= rate / 2 - 50) found.push({ hz, bandwidth: (-Math.log(size) * rate) / Math.PI });
  }
  return found.sort((x, y) => x.hz - y.hz);
}
