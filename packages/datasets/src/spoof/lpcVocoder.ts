import { lpc } from "@earshot/dsp";
import { makeExcitation } from "./excitation.js";
import { trackPitch } from "./pitchTrack.js";
import type { SpoofMethod } from "./types.js";

/**
 * The vocoder of the telephones of the seventies: linear prediction of 20 ms frames, driven by pulses and noise.
 */
export const lpcVocoder: SpoofMethod = (samples, { sampleRate, rng }) => {
  const order = Math.round(sampleRate / 1000) + rng.integer(2, 6);
  const ratio = 2 ** (rng.uniform(-1, 1) / 12);
  const hop = Math.round(0.01 * sampleRate);
  const size = 2 * hop;
  const excitation = makeExcitation(samples.length, trackPitch(samples, sampleRate), sampleRate, rng, { ratio });
  const window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size));
  const out = new Float32Array(samples.length + 2 * size);
  const frame = new Float64Array(size);
  // Frames overlap by half; squared windows would do with one on each side, one Hann window adds up to 1 by itself.
  for (let start = -hop; start < samples.length; start += hop) {
    for (let i = 0; i < size; i++) frame[i] = (samples[start + i] ?? 0) * window[i] + 1e-7 * rng.normal();
    const a = lpc(frame, { order, method: "autocorrelation" });
    const gain = Math.sqrt(residualPower(frame, a));
    synthesize(excitation, a, gain, start, window, out);
  }
  return { samples: out.slice(size, size + samples.length), parameters: { order, ratio } };
};

/** Power of what prediction leaves, per sample of the windowed frame (a Hann window keeps 3/8 of the power). */
function residualPower(frame: Float64Array, a: Float64Array): number {
  let power = 0;
  for (let t = 0; t < frame.length; t++) {
    let e = 0;
    for (let k = 0; k < a.length && k <= t; k++) e += a[k] * frame[t - k];
    power += e * e;
  }
  return power / frame.length / 0.375;
}

/** Filters one frame of excitation through 1/A(z), with a run-up of one frame, and adds it in. */
function synthesize(
  excitation: Float32Array,
  a: Float64Array,
  gain: number,
  start: number,
  window: Float64Array,
  out: Float32Array,
): void {
  const size = window.length;
  const past = new Float64Array(2 * size);
  for (let t = 0; t < 2 * size; t++) {
    let y = gain * (excitation[start - size + t] ?? 0);
    for (let k = 1; k < a.length && k <= t; k++) y -= a[k] * past[t - k];
    past[t] = y;
    if (t >= size) out[start + t] += window[t - size] * y;
  }
}
