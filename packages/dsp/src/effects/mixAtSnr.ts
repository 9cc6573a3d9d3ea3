import { requireFinite, requireInRange, requireInteger } from "../core/check.js";
import { meanSquare } from "./level.js";

/** Options of {@link mixAtSnr}. */
export interface MixAtSnrOptions {
  /** Level of the signal over that of the noise, dB. */
  snrDb: number;
  /** Sample of the noise to start at (default 0); it goes round when it ends. */
  offset?: number;
}

/**
 * Adds noise at a signal-to-noise ratio: the noise is scaled, the signal stays as it is.
 *
 * The ratio is that of mean powers over the whole signal and over the stretch of noise used. A silent signal or silent
 * noise has no ratio: the signal comes back unchanged.
 *
 * @param samples mono audio, length n; not modified
 * @param noise mono audio at the same rate, any length ≥ 1; repeated where it is shorter
 * @returns n samples; peaks may exceed 1
 * @throws RangeError if noise is empty, snrDb is outside [−200, 200], or a sample is NaN or ±∞
 * Equals torchaudio 2.11 `functional.add_noise` within float32 rounding, for noise of the signal's length.
 */
export function mixAtSnr(
  samples: Float32Array,
  noise: Float32Array,
  { snrDb, offset = 0 }: MixAtSnrOptions,
): Float32Array {
  requireFinite("mixAtSnr", "samples", samples);
  requireFinite("mixAtSnr", "noise", noise);
  requireInRange("mixAtSnr", "snrDb", snrDb, -200, 200);
  requireInteger("mixAtSnr", "offset", offset, 0);
  if (noise.length === 0) throw new RangeError("mixAtSnr: noise must have at least one sample, got 0.");
  const out = new Float32Array(samples.length);
  for (let i = 0; i < out.length; i++) out[i] = noise[(offset + i) % noise.length];
  const noisePower = meanSquare(out);
  const signalPower = meanSquare(samples);
  const factor = noisePower === 0 ? 0 : Math.sqrt(signalPower / noisePower) * 10 ** (-snrDb / 20);
  for (let i = 0; i < out.length; i++) out[i] = samples[i] + factor * out[i];
  return out;
}
