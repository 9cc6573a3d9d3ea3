import type { StftOptions } from "../core/analysis.js";
import { requireInRange, requirePositive, requireSampleRate } from "../core/check.js";
import type { FrameStream } from "../core/stream.js";
import { type Shape, shapeRows, shapeStream } from "./shapeKernel.js";

/** Options of {@link spectralCentroid} and {@link spectralCentroidStream}. */
export interface SpectralShapeOptions extends StftOptions {
  /** Hz. */
  sampleRate: number;
}

/**
 * Centre of gravity of the amplitude spectrum.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.hopLength default 512
 * @returns Hz, one a frame; 0 for a silent frame
 * @throws RangeError if samples are empty or hold NaN or ±∞, or an option is out of range
 * Source: librosa 0.11 `feature.spectral_centroid`.
 */
export function spectralCentroid(samples: Float32Array, options: SpectralShapeOptions): Float32Array {
  return shapeRows("spectralCentroid", samples, options, centroid("spectralCentroid", options)).data;
}

/** Streaming twin of {@link spectralCentroid}: rows of one column. */
export function spectralCentroidStream(options: SpectralShapeOptions): FrameStream {
  return shapeStream("spectralCentroidStream", options, centroid("spectralCentroidStream", options));
}

/** Options of {@link spectralBandwidth} and {@link spectralBandwidthStream}. */
export interface BandwidthOptions extends SpectralShapeOptions {
  /** Exponent of the distance from the centroid, > 0 (default 2). */
  p?: number;
}

/**
 * Spread of the amplitude spectrum about its centroid, (Σ a·|f − c|ᵖ / Σ a)^(1/p).
 *
 * @returns Hz, one a frame; 0 for a silent frame
 * @throws RangeError as {@link spectralCentroid}
 * Source: librosa 0.11 `feature.spectral_bandwidth`.
 */
export function spectralBandwidth(samples: Float32Array, options: BandwidthOptions): Float32Array {
  return shapeRows("spectralBandwidth", samples, options, bandwidth("spectralBandwidth", options)).data;
}

/** Streaming twin of {@link spectralBandwidth}: rows of one column. */
export function spectralBandwidthStream(options: BandwidthOptions): FrameStream {
  return shapeStream("spectralBandwidthStream", options, bandwidth("spectralBandwidthStream", options));
}

/** Options of {@link spectralRolloff} and {@link spectralRolloffStream}. */
export interface RolloffOptions extends SpectralShapeOptions {
  /** Part of the sum of amplitudes below the frequency wanted, in (0, 1) (default 0.85). */
  rollPercent?: number;
}

/**
 * Lowest bin frequency below which, itself included, lies at least `rollPercent` of the sum of amplitudes.
 *
 * @returns Hz, one a frame; 0 for a silent frame
 * @throws RangeError as {@link spectralCentroid}
 * Source: librosa 0.11 `feature.spectral_rolloff`.
 */
export function spectralRolloff(samples: Float32Array, options: RolloffOptions): Float32Array {
  return shapeRows("spectralRolloff", samples, options, rolloff("spectralRolloff", options)).data;
}

/** Streaming twin of {@link spectralRolloff}: rows of one column. */
export function spectralRolloffStream(options: RolloffOptions): FrameStream {
  return shapeStream("spectralRolloffStream", options, rolloff("spectralRolloffStream", options));
}

/** Options of {@link spectralFlatness} and {@link spectralFlatnessStream}. */
export interface FlatnessOptions extends StftOptions {
  /** Smaller values count as this one, in [1e-100, 1e30] (default 1e-10). */
  amin?: number;
  /** Exponent of the amplitude, in (0, 4] (default 2). */
  power?: number;
}

/**
 * Geometric over arithmetic mean of the power spectrum: near 0 for tones, near 1 for white noise.
 *
 * @returns one value in (0, 1] a frame; 1 for a silent frame
 * @throws RangeError as {@link spectralCentroid}
 * Source: librosa 0.11 `feature.spectral_flatness`.
 */
export function spectralFlatness(samples: Float32Array, options: FlatnessOptions = {}): Float32Array {
  return shapeRows("spectralFlatness", samples, options, flatness("spectralFlatness", options)).data;
}

/** Streaming twin of {@link spectralFlatness}: rows of one column. */
export function spectralFlatnessStream(options: FlatnessOptions = {}): FrameStream {
  return shapeStream("spectralFlatnessStream", options, flatness("spectralFlatnessStream", options));
}

/**
 * Spectral flux: Euclidean distance between the amplitude spectra of neighbouring frames.
 *
 * @returns one value ≥ 0 a frame; 0 for the first
 * @throws RangeError as {@link spectralCentroid}
 * Source: Tzanetakis & Cook 2002, without their normalisation of each frame.
 */
export function spectralFlux(samples: Float32Array, options: StftOptions = {}): Float32Array {
  return shapeRows("spectralFlux", samples, options, flux).data;
}

/** Streaming twin of {@link spectralFlux}: rows of one column. */
export function spectralFluxStream(options: StftOptions = {}): FrameStream {
  return shapeStream("spectralFluxStream", options, flux);
}

/** One value a frame. */
function column(value: (a: Float32Array, at: number, bins: number) => number): Shape {
  return {
    cols: 1,
    begin: () => (a, at, bins, out, to) => {
      out[to] = value(a, at, bins);
    },
  };
}

function centroid(fn: string, options: SpectralShapeOptions): Shape {
  const step = binWidth(fn, options);
  const sums = [() => 1, (bin: number) => bin];
  return { ...column((a, at) => (a[at] > 0 ? (a[at + 1] / a[at]) * step : 0)), sums };
}

function bandwidth(fn: string, options: BandwidthOptions): Shape {
  const { p = 2 } = options;
  requirePositive(fn, "p", p);
  const step = binWidth(fn, options);
  return column((a, at, bins) => {
    const centre = centroidBin(a, at, bins);
    let total = 0;
    let spread = 0;
    for (let k = 0; k < bins; k++) {
      const value = a[at + k];
      const distance = Math.abs(k - centre);
      total += value;
      spread += value * (p === 2 ? distance * distance : distance ** p);
    }
    return total > 0 ? (spread / total) ** (1 / p) * step : 0;
  });
}

function rolloff(fn: string, options: RolloffOptions): Shape {
  const { rollPercent = 0.85 } = options;
  requireInRange(fn, "rollPercent", rollPercent, Number.MIN_VALUE, 1 - 2 ** -53);
  const step = binWidth(fn, options);
  return column((a, at, bins) => {
    let total = 0;
    for (let k = 0; k < bins; k++) total += a[at + k];
    const threshold = rollPercent * total;
    let sum = 0;
    let bin = -1;
    do sum += a[at + ++bin];
    while (sum < threshold);
    return bin * step;
  });
}

function flatness(fn: string, { amin = 1e-10, power = 2 }: FlatnessOptions): Shape {
  requireInRange(fn, "amin", amin, 1e-100, 1e30);
  requireInRange(fn, "power", power, Number.MIN_VALUE, 4);
  return column((a, at, bins) => {
    let logs = 0;
    let sum = 0;
    // The logarithm of a product costs one, where the logarithms of its factors cost many.
    let product = 1;
    for (let k = 0; k < bins; k++) {
      const value = Math.max(amin, power === 2 ? a[at + k] * a[at + k] : a[at + k] ** power);
      sum += value;
      product *= value;
      if (product < 1e-150 || product > 1e150) {
        logs += Math.log(product);
        product = 1;
      }
    }
    logs += Math.log(product);
    return Math.exp(logs / bins) / (sum / bins);
  });
}

const flux: Shape = {
  cols: 1,
  begin() {
    let previous: Float32Array | undefined;
    return (a, at, bins, out, to) => {
      let sum = 0;
      if (previous) for (let k = 0; k < bins; k++) sum += (a[at + k] - previous[k]) ** 2;
      else previous = new Float32Array(bins);
      for (let k = 0; k < bins; k++) previous[k] = a[at + k];
      out[to] = Math.sqrt(sum);
    };
  },
};

function centroidBin(a: Float32Array, at: number, bins: number): number {
  let total = 0;
  let moment = 0;
  for (let k = 0; k < bins; k++) {
    total += a[at + k];
    moment += a[at + k] * k;
  }
  return total > 0 ? moment / total : 0;
}

export function binWidth(fn: string, { sampleRate, nFft = 2048 }: SpectralShapeOptions): number {
  requireSampleRate(fn, sampleRate);
  return sampleRate / nFft;
}
