import { requireFinite, requireInteger, requireOneOf } from "../core/check.js";

/** Options of {@link timeShift}. */
export interface TimeShiftOptions {
  /** Samples to move by: later when positive, earlier when negative. */
  shift: number;
  /** What fills the gap: zeros (default), or what fell off at the other end. */
  mode?: "constant" | "wrap";
}

/**
 * Moves a signal in time within its length.
 *
 * @param samples mono audio, length n; not modified
 * @returns n samples
 * @throws RangeError if shift is not a whole number, or a sample is NaN or ±∞
 * Equals NumPy's `roll` (mode "wrap").
 */
export function timeShift(samples: Float32Array, { shift, mode = "constant" }: TimeShiftOptions): Float32Array {
  requireFinite("timeShift", "samples", samples);
  requireInteger("timeShift", "shift", shift, Number.MIN_SAFE_INTEGER);
  requireOneOf("timeShift", "mode", mode, ["constant", "wrap"]);
  const n = samples.length;
  const out = new Float32Array(n);
  if (n === 0) return out;
  if (mode === "wrap") {
    const by = ((shift % n) + n) % n;
    out.set(samples.subarray(0, n - by), by);
    out.set(samples.subarray(n - by), 0);
    return out;
  }
  const by = Math.max(-n, Math.min(n, shift));
  out.set(by >= 0 ? samples.subarray(0, n - by) : samples.subarray(-by), Math.max(by, 0));
  return out;
}
