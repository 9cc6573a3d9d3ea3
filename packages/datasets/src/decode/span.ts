/** A part of a recording, by time. */
export interface SpanOptions {
  /** Start of the part, s, ≥ 0 (default 0). */
  offsetSec?: number;
  /** Length of the part, s, ≥ 0 (default: to the end). */
  durationSec?: number;
}

/**
 * The part in frames, clipped to what is there.
 *
 * @returns first frame and number of frames
 * @throws RangeError if a time is negative or NaN
 */
export function requireSpan(
  fn: string,
  { offsetSec = 0, durationSec = Number.POSITIVE_INFINITY }: SpanOptions,
  frames: number,
  sampleRate: number,
): [first: number, count: number] {
  if (!(offsetSec >= 0)) throw new RangeError(`${fn}: offsetSec must be 0 or more, got ${offsetSec}.`);
  if (!(durationSec >= 0)) throw new RangeError(`${fn}: durationSec must be 0 or more, got ${durationSec}.`);
  const first = Math.min(frames, Math.round(offsetSec * sampleRate));
  return [first, Math.min(frames - first, Math.round(durationSec * sampleRate))];
}
