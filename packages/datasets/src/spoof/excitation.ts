import type { Rng } from "@earshot/dsp";
import { type PitchTrack, pitchAt } from "./pitchTrack.js";

/**
 * What a simple vocoder puts in place of the glottis: a pulse a period where there is voice, white noise elsewhere, both of unit power.
 *
 * @param options.ratio factor on the pitch
 * @param options.breath noise mixed into the voice, 0..1
 */
export function makeExcitation(
  length: number,
  track: PitchTrack,
  sampleRate: number,
  rng: Rng,
  { ratio = 1, breath = 0.05 } = {},
): Float32Array {
  const out = new Float32Array(length);
  let phase = 0;
  for (let t = 0; t < length; t++) {
    const f0 = ratio * pitchAt(track, t);
    const noise = rng.normal();
    if (f0 === 0) {
      out[t] = noise;
      phase = 0;
      continue;
    }
    phase += f0 / sampleRate;
    out[t] = breath * noise;
    if (phase >= 1) {
      phase -= 1;
      out[t] += Math.sqrt(sampleRate / f0);
    }
  }
  return out;
}

/** Scales to the root mean square of the original, and below full scale. */
export function matchLevel(samples: Float32Array, original: Float32Array): Float32Array {
  const power = (x: Float32Array): number => x.reduce((sum, v) => sum + v * v, 0) / Math.max(1, x.length);
  const peak = samples.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-12);
  const gain = Math.min(Math.sqrt(power(original) / Math.max(power(samples), 1e-20)), 0.999 / peak);
  return samples.map((x) => gain * x);
}

/** Cut or padded with silence to a length. */
export function toLength(samples: Float32Array, length: number): Float32Array {
  if (samples.length === length) return samples;
  const out = new Float32Array(length);
  out.set(samples.subarray(0, length));
  return out;
}

/** Smallest power of two at or above a duration. */
export const powerOfTwo = (seconds: number, sampleRate: number): number =>
  2 ** Math.ceil(Math.log2(seconds * sampleRate));
