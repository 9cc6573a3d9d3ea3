import { createFft, istft, stft } from "@earshot/dsp";
import { makeExcitation, powerOfTwo } from "./excitation.js";
import { trackPitch } from "./pitchTrack.js";
import type { SpoofContext, Spoofed, SpoofMethod } from "./types.js";

/** WORLD-like: pitch, smooth spectrum and noise apart, put together again with another pitch. */
export const sourceFilterPitch: SpoofMethod = (samples, context) => {
  const ratio = 2 ** ((context.rng.next() < 0.5 ? -1 : 1) * (context.rng.uniform(1.5, 5) / 12));
  return resynthesize(samples, context, ratio, 1);
};

/** WORLD-like, with the vocal tract longer or shorter: another speaker's throat. */
export const sourceFilterFormants: SpoofMethod = (samples, context) => {
  const scale = context.rng.next() < 0.5 ? context.rng.uniform(0.82, 0.92) : context.rng.uniform(1.09, 1.22);
  return resynthesize(samples, context, 2 ** (context.rng.uniform(-1, 1) / 12), scale);
};

/**
 * Takes speech apart into pitch, voicing and spectral envelope, and puts it together from pulses and noise.
 *
 * Source: the scheme of Morise et al. 2016 (WORLD); the envelope is smoothed in the cepstrum, below the pitch period.
 */
function resynthesize(samples: Float32Array, { sampleRate, rng }: SpoofContext, ratio: number, scale: number): Spoofed {
  const breath = rng.uniform(0.03, 0.2);
  const track = trackPitch(samples, sampleRate);
  const excitation = makeExcitation(samples.length, track, sampleRate, rng, { ratio, breath });
  const nFft = powerOfTwo(0.03, sampleRate);
  const framing = { nFft, hopLength: nFft / 4 };
  const original = stft(samples, framing);
  const driven = stft(excitation, framing);
  const lifter = createLifter(nFft, Math.round(0.0022 * sampleRate));
  const envelope = new Float64Array(original.re.cols);
  const shape = new Float64Array(original.re.cols);
  for (let frame = 0; frame < original.re.rows; frame++) {
    const at = frame * envelope.length;
    lifter(original.re.data, original.im.data, at, envelope);
    lifter(driven.re.data, driven.im.data, at, shape);
    for (let k = 0; k < envelope.length; k++) {
      const gain = Math.exp(valueAt(envelope, k / scale) - shape[k]);
      driven.re.data[at + k] *= gain;
      driven.im.data[at + k] *= gain;
    }
  }
  return { samples: istft(driven, { ...framing, length: samples.length }), parameters: { ratio, scale, breath } };
}

/** Logarithm of the smooth spectrum of a frame: its cepstrum cut off after `keep` samples. */
function createLifter(nFft: number, keep: number) {
  const fft = createFft(nFft);
  const re = new Float64Array(nFft);
  const im = new Float64Array(nFft);
  return (real: ArrayLike<number>, imaginary: ArrayLike<number>, at: number, out: Float64Array): void => {
    const bins = out.length;
    for (let k = 0; k < bins; k++) {
      const value = 0.5 * Math.log(real[at + k] ** 2 + imaginary[at + k] ** 2 + 1e-12);
      re[k] = value;
      if (k > 0 && k < bins - 1) re[nFft - k] = value;
    }
    im.fill(0);
    fft.inverse(re, im);
    for (let q = 1; q < nFft; q++) {
      const distance = Math.min(q, nFft - q);
      // A soft edge, so that the envelope does not ring.
      re[q] *= distance >= keep ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * distance) / keep);
    }
    im.fill(0);
    fft.forward(re, im);
    for (let k = 0; k < bins; k++) out[k] = re[k];
  };
}

function valueAt(values: Float64Array, x: number): number {
  const last = values.length - 1;
  if (x >= last) return values[last];
  const i = Math.floor(x);
  return values[i] + (x - i) * (values[i + 1] - values[i]);
}
