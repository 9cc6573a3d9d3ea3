import { requireFinite, requireInteger, requireSampleRate } from "../core/check.js";
import { firstOf } from "../core/sampleSink.js";
import type { SampleStream } from "../core/stream.js";
import { butterworth } from "../filters/butterworth.js";
import type { Sos } from "../filters/sos.js";
import { sosFilter, sosFilterStream, sosFiltFilt } from "../filters/sosFilter.js";

/** Options of {@link bandLimit} and {@link bandLimitStream}. */
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
export function bandLimit(samples: Float32Array, { zeroPhase = false, ...options }: BandLimitOptions): Float32Array {
  requireFinite("bandLimit", "samples", samples);
  return edges("bandLimit", options).reduce<Float32Array>((x, sos) => {
    if (!zeroPhase) return sosFilter(x, sos);
    return sosFiltFilt(x, sos, { padType: x.length > 6 * (options.order ?? 4) + 3 ? "odd" : "none" });
  }, samples.slice());
}

/** Streaming twin of {@link bandLimit}, which has no zero phase: concatenated outputs equal the batch result exactly. */
export function bandLimitStream(options: Omit<BandLimitOptions, "zeroPhase">): SampleStream {
  const filters = edges("bandLimitStream", options).map(sosFilterStream);
  const reset = () => {
    for (const filter of filters) filter.reset();
  };
  return {
    process(chunk, out = new Float32Array(chunk.length)) {
      requireFinite("bandLimitStream", "chunk", chunk);
      const filtered = firstOf(out, chunk.length);
      filtered.set(chunk);
      for (const filter of filters) filter.process(filtered, filtered);
      return filtered;
    },
    flush() {
      reset();
      return new Float32Array(0);
    },
    reset,
  };
}

/** Filters of the upper and the lower edge, where there are such. */
function edges(fn: string, options: Omit<BandLimitOptions, "zeroPhase">): Sos[] {
  const { sampleRate, lowHz = 0, highHz = Number.POSITIVE_INFINITY, order = 4 } = options;
  requireSampleRate(fn, sampleRate);
  requireInteger(fn, "order", order, 1, 30);
  if (!(lowHz >= 0 && lowHz < highHz && lowHz < sampleRate / 2)) {
    throw new RangeError(
      `${fn}: lowHz must be at least 0 and below highHz and ${sampleRate / 2} (half the sample rate), got ${lowHz} and ${highHz}.`,
    );
  }
  const filters: Sos[] = [];
  if (highHz < sampleRate / 2) filters.push(butterworth({ order, cutoff: highHz, sampleRate, kind: "lowpass" }));
  if (lowHz > 0) filters.push(butterworth({ order, cutoff: lowHz, sampleRate, kind: "highpass" }));
  return filters;
}
