import { requireInRange, requireInteger, requirePositive, requireSampleRate } from "../core/check.js";
import { bankMatrix, type FilterBank, trim } from "../core/filterBank.js";
import { resolveStft, type StftOptions } from "../core/stft.js";
import type { FrameStream } from "../core/stream.js";
import type { Matrix } from "../core/types.js";
import { rowsBy } from "../features/computeRows.js";
import type { RowPlan } from "../features/rowKernel.js";
import { rowsOf } from "../features/streams.js";
import type { Sos, SosSection } from "../filters/sos.js";

/** Width of the ear's filter at a frequency: equivalent rectangular bandwidth, Hz. Source: Glasberg & Moore 1990. */
export function erb(frequency: number): number {
  return 24.7 + frequency / 9.26449;
}

/** Frequencies evenly spaced on the ear's scale, rising, Hz. */
export function erbFrequencies(count: number, { fMin, fMax }: { fMin: number; fMax: number }): Float64Array {
  requireInteger("erbFrequencies", "count", count, 1);
  const scale = 24.7 * 9.26449;
  const from = Math.log(fMin + scale);
  const to = Math.log(fMax + scale);
  return Float64Array.from(
    { length: count },
    (_, i) => Math.exp(from + (count > 1 ? ((to - from) * i) / (count - 1) : 0)) - scale,
  );
}

/**
 * The ear's filter at one frequency, for audio: fourth-order gammatone, 0 dB at its centre.
 *
 * @param options.frequency Hz, inside (0, sampleRate / 2)
 * @returns four sections for `sosFilter`
 * @throws RangeError if the frequency is not inside (0, sampleRate / 2)
 * Source: Slaney 1993. Equals SciPy 1.17 `signal.gammatone(ftype="iir")` within 1e-6.
 */
export function gammatoneFilter({ frequency, sampleRate }: { frequency: number; sampleRate: number }): Sos {
  requireSampleRate("gammatoneFilter", sampleRate);
  requirePositive("gammatoneFilter", "frequency", frequency);
  if (frequency >= sampleRate / 2) {
    throw new RangeError(
      `gammatoneFilter: frequency must be inside (0, ${sampleRate / 2}) (half the sample rate), got ${frequency}.`,
    );
  }
  const step = 1 / sampleRate;
  const width = 2 * Math.PI * 1.019 * erb(frequency);
  const angle = 2 * Math.PI * frequency * step;
  const decay = Math.exp(-width * step);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const zeros = [1, -1].flatMap((outer) => [outer * Math.sqrt(3 + 2 ** 1.5), outer * Math.sqrt(3 - 2 ** 1.5)]);
  const raw = zeros.map(
    (z): SosSection => [step, -step * decay * (cos + z * sin), 0, 1, -2 * decay * cos, decay * decay],
  );
  const peak = raw.reduce((gain, section) => gain * gainAt(section, cos, sin), 1);
  const each = peak ** -0.25;
  return raw.map(([b0, b1, b2, ...a]): SosSection => [b0 * each, b1 * each, b2 * each, ...a]);
}

function gainAt([b0, b1, , , a1, a2]: SosSection, cos: number, sin: number): number {
  const top = Math.hypot(b0 + b1 * cos, -b1 * sin);
  const bottom = Math.hypot(1 + a1 * cos + a2 * (2 * cos * cos - 1), -a1 * sin - a2 * 2 * sin * cos);
  return top / bottom;
}

/** Options of {@link gammatoneFilterBank}. */
export interface GammatoneBankOptions {
  /** Hz. */
  sampleRate: number;
  /** Samples a transform (default 2048). */
  nFft?: number;
  /** Filters, evenly spaced on the ear's scale (default 64). */
  nFilters?: number;
  /** Centre of the first filter, Hz, > 0 (default 50). */
  fMin?: number;
  /** Centre of the last filter, Hz, ≤ sampleRate / 2 (the default). */
  fMax?: number;
}

/**
 * Power responses of gammatone filters at the bins of a transform, with peaks of 1: (1 + ((f − centre) / b)²)⁻⁴, b = 1.019 ERB.
 *
 * @returns nFilters × (1 + ⌊nFft / 2⌋)
 * @throws RangeError if an option is out of range
 * Source: Patterson et al. 1992; de Boer 1975 for the response.
 */
export function gammatoneFilterBank(options: GammatoneBankOptions): Matrix {
  return bankMatrix(gammatoneBank("gammatoneFilterBank", options));
}

/** Options of {@link gammatoneSpectrogram} and {@link gammatoneSpectrogramStream}. */
export interface GammatoneOptions extends GammatoneBankOptions, Omit<StftOptions, "nFft"> {}

/**
 * Gammatone spectrogram: the power that each of the ear's filters lets through.
 *
 * @param samples mono audio, length n ≥ 1
 * @returns frames × nFilters
 * @throws RangeError if an option is out of range, or samples are empty or hold NaN or ±∞
 */
export function gammatoneSpectrogram(samples: Float32Array, options: GammatoneOptions): Matrix {
  return rowsBy("gammatoneSpectrogram", samples, gammatonePlan, options);
}

/** Streaming twin of {@link gammatoneSpectrogram}. Centred, it takes padMode "constant" or "edge". */
export function gammatoneSpectrogramStream(options: GammatoneOptions): FrameStream {
  return rowsOf("gammatoneSpectrogramStream", options, gammatonePlan);
}

export function gammatonePlan(fn: string, options: GammatoneOptions): RowPlan {
  const { nFft = 2048 } = options;
  return { stft: resolveStft(fn, { hopLength: 512, ...options, nFft }), power: 2, bank: gammatoneBank(fn, options) };
}

function gammatoneBank(fn: string, options: GammatoneBankOptions): FilterBank {
  const { sampleRate, nFft = 2048, nFilters = 64, fMin = 50 } = options;
  requireSampleRate(fn, sampleRate);
  const { fMax = sampleRate / 2 } = options;
  requireInteger(fn, "nFft", nFft, 1, 2 ** 24);
  requireInteger(fn, "nFilters", nFilters, 1, 4096);
  requireInRange(fn, "fMax", fMax, 0, sampleRate / 2);
  requirePositive(fn, "fMin", fMin);
  requireInRange(fn, "fMin", fMin, 0, fMax);
  const bins = 1 + Math.floor(nFft / 2);
  const filters = Array.from(erbFrequencies(nFilters, { fMin, fMax }), (centre) => {
    const width = 1.019 * erb(centre);
    return trim(
      Float64Array.from({ length: bins }, (_, k) => {
        const weight = (1 + (((k * sampleRate) / nFft - centre) / width) ** 2) ** -4;
        return weight < 1e-6 ? 0 : weight; // 60 dB down is out
      }),
    );
  });
  return { filters, bins };
}
