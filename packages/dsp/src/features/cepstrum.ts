import type { StftOptions } from "../core/analysis.js";
import { requireInRange, requireInteger } from "../core/check.js";
import { type DctNorm, type DctType, dctTable } from "../core/dct.js";
import { type LinearBankOptions, linearBank, resolveLinear } from "../core/linear.js";
import type { Matrix } from "../core/types.js";
import { rowsBy } from "./computeRows.js";
import type { RowPlan } from "./rowKernel.js";
import { type LogMelOptions, logMelPlan, resolveLevels, spectrogramPlan } from "./spectrogram.js";

/** What MFCC and LFCC share: the cosine transform and what follows it. */
export interface CepstrumOptions {
  /** Type of the cosine transform (default 2). */
  dctType?: DctType;
  /** Default "ortho". */
  dctNorm?: DctNorm;
  /** Strength of the sinusoidal lifter, ≥ 0; 0 (the default) for none, 22 as in HTK. */
  lifter?: number;
}

/** Options of {@link mfcc}. */
export interface MfccOptions extends LogMelOptions, CepstrumOptions {
  /** Coefficients kept, 1..nMels (default 20). */
  nMfcc?: number;
}

/**
 * Mel-frequency cepstral coefficients.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.sampleRate Hz, required
 * @param options.nMfcc coefficients kept, 1..nMels (default 20, as librosa)
 * @param options.topDb range below the clip's loudest cell (default 80; null for none, as streams need)
 * @returns frames × nMfcc
 * @throws RangeError if nMfcc > nMels, samples are empty or hold NaN or ±∞, or an option is out of range
 * @see logMelSpectrogram
 * Source: Davis & Mermelstein 1980; librosa 0.11 `feature.mfcc`, transposed. Differs from HTK by the scale of the transform.
 */
export function mfcc(samples: Float32Array, options: MfccOptions): Matrix {
  return rowsBy("mfcc", samples, mfccPlan, options, true);
}

export function mfccPlan(fn: string, options: MfccOptions): RowPlan {
  const { nMels = 128, nMfcc = Math.min(20, nMels) } = options;
  const plan = logMelPlan(fn, options);
  requireInteger(fn, "nMfcc", nMfcc, 1, nMels, "nMels");
  return { ...plan, dct: cepstrumTable(fn, nMels, nMfcc, options) };
}

/** Options of {@link lfcc}. */
export interface LfccOptions extends StftOptions, LinearBankOptions, CepstrumOptions {
  nFft?: number;
  /** Coefficients kept, 1..nFilters (default 40). */
  nLfcc?: number;
  /** Power that becomes 0 dB, > 0 (default 1). */
  ref?: number;
  /** Smaller powers count as this one, > 0 (default 1e-10). */
  amin?: number;
  /** Range below the clip's loudest cell (default 80; null for none, as streams need). */
  topDb?: number | null;
}

/**
 * Linear-frequency cepstral coefficients: as {@link mfcc}, with filters evenly spaced in Hz; the usual front end against spoofed speech.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.nFft default 512
 * @param options.hopLength default ⌊nFft / 2⌋, as torchaudio
 * @returns frames × nLfcc
 * @throws RangeError as {@link mfcc}
 * Source: Sahidullah, Kinnunen & Hanilçi 2015; torchaudio 2.11 `transforms.LFCC`, transposed.
 */
export function lfcc(samples: Float32Array, options: LfccOptions): Matrix {
  return rowsBy("lfcc", samples, lfccPlan, options, true);
}

export function lfccPlan(fn: string, options: LfccOptions): RowPlan {
  const linear = resolveLinear(fn, options);
  const { nFft, nFilters } = linear;
  const { hopLength = Math.max(1, Math.floor((options.winLength ?? nFft) / 2)), nLfcc = Math.min(40, nFilters) } =
    options;
  requireInteger(fn, "nLfcc", nLfcc, 1, nFilters, "nFilters");
  return {
    ...spectrogramPlan(fn, { ...options, nFft, hopLength, power: 2 } as StftOptions),
    bank: linearBank(linear),
    decibel: resolveLevels(fn, options),
    dct: cepstrumTable(fn, nFilters, nLfcc, options),
  };
}

/** Cosine transform with the lifter folded in. */
function cepstrumTable(fn: string, n: number, count: number, options: CepstrumOptions) {
  const { dctType = 2, dctNorm = "ortho", lifter = 0 } = options;
  requireInRange(fn, "lifter", lifter, 0, 1e6);
  const table = dctTable(fn, n, { type: dctType, norm: dctNorm, count });
  if (lifter > 0) {
    for (let c = 0; c < count; c++) {
      const lift = 1 + (lifter / 2) * Math.sin((Math.PI * (c + 1)) / lifter);
      for (let m = 0; m < n; m++) table[c * n + m] *= lift;
    }
  }
  return { table, count };
}
