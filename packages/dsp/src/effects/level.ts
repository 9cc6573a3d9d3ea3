import { requireFinite, requireInRange, requirePositive } from "../core/check.js";
import { loudness } from "../filters/loudness.js";

/**
 * Multiplies by a gain in dB.
 *
 * @returns n samples, 10^(gainDb/20) times the input
 * @throws RangeError if gainDb or a sample is NaN or ±∞
 */
export function gain(samples: Float32Array, { gainDb }: { gainDb: number }): Float32Array {
  requireFinite("gain", "samples", samples);
  requireInRange("gain", "gainDb", gainDb, -400, 400);
  return scaled(samples, 10 ** (gainDb / 20));
}

/**
 * Scales so that the largest magnitude is `peak`; silence stays silence.
 *
 * @param options.peak wanted largest magnitude, > 0 (default 1)
 * @returns n samples
 * @throws RangeError if peak is not positive, or a sample is NaN or ±∞
 * Equals librosa 0.11 `util.normalize` for peak 1.
 */
export function normalizePeak(samples: Float32Array, { peak = 1 }: { peak?: number } = {}): Float32Array {
  requireFinite("normalizePeak", "samples", samples);
  requirePositive("normalizePeak", "peak", peak);
  const largest = peakOf(samples);
  return largest === 0 ? samples.slice() : scaled(samples, peak / largest);
}

/**
 * Scales so that the root mean square is `rmsDb` below full scale; silence stays silence.
 *
 * @param options.rmsDb wanted level in dB, ≤ 0 (default −20)
 * @returns n samples; peaks may exceed 1
 * @throws RangeError if rmsDb is outside [−200, 0], or a sample is NaN or ±∞
 */
export function normalizeRms(samples: Float32Array, { rmsDb = -20 }: { rmsDb?: number } = {}): Float32Array {
  requireFinite("normalizeRms", "samples", samples);
  requireInRange("normalizeRms", "rmsDb", rmsDb, -200, 0);
  const rms = Math.sqrt(meanSquare(samples));
  return rms === 0 ? samples.slice() : scaled(samples, 10 ** (rmsDb / 20) / rms);
}

/** Options of {@link normalizeLoudness}. */
export interface NormalizeLoudnessOptions {
  /** Hz, ≥ 4000. */
  sampleRate: number;
  /** Integrated loudness wanted, LUFS (default −23, EBU R 128). */
  targetLufs?: number;
  /** Turns the gain down where the largest sample would exceed this; null for no limit (default 1). */
  maxPeak?: number | null;
}

/**
 * Scales so that the integrated loudness is `targetLufs`. What has none (silence, below 0.4 s) stays as it is.
 *
 * @returns n samples
 * @throws RangeError if the target is outside [−70, 0], the sample rate below 4000, or a sample is NaN or ±∞
 * @see loudness
 */
export function normalizeLoudness(
  samples: Float32Array,
  { sampleRate, targetLufs = -23, maxPeak = 1 }: NormalizeLoudnessOptions,
): Float32Array {
  requireInRange("normalizeLoudness", "targetLufs", targetLufs, -70, 0);
  if (maxPeak !== null) requirePositive("normalizeLoudness", "maxPeak", maxPeak);
  const { integrated } = loudness(samples, { sampleRate });
  if (integrated === Number.NEGATIVE_INFINITY) return samples.slice();
  const wanted = 10 ** ((targetLufs - integrated) / 20);
  return scaled(samples, maxPeak === null ? wanted : Math.min(wanted, maxPeak / peakOf(samples)));
}

export function peakOf(samples: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < samples.length; i++) largest = Math.max(largest, Math.abs(samples[i]));
  return largest;
}

/** Mean of the squares; 0 for no samples. */
export function meanSquare(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return samples.length === 0 ? 0 : sum / samples.length;
}

function scaled(samples: Float32Array, factor: number): Float32Array {
  const out = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) out[i] = samples[i] * factor;
  return out;
}
