import { requirePositive } from "../core/check.js";
import { rms } from "../features/level.js";

export interface TrimOptions {
  /** What lies further below the reference counts as silence, dB, > 0 (default 60). */
  topDb?: number;
  /** Amplitude of 0 dB, > 0, or "max" for the loudest frame (the default). */
  ref?: number | "max";
  /** Samples a frame (default 2048). */
  frameLength?: number;
  /** Samples between frames (default 512). */
  hopLength?: number;
}

export interface Trimmed {
  /** View of the part between the silences. */
  samples: Float32Array;
  /** Its first sample in the original. */
  start: number;
  /** One beyond its last sample. */
  end: number;
}

/**
 * Cuts silence from both ends.
 *
 * @param samples mono audio, length n; not modified
 * @returns a view of the samples from the first to the last frame above the threshold, and where it lies; a signal of zeros is kept whole, since
 *   nothing in it is below its own loudest frame (as in librosa), and an empty one stays empty
 * @throws RangeError if an option is out of range, or samples hold NaN or ±∞
 * Source: librosa 0.11 `effects.trim`. Same boundaries.
 */
export function trim(samples: Float32Array, options: TrimOptions = {}): Trimmed {
  const { topDb = 60, ref = "max", frameLength = 2048, hopLength = 512 } = options;
  requirePositive("trim", "topDb", topDb);
  if (ref !== "max") requirePositive("trim", "ref", ref);
  if (samples.length === 0) return { samples, start: 0, end: 0 };
  const levels = rms(samples, { frameLength, hopLength });
  const loud = (level: number) => 10 * Math.log10(Math.max(1e-10, level * level));
  const reference = loud(ref === "max" ? levels.reduce((a, b) => Math.max(a, b), 0) : ref);
  const heard = (level: number) => loud(level) - reference > -topDb;
  const from = levels.findIndex(heard);
  if (from < 0) return { samples: samples.subarray(0, 0), start: 0, end: 0 };
  const start = from * hopLength;
  const end = Math.min(samples.length, (levels.findLastIndex(heard) + 1) * hopLength);
  return { samples: samples.subarray(start, end), start, end };
}
