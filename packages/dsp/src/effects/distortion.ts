import { requireFinite, requireInRange, requireInteger, requirePositive } from "../core/check.js";

/**
 * Hard clipping: what exceeds ±threshold becomes ±threshold.
 *
 * @param options.threshold magnitude kept, > 0
 * @returns n samples
 * @throws RangeError if threshold is not positive, or a sample is NaN or ±∞
 */
export function clip(samples: Float32Array, { threshold }: { threshold: number }): Float32Array {
  requireFinite("clip", "samples", samples);
  requirePositive("clip", "threshold", threshold);
  return samples.map((v) => Math.max(-threshold, Math.min(threshold, v)));
}

/**
 * Soft saturation, tanh(drive·x)/tanh(drive): adds odd harmonics, keeps ±1 at ±1.
 *
 * @param options.driveDb how hard the curve is driven, 0..60 dB
 * @returns n samples
 * @throws RangeError if driveDb is outside [0, 60], or a sample is NaN or ±∞
 */
export function saturate(samples: Float32Array, { driveDb }: { driveDb: number }): Float32Array {
  requireFinite("saturate", "samples", samples);
  requireInRange("saturate", "driveDb", driveDb, 0, 60);
  const drive = 10 ** (driveDb / 20);
  const top = Math.tanh(drive);
  return samples.map((v) => Math.tanh(drive * v) / top);
}

/**
 * Rounds to a number of bits, as a coarse converter does.
 *
 * @param options.bits 1..24
 * @returns n samples on a grid of 2^(1 − bits), inside [−1, 1 − 2^(1 − bits)]
 * @throws RangeError if bits is not a whole number in [1, 24], or a sample is NaN or ±∞
 */
export function quantize(samples: Float32Array, { bits }: { bits: number }): Float32Array {
  requireFinite("quantize", "samples", samples);
  requireInteger("quantize", "bits", bits, 1, 24);
  const half = 2 ** (bits - 1);
  return samples.map((v) => Math.max(-half, Math.min(half - 1, Math.round(v * half))) / half);
}
