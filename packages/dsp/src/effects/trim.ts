import { type SilenceOptions, soundingFrames } from "./silence.js";

/** Options of {@link trim}. */
export type TrimOptions = SilenceOptions;

/** What {@link trim} leaves, and where it lay. */
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
  const { hopLength = 512 } = options;
  const sounding = soundingFrames("trim", samples, options);
  const from = sounding.indexOf(1);
  if (from < 0) return { samples: samples.subarray(0, 0), start: 0, end: 0 };
  const start = from * hopLength;
  const end = Math.min(samples.length, (sounding.lastIndexOf(1) + 1) * hopLength);
  return { samples: samples.subarray(start, end), start, end };
}

/** A stretch of a signal, in samples. */
export interface Interval {
  /** First sample. */
  start: number;
  /** One beyond the last sample. */
  end: number;
}

/**
 * Finds the stretches between silences.
 *
 * @param samples mono audio, length n; not modified
 * @returns intervals in rising order, none for an empty signal; a signal of zeros is one interval, as in librosa
 * @throws RangeError if an option is out of range, or samples hold NaN or ±∞
 * @see removeSilence to join them
 * Source: librosa 0.11 `effects.split`. Same boundaries.
 */
export function splitSilence(samples: Float32Array, options: SilenceOptions = {}): Interval[] {
  const { hopLength = 512 } = options;
  const sounding = soundingFrames("splitSilence", samples, options);
  const intervals: Interval[] = [];
  for (let t = 0; t < sounding.length; t++) {
    if (sounding[t] === 0) continue;
    const start = t;
    while (t < sounding.length && sounding[t] === 1) t++;
    intervals.push({
      start: Math.min(start * hopLength, samples.length),
      end: Math.min(t * hopLength, samples.length),
    });
  }
  return intervals;
}

/**
 * Joins the stretches between silences, so that pauses inside a recording go too.
 *
 * @param samples mono audio, length n; not modified
 * @returns at most n samples
 * @throws RangeError if an option is out of range, or samples hold NaN or ±∞
 */
export function removeSilence(samples: Float32Array, options: SilenceOptions = {}): Float32Array {
  const intervals = splitSilence(samples, options);
  const out = new Float32Array(intervals.reduce((sum, { start, end }) => sum + end - start, 0));
  let at = 0;
  for (const { start, end } of intervals) {
    out.set(samples.subarray(start, end), at);
    at += end - start;
  }
  return out;
}
