import { requireInRange, requireInteger, requireSampleRate } from "./check.js";
import { bankMatrix, type FilterBank, trim } from "./filterBank.js";
import type { Matrix } from "./types.js";

/** Options of {@link linearFilterBank}. */
export interface LinearBankOptions {
  /** Hz. */
  sampleRate: number;
  /** Samples a transform (default 512). */
  nFft?: number;
  /** Filters, ≥ 1 (default 128). */
  nFilters?: number;
  /** Hz (default 0). */
  fMin?: number;
  /** Hz, ≤ sampleRate / 2 (the default). */
  fMax?: number;
}

/**
 * Triangular filters with peaks of 1, evenly spaced in Hz.
 *
 * @returns nFilters × (1 + ⌊nFft / 2⌋)
 * @throws RangeError if an option is out of range
 * Source: torchaudio 2.11 `functional.linear_fbanks`, transposed.
 */
export function linearFilterBank(options: LinearBankOptions): Matrix {
  return bankMatrix(linearBank(resolveLinear("linearFilterBank", options)));
}

export function resolveLinear(fn: string, options: LinearBankOptions): Required<LinearBankOptions> {
  const { sampleRate, nFft = 512, nFilters = 128, fMin = 0 } = options;
  requireSampleRate(fn, sampleRate);
  const { fMax = sampleRate / 2 } = options;
  requireInteger(fn, "nFft", nFft, 1, 2 ** 24);
  requireInteger(fn, "nFilters", nFilters, 1, 4096);
  requireInRange(fn, "fMax", fMax, 0, sampleRate / 2);
  requireInRange(fn, "fMin", fMin, 0, fMax);
  return { sampleRate, nFft, nFilters, fMin, fMax };
}

export function linearBank({ sampleRate, nFft, nFilters, fMin, fMax }: Required<LinearBankOptions>): FilterBank {
  const bins = 1 + Math.floor(nFft / 2);
  const width = (fMax - fMin) / (nFilters + 1);
  const filters = Array.from({ length: nFilters }, (_, m) => {
    const middle = fMin + (m + 1) * width;
    return trim(
      Float64Array.from({ length: bins }, (_, k) =>
        Math.max(0, 1 - Math.abs((k * sampleRate) / nFft - middle) / width),
      ),
    );
  });
  return { filters, bins };
}
