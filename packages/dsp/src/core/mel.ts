import { requireInRange, requireInteger, requireOneOf, requireSampleRate } from "./check.js";
import { bankMatrix, type FilterBank, trim as trimRow } from "./filterBank.js";
import type { Matrix } from "./types.js";

/** Slaney's Auditory Toolbox (linear below 1 kHz, logarithmic above; librosa's default) or HTK's formula. */
export type MelScale = "slaney" | "htk";
/** Filters of equal area (librosa's default), or with peaks of 1. */
export type MelNorm = "slaney" | "none";

/** Options of {@link melFilterBank}. */
export interface MelOptions {
  /** Hz. */
  sampleRate: number;
  /** Samples a transform (default 2048). */
  nFft?: number;
  /** Filters, ≥ 1 (default 128). */
  nMels?: number;
  /** Hz, lower edge of the first filter (default 0). */
  fMin?: number;
  /** Hz, upper edge of the last filter, ≤ sampleRate / 2 (the default). */
  fMax?: number;
  /** Default "slaney". */
  melScale?: MelScale;
  /** Default "slaney". */
  melNorm?: MelNorm;
  /** Keep filters so narrow that no bin falls into them: their output is 0 throughout (default false: a RangeError). */
  allowEmptyFilters?: boolean;
}

export type ResolvedMel = Required<MelOptions>;

/**
 * Triangular filters, evenly spaced in mel.
 *
 * @returns nMels × (1 + ⌊nFft / 2⌋), as librosa's
 * @throws RangeError if an option is out of range, or filters hold no bin (lower nMels, raise nFft, or allow it)
 * Source: librosa 0.11 `filters.mel`; differs only in refusing empty filters, where librosa warns.
 */
export function melFilterBank(options: MelOptions): Matrix {
  return bankMatrix(melBank("melFilterBank", resolveMel("melFilterBank", options)));
}

/** Fills defaults and checks. */
export function resolveMel(fn: string, options: MelOptions): ResolvedMel {
  const { sampleRate, nFft = 2048, nMels = 128, fMin = 0 } = options;
  requireSampleRate(fn, sampleRate);
  const { fMax = sampleRate / 2, melScale = "slaney", melNorm = "slaney", allowEmptyFilters = false } = options;
  requireInteger(fn, "nFft", nFft, 1, 2 ** 24);
  requireInteger(fn, "nMels", nMels, 1, 4096);
  requireInRange(fn, "fMax", fMax, 0, sampleRate / 2);
  requireInRange(fn, "fMin", fMin, 0, fMax);
  if (fMin === fMax) throw new RangeError(`${fn}: fMin must be below fMax, got ${fMin} and ${fMax}.`);
  requireOneOf(fn, "melScale", melScale, ["slaney", "htk"]);
  requireOneOf(fn, "melNorm", melNorm, ["slaney", "none"]);
  return { sampleRate, nFft, nMels, fMin, fMax, melScale, melNorm, allowEmptyFilters };
}

export function melBank(fn: string, options: ResolvedMel): FilterBank {
  const { sampleRate, nFft, nMels, fMin, fMax, melScale, melNorm, allowEmptyFilters } = options;
  const edges = melFrequencies(nMels + 2, { fMin, fMax, melScale });
  const bins = 1 + Math.floor(nFft / 2);
  const filters = [];
  let empty = 0;
  let firstEmpty = -1;
  for (let m = 0; m < nMels; m++) {
    const weights = new Float64Array(bins);
    const area = melNorm === "slaney" ? 2 / (edges[m + 2] - edges[m]) : 1;
    for (let k = 0; k < bins; k++) {
      const hz = (k * sampleRate) / nFft;
      const up = (hz - edges[m]) / (edges[m + 1] - edges[m]);
      const down = (edges[m + 2] - hz) / (edges[m + 2] - edges[m + 1]);
      weights[k] = Math.max(0, Math.min(up, down)) * area;
    }
    const filter = trimRow(weights);
    if (filter.weights.length === 0) {
      if (empty++ === 0) firstEmpty = m;
    }
    filters.push(filter);
  }
  if (empty > 0 && !allowEmptyFilters) {
    throw new RangeError(
      `${fn}: ${empty} of nMels = ${nMels} filters hold no bin of nFft = ${nFft} at ${sampleRate} Hz (the first is filter ${firstEmpty}); lower nMels, raise nFft, or set allowEmptyFilters.`,
    );
  }
  return { filters, bins };
}

/** Frequencies evenly spaced in mel, Hz. Source: librosa 0.11 `mel_frequencies`. */
export function melFrequencies(
  count: number,
  { fMin, fMax, melScale = "slaney" }: { fMin: number; fMax: number; melScale?: MelScale },
): Float64Array {
  const low = hzToMel(fMin, { melScale });
  const high = hzToMel(fMax, { melScale });
  return Float64Array.from({ length: count }, (_, i) =>
    melToHz(count > 1 ? low + ((high - low) * i) / (count - 1) : low, { melScale }),
  );
}

const breakHz = 1000;
const breakMel = 15;
const hzPerMel = 200 / 3;
const logStep = Math.log(6.4) / 27;

/** Hz to mel. Source: librosa 0.11 `hz_to_mel`. */
export function hzToMel(hz: number, { melScale = "slaney" }: { melScale?: MelScale } = {}): number {
  if (melScale === "htk") return 2595 * Math.log10(1 + hz / 700);
  return hz >= breakHz ? breakMel + Math.log(hz / breakHz) / logStep : hz / hzPerMel;
}

/** Mel to Hz. Source: librosa 0.11 `mel_to_hz`. */
export function melToHz(mel: number, { melScale = "slaney" }: { melScale?: MelScale } = {}): number {
  if (melScale === "htk") return 700 * (10 ** (mel / 2595) - 1);
  return mel >= breakMel ? breakHz * Math.exp(logStep * (mel - breakMel)) : mel * hzPerMel;
}
