import { requireFinite, requireInteger, requireOneOf } from "../core/check.js";

/** Options of {@link fixLength}. */
export interface FixLengthOptions {
  /** Samples wanted, ≥ 0. */
  length: number;
  /** Where samples are added or cut: "end" (default), "start", or "both" (keeps the middle). */
  side?: "end" | "start" | "both";
  /** What is added: zeros (default), or the signal over and over. */
  padMode?: "constant" | "wrap";
}

/**
 * Cuts or pads a signal to a length.
 *
 * @param samples mono audio; not modified
 * @returns `length` samples
 * @throws RangeError if length is not a whole number ≥ 0, or a sample is NaN or ±∞
 * Equals librosa 0.11 `util.fix_length` (side "end").
 */
export function fixLength(
  samples: Float32Array,
  { length, side = "end", padMode = "constant" }: FixLengthOptions,
): Float32Array {
  requireFinite("fixLength", "samples", samples);
  requireInteger("fixLength", "length", length, 0);
  requireOneOf("fixLength", "side", side, ["end", "start", "both"]);
  requireOneOf("fixLength", "padMode", padMode, ["constant", "wrap"]);
  const extra = length - samples.length;
  const before = side === "end" ? 0 : side === "start" ? extra : Math.floor(extra / 2);
  if (extra <= 0) return samples.slice(-before, -before + length);
  const out = new Float32Array(length);
  out.set(samples, before);
  if (padMode === "wrap" && samples.length > 0) {
    const n = samples.length;
    for (let i = 0; i < length; i++) out[i] = samples[(((i - before) % n) + n) % n];
  }
  return out;
}
