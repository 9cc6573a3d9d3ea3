import { requireFinite, requireInteger, requireSampleRate } from "../core/check.js";
import { butterworth } from "../filters/butterworth.js";
import { sosFilter, sosFiltFilt } from "../filters/sosFilter.js";

export interface BandLimitOptions {
  /** Hz. */
  sampleRate: number;
  /** Lowest frequency kept, Hz; 0 (default) for no lower edge. */
  lowHz?: number;
  /** Highest frequency kept, Hz; at or above half the sample rate (default) for no upper edge. */
  highHz?: number;
  /** Order of the Butterworth edges, 1..30 (default 4). */
  order?: number;
  /** Filters forwards and backwards: no delay, twice as steep (default false). */
  zeroPhase?: boolean;
}

/**
 * Keeps a band of frequencies: what a telephone (300–3400 Hz), a cheap loudspeaker or a low sample rate leaves.
 *
 * @param samples mono audio, length n; not modified
 * @returns n samples; unchanged when there is neither edge
 * @throws RangeError if the edges do not rise or are negative, or a sample is NaN or ±∞
 * @see butterworth
 */
export function bandLimit(
  samples: Float32Array,
  { sampleRate, lowHz = 0, highHz = Number.POSITIVE_INFINITY, order = 4, zeroPhase = false }: BandLimitOptions,
): Float32Array {
  requireFinite("bandLimit", "samples", samples);
  requireSampleRate("bandLimit", sampleRate);
  requireInteger("bandLimit", "order", order, 1, 30);
  if (!(lowHz >= 0 && lowHz < highHz && lowHz < sampleRate / 2)) {
    throw new RangeError(
      `bandLimit: lowHz must be at least 0 and below highHz and ${sampleRate / 2} (half the sample rate), got ${lowHz} and ${highHz}.`,
    );
  }
  const filter = (x: Float32Array, kind: "lowpass" | "highpass", cutoff: number): Float32Array => {
    const sos = butterworth({ order, cutoff, sampleRate, kind });
    if (!zeroPhase) return sosFilter(x, sos);
    return sosFiltFilt(x, sos, { padType: x.length > 6 * order + 3 ? "odd" : "none" });
  };
  const high = highHz < sampleRate / 2 ? filter(samples, "lowpass", highHz) : samples.slice();
  return lowHz > 0 ? filter(high, "highpass", lowHz) : high;
}
