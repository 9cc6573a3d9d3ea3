import { resolveStft, type StftOptions } from "../core/analysis.js";
import { requirePositive } from "../core/check.js";
import { type DecibelOptions, requireTopDb } from "../core/decibel.js";
import { type MelOptions, melBank, resolveMel } from "../core/mel.js";
import type { Matrix } from "../core/types.js";
import { rowsBy } from "./computeRows.js";
import { type RowPlan, requirePower } from "./rowKernel.js";

/** Options of {@link spectrogram}. */
export interface SpectrogramOptions extends StftOptions {
  /** Exponent of the magnitude, > 0: 1 amplitude, 2 power. */
  power?: number;
}

/**
 * Spectrogram: |STFT| raised to `power`.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.power default 2 (power), as torchaudio; librosa's own helper defaults to 1
 * @returns frames × (1 + ⌊nFft / 2⌋)
 * @throws RangeError if samples are empty or hold NaN or ±∞, or an option is out of range
 * Source: librosa 0.11 `abs(stft) ** power`, transposed.
 */
export function spectrogram(samples: Float32Array, options?: SpectrogramOptions): Matrix {
  return rowsBy("spectrogram", samples, spectrogramPlan, options);
}

export function spectrogramPlan(fn: string, options: SpectrogramOptions): RowPlan {
  const { power = 2 } = options;
  requirePower(fn, power);
  return { stft: resolveStft(fn, { hopLength: 512, ...options }), power };
}

/** Options of {@link melSpectrogram}. */
export interface MelSpectrogramOptions extends StftOptions, MelOptions {
  nFft?: number;
  /** Exponent of the magnitude before the filters, > 0 (default 2). */
  power?: number;
}

/**
 * Mel spectrogram: power spectrum through triangular mel filters.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.sampleRate Hz, required
 * @param options.hopLength default 512, as librosa
 * @returns frames × nMels
 * @throws RangeError if samples are empty or hold NaN or ±∞, an option is out of range, or filters hold no bin
 * Source: librosa 0.11 `feature.melspectrogram`, transposed.
 */
export function melSpectrogram(samples: Float32Array, options: MelSpectrogramOptions): Matrix {
  return rowsBy("melSpectrogram", samples, melPlan, options);
}

export function melPlan(fn: string, options: MelSpectrogramOptions): RowPlan {
  const mel = resolveMel(fn, options);
  return { ...spectrogramPlan(fn, { ...options, nFft: mel.nFft }), bank: melBank(fn, mel) };
}

/** Options of {@link logMelSpectrogram}. */
export interface LogMelOptions extends MelSpectrogramOptions, Omit<DecibelOptions, "ref"> {
  /** Power that becomes 0 dB, > 0 (default 1). */
  ref?: number;
}

/**
 * Mel spectrogram in decibels.
 *
 * @param options.topDb nothing lies further below the clip's loudest cell (default 80; null for no limit, as streams need)
 * @param options.amin smaller powers count as this one (default 1e-10)
 * @returns frames × nMels, dB
 * @throws RangeError as {@link melSpectrogram}
 * Source: librosa 0.11 `power_to_db(feature.melspectrogram(…))`, transposed.
 */
export function logMelSpectrogram(samples: Float32Array, options: LogMelOptions): Matrix {
  return logMelRows("logMelSpectrogram", samples, options);
}

/** The same for others, which name themselves in its errors. */
export function logMelRows(fn: string, samples: Float32Array, options: LogMelOptions): Matrix {
  return rowsBy(fn, samples, logMelPlan, options, true);
}

export function logMelPlan(fn: string, options: LogMelOptions): RowPlan {
  const decibel = resolveLevels(fn, options);
  return { ...melPlan(fn, options), decibel };
}

/** Fills defaults and checks. */
export function resolveLevels(
  fn: string,
  { ref = 1, amin = 1e-10, topDb = 80 }: { ref?: number; amin?: number; topDb?: number | null },
): { ref: number; amin: number } {
  requirePositive(fn, "ref", ref);
  requirePositive(fn, "amin", amin);
  requireTopDb(fn, topDb);
  return { ref, amin };
}
