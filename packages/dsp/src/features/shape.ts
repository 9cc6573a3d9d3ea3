import { createAnalyser, resolveStft, type StftOptions, stftFrames } from "../core/analysis.js";
import { requireFinite, requireInRange, requireInteger, requirePositive, requireSampleRate } from "../core/check.js";
import { createMatrix, type Matrix } from "../core/types.js";

export interface SpectralShapeOptions extends StftOptions {
  /** Hz. */
  sampleRate: number;
}

/** Works on the amplitudes of one frame after the other. */
type PerFrame = (amplitude: Float64Array, frame: number) => void;

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
  const fn = "spectralCentroid";
  const step = binWidth(fn, options);
  return perFrame(fn, samples, options, (amplitude) => centroidBin(amplitude) * step);
}

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
  const { p = 2 } = options;
  const fn = "spectralBandwidth";
  requirePositive(fn, "p", p);
  const step = binWidth(fn, options);
  return perFrame(fn, samples, options, (amplitude) => {
    const centre = centroidBin(amplitude);
    let total = 0;
    let spread = 0;
    for (let k = 0; k < amplitude.length; k++) {
      total += amplitude[k];
      const distance = Math.abs(k - centre);
      spread += amplitude[k] * (p === 2 ? distance * distance : distance ** p);
    }
    return total > 0 ? (spread / total) ** (1 / p) * step : 0;
  });
}

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
  const { rollPercent = 0.85 } = options;
  const fn = "spectralRolloff";
  requireInRange(fn, "rollPercent", rollPercent, Number.MIN_VALUE, 1 - 2 ** -53);
  const step = binWidth(fn, options);
  return perFrame(fn, samples, options, (amplitude) => {
    let total = 0;
    for (let k = 0; k < amplitude.length; k++) total += amplitude[k];
    const threshold = rollPercent * total;
    let sum = 0;
    let bin = -1;
    do sum += amplitude[++bin];
    while (sum < threshold);
    return bin * step;
  });
}

export interface FlatnessOptions extends StftOptions {
  /** Smaller values count as this one, > 0 (default 1e-10). */
  amin?: number;
  /** Exponent of the amplitude, > 0 (default 2). */
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
  const { amin = 1e-10, power = 2 } = options;
  const fn = "spectralFlatness";
  requirePositive(fn, "amin", amin);
  requirePositive(fn, "power", power);
  return perFrame(fn, samples, options, (amplitude) => {
    let logs = 0;
    let sum = 0;
    for (let k = 0; k < amplitude.length; k++) {
      const a = amplitude[k];
      const value = Math.max(amin, power === 2 ? a * a : a ** power);
      logs += Math.log(value);
      sum += value;
    }
    return Math.exp(logs / amplitude.length) / (sum / amplitude.length);
  });
}

/**
 * Spectral flux: Euclidean distance between the amplitude spectra of neighbouring frames.
 *
 * @returns one value ≥ 0 a frame; 0 for the first
 * @throws RangeError as {@link spectralCentroid}
 * Source: Tzanetakis & Cook 2002, without their normalisation of each frame.
 */
export function spectralFlux(samples: Float32Array, options: StftOptions = {}): Float32Array {
  let previous: Float64Array | undefined;
  return perFrame("spectralFlux", samples, options, (amplitude) => {
    let sum = 0;
    if (previous) for (let k = 0; k < amplitude.length; k++) sum += (amplitude[k] - previous[k]) ** 2;
    previous ??= new Float64Array(amplitude.length);
    previous.set(amplitude);
    return Math.sqrt(sum);
  });
}

export interface ContrastOptions extends SpectralShapeOptions {
  /** Hz, upper edge of the lowest band, > 0 (default 200); each further band is an octave. */
  fMin?: number;
  /** Octave bands above the lowest, ≥ 1 (default 6): all must begin below sampleRate / 2. */
  nBands?: number;
  /** Part of a band's bins that count as its peaks, and as its valleys, in (0, 1) (default 0.02). */
  quantile?: number;
  /** Difference of amplitudes instead of decibels (default false). */
  linear?: boolean;
}

/**
 * Level of the peaks over the valleys in octave bands.
 *
 * @returns frames × (nBands + 1), dB
 * @throws RangeError as {@link spectralCentroid}, or if a band lies above sampleRate / 2
 * Source: Jiang et al. 2002; librosa 0.11 `feature.spectral_contrast`, transposed.
 */
export function spectralContrast(samples: Float32Array, options: ContrastOptions): Matrix {
  const { fMin = 200, nBands = 6, quantile = 0.02, linear = false, sampleRate } = options;
  const fn = "spectralContrast";
  const step = binWidth(fn, options);
  requirePositive(fn, "fMin", fMin);
  requireInteger(fn, "nBands", nBands, 1, 64);
  requireInRange(fn, "quantile", quantile, Number.MIN_VALUE, 1 - 2 ** -53);
  if (fMin * 2 ** (nBands - 1) >= sampleRate / 2) {
    throw new RangeError(
      `${fn}: the last of nBands = ${nBands} begins at ${fMin * 2 ** (nBands - 1)} Hz, not below sampleRate / 2 = ${sampleRate / 2} Hz; lower nBands or fMin.`,
    );
  }
  const bins = 1 + Math.floor((options.nFft ?? 2048) / 2);
  const bands = contrastBands(fMin, nBands, step, bins);
  const peaks: number[][] = [];
  visit(fn, samples, options, (amplitude) => {
    const frame: number[] = [];
    for (const { from, to, size } of bands) {
      const sorted = amplitude.slice(from, to).sort();
      const count = Math.max(1, roundHalfEven(quantile * size));
      frame.push(mean(sorted.subarray(sorted.length - count)), mean(sorted.subarray(0, count)));
    }
    peaks.push(frame);
  });
  const out = createMatrix(peaks.length, bands.length);
  if (!linear) limitRange(peaks);
  peaks.forEach((frame, t) => {
    for (let b = 0; b < bands.length; b++) out.data[t * bands.length + b] = frame[2 * b] - frame[2 * b + 1];
  });
  return out;
}

/** Decibels, no more than 80 below the largest peak and the largest valley, each apart, as librosa does. */
function limitRange(peaks: number[][]): void {
  const top = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const frame of peaks) {
    frame.forEach((value, i) => {
      frame[i] = 10 * Math.log10(Math.max(1e-10, value));
      top[i % 2] = Math.max(top[i % 2], frame[i]);
    });
  }
  for (const frame of peaks) {
    frame.forEach((value, i) => {
      frame[i] = Math.max(value, top[i % 2] - 80);
    });
  }
}

/** Bins [from, to) of each band, as librosa cuts them: a band takes one bin of the band below, and all but the last leave out their highest. */
function contrastBands(fMin: number, nBands: number, step: number, bins: number) {
  return Array.from({ length: nBands + 1 }, (_, band) => {
    const low = band === 0 ? 0 : fMin * 2 ** (band - 1);
    const high = fMin * 2 ** band;
    let from = 0;
    while (from * step < low) from++;
    let to = from;
    while (to < bins && to * step <= high) to++;
    if (band > 0) from = Math.max(0, from - 1);
    if (band === nBands) to = bins;
    const size = to - from;
    return { from, to: band < nBands ? to - 1 : to, size };
  });
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** NumPy's rounding. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}

function centroidBin(amplitude: Float64Array): number {
  let total = 0;
  let moment = 0;
  for (let k = 0; k < amplitude.length; k++) {
    total += amplitude[k];
    moment += amplitude[k] * k;
  }
  return total > 0 ? moment / total : 0;
}

function binWidth(fn: string, { sampleRate, nFft = 2048 }: SpectralShapeOptions): number {
  requireSampleRate(fn, sampleRate);
  return sampleRate / nFft;
}

function perFrame(
  fn: string,
  samples: Float32Array,
  options: StftOptions,
  value: (amplitude: Float64Array) => number,
): Float32Array {
  const values: number[] = [];
  visit(fn, samples, options, (amplitude) => values.push(value(amplitude)));
  return Float32Array.from(values);
}

function visit(fn: string, samples: Float32Array, options: StftOptions, see: PerFrame): void {
  const resolved = resolveStft(fn, { hopLength: 512, ...options });
  requireFinite(fn, "samples", samples);
  const { rows, first } = stftFrames(fn, samples, resolved);
  const { analyse, bins, re, im } = createAnalyser(resolved);
  const amplitude = new Float64Array(bins);
  for (let t = 0; t < rows; t++) {
    analyse(samples, first + t * resolved.hopLength);
    for (let k = 0; k < bins; k++) amplitude[k] = Math.sqrt(re[k] * re[k] + im[k] * im[k]);
    see(amplitude, t);
  }
}
