import { requireFinite, requireInteger } from "../core/check.js";
import { createFrameCorrelator } from "./frameCorrelation.js";

/**
 * Autocorrelation, r[k] = Σ x[t]·x[t + k].
 *
 * @param samples length n ≥ 1; not modified
 * @param options.maxLag largest lag, 0..n − 1 (default n − 1)
 * @returns maxLag + 1 values, r[0] first: the signal's energy
 * @throws RangeError if samples are empty or hold NaN or ±∞, or maxLag is out of range
 * Equals librosa 0.11 `autocorrelate(max_size=maxLag + 1)` within 1e-6 of r[0].
 */
export function autocorrelation(
  samples: Float32Array,
  { maxLag = samples.length - 1 }: { maxLag?: number } = {},
): Float32Array {
  requireFinite("autocorrelation", "samples", samples);
  if (samples.length === 0) throw new RangeError("autocorrelation: samples must not be empty.");
  requireInteger("autocorrelation", "maxLag", maxLag, 0, samples.length - 1);
  const out = new Float64Array(maxLag + 1);
  createFrameCorrelator(samples.length, maxLag)(Float64Array.from(samples), out);
  return Float32Array.from(out);
}
