import { requireInteger, requirePositive, requireSampleRate } from "../core/check.js";

/** How long a made signal is: samples or seconds. */
export interface DurationOptions {
  /** Hz. */
  sampleRate: number;
  /** Length in seconds; give this or `length`. */
  durationSec?: number;
  /** Length in samples; wins over `durationSec`. */
  length?: number;
}

/** Samples that the options ask for. */
export function lengthOf(fn: string, { sampleRate, durationSec, length }: DurationOptions): number {
  requireSampleRate(fn, sampleRate);
  if (length !== undefined) {
    requireInteger(fn, "length", length, 0);
    return length;
  }
  if (durationSec === undefined) throw new TypeError(`${fn}: durationSec or length is required, got neither.`);
  requirePositive(fn, "durationSec", durationSec);
  return Math.floor(durationSec * sampleRate);
}
