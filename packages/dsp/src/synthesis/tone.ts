import { requirePositive } from "../core/check.js";
import { type DurationOptions, lengthOf } from "./duration.js";

/** Options of {@link tone}. */
export interface ToneOptions extends DurationOptions {
  /** Hz. */
  frequency: number;
  /** Phase at the start in radians; −π/2 (default) starts a sine at 0. */
  phase?: number;
  /** Peak (default 1). */
  amplitude?: number;
}

/**
 * A pure tone, amplitude · cos(2π·frequency·t + phase).
 *
 * @returns ⌊durationSec · sampleRate⌋ samples, or `length`
 * @throws RangeError if the frequency, sample rate or duration is not positive; TypeError if no length is given
 * Equals librosa 0.11 `tone` within 1e-6.
 */
export function tone({ frequency, phase = -Math.PI / 2, amplitude = 1, ...size }: ToneOptions): Float32Array {
  requirePositive("tone", "frequency", frequency);
  const out = new Float32Array(lengthOf("tone", size));
  const step = (2 * Math.PI * frequency) / size.sampleRate;
  for (let t = 0; t < out.length; t++) out[t] = amplitude * Math.cos(step * t + phase);
  return out;
}

/** Options of {@link chirp}. */
export interface ChirpOptions extends DurationOptions {
  /** Hz at the start. */
  fMin: number;
  /** Hz at the end; may be lower than `fMin`. */
  fMax: number;
  /** Frequency moves evenly in Hz; default false: evenly in octaves. */
  linear?: boolean;
  /** Phase at the start in radians; −π/2 (default) starts at 0. */
  phase?: number;
  /** Peak (default 1). */
  amplitude?: number;
}

/**
 * A sine sweep from `fMin` to `fMax`.
 *
 * @returns ⌊durationSec · sampleRate⌋ samples, or `length`
 * @throws RangeError if a frequency, sample rate or duration is not positive; TypeError if no length is given
 * Equals librosa 0.11 `chirp` within 1e-6 (frequencies to 8 kHz, 1 s).
 */
export function chirp({
  fMin,
  fMax,
  linear = false,
  phase = -Math.PI / 2,
  amplitude = 1,
  ...size
}: ChirpOptions): Float32Array {
  requirePositive("chirp", "fMin", fMin);
  requirePositive("chirp", "fMax", fMax);
  const out = new Float32Array(lengthOf("chirp", size));
  const end =
    size.length === undefined && size.durationSec !== undefined ? size.durationSec : out.length / size.sampleRate;
  const ratio = fMax / fMin;
  const octaves = !linear && fMin !== fMax;
  for (let i = 0; i < out.length; i++) {
    const t = i / size.sampleRate;
    const turns = octaves
      ? ((end * fMin) / Math.log(ratio)) * (ratio ** (t / end) - 1)
      : fMin * t + (0.5 * (fMax - fMin) * t * t) / end;
    out[i] = amplitude * Math.cos(2 * Math.PI * turns + phase);
  }
  return out;
}
