import { requireInRange, requireInteger, requirePositive } from "../core/check.js";
import { requireTopDb } from "../core/decibel.js";
import type { FrameStream } from "../core/stream.js";
import { createMatrix, type Matrix } from "../core/types.js";
import { binWidth, type SpectralShapeOptions } from "./shape.js";
import { type Shape, shapeRows, shapeStream } from "./shapeKernel.js";

/** Options of {@link spectralContrast} and {@link spectralContrastStream}. */
export interface ContrastOptions extends SpectralShapeOptions {
  /** Hz, upper edge of the lowest band, > 0 (default 200); each further band is an octave. */
  fMin?: number;
  /** Octave bands above the lowest, ≥ 1 (default 6): all must begin below sampleRate / 2. */
  nBands?: number;
  /** Part of a band's bins that count as its peaks, and as its valleys, in (0, 1) (default 0.02). */
  quantile?: number;
  /** Difference of amplitudes instead of decibels (default false). */
  linear?: boolean;
  /** Peaks, and valleys apart, lie no further below the largest of the clip (default 80, as librosa; null for no limit, as streams need). */
  topDb?: number | null;
}

/**
 * Level of the peaks over the valleys in octave bands.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.hopLength default 512
 * @returns frames × (nBands + 1), dB
 * @throws RangeError if samples are empty or hold NaN or ±∞, an option is out of range, or a band lies above sampleRate / 2
 * Source: Jiang et al. 2002; librosa 0.11 `feature.spectral_contrast`, transposed.
 */
export function spectralContrast(samples: Float32Array, options: ContrastOptions): Matrix {
  const { linear = false, topDb = 80 } = options;
  requireTopDb("spectralContrast", topDb);
  const levels = shapeRows("spectralContrast", samples, options, peaksAndValleys("spectralContrast", options));
  if (!linear && topDb !== null) limitRange(levels.data, topDb);
  const out = createMatrix(levels.rows, levels.cols / 2);
  for (let i = 0; i < out.data.length; i++) out.data[i] = levels.data[2 * i] - levels.data[2 * i + 1];
  return out;
}

/** Streaming twin of {@link spectralContrast}: needs `linear: true` or `topDb: null`. */
export function spectralContrastStream(options: ContrastOptions): FrameStream {
  const fn = "spectralContrastStream";
  if (!options.linear && options.topDb !== null) {
    throw new RangeError(`${fn}: topDb needs the whole clip; set topDb: null or linear: true.`);
  }
  const levels = peaksAndValleys(fn, options);
  const cols = levels.cols / 2;
  return shapeStream(fn, options, {
    cols,
    begin() {
      const shape = levels.begin();
      const pairs = new Float32Array(2 * cols);
      return (a, at, bins, out, to) => {
        shape(a, at, bins, pairs, 0);
        for (let b = 0; b < cols; b++) out[to + b] = pairs[2 * b] - pairs[2 * b + 1];
      };
    },
  });
}

/** Peak and valley of each band, dB unless linear. */
function peaksAndValleys(fn: string, options: ContrastOptions): Shape {
  const { fMin = 200, nBands = 6, quantile = 0.02, linear = false, sampleRate, nFft = 2048 } = options;
  const step = binWidth(fn, options);
  requirePositive(fn, "fMin", fMin);
  requireInteger(fn, "nBands", nBands, 1, 64);
  requireInRange(fn, "quantile", quantile, Number.MIN_VALUE, 1 - 2 ** -53);
  if (fMin * 2 ** (nBands - 1) >= sampleRate / 2) {
    throw new RangeError(
      `${fn}: the last of nBands = ${nBands} begins at ${fMin * 2 ** (nBands - 1)} Hz, not below sampleRate / 2 = ${sampleRate / 2} Hz; lower nBands or fMin.`,
    );
  }
  const bands = contrastBands(fMin, nBands, step, 1 + Math.floor(nFft / 2));
  const level = (x: number) => (linear ? x : 10 * Math.log10(Math.max(1e-10, x)));
  return {
    cols: 2 * bands.length,
    begin: () => {
      const sorted = bands.map(({ from, to }) => new Float32Array(to - from));
      return (a, at, _, out, target) => {
        bands.forEach(({ from, size }, b) => {
          const values = sorted[b];
          for (let k = 0; k < values.length; k++) values[k] = a[at + from + k];
          values.sort();
          const count = Math.min(values.length, Math.max(1, roundHalfEven(quantile * size)));
          out[target + 2 * b] = level(mean(values, values.length - count, values.length));
          out[target + 2 * b + 1] = level(mean(values, 0, count));
        });
      };
    },
  };
}

/** Bins [from, to) of each band, as librosa cuts them: a band takes one bin of the band below, and all but the last leave out their highest. */
function contrastBands(fMin: number, nBands: number, step: number, bins: number) {
  return Array.from({ length: nBands + 1 }, (_, band) => {
    const low = band === 0 ? 0 : fMin * 2 ** (band - 1);
    const high = fMin * 2 ** band;
    let from = 0;
    while (from < bins && from * step < low) from++;
    let to = from;
    while (to < bins && to * step <= high) to++;
    if (band > 0) from = Math.max(0, from - 1);
    if (band === nBands) to = bins;
    const size = to - from;
    return { from, to: band < nBands ? to - 1 : to, size };
  });
}

/** Peaks and valleys, each no more than `topDb` below the largest of their own, as librosa's two calls of `power_to_db` do. */
function limitRange(levels: Float32Array, topDb: number): void {
  for (const part of [0, 1]) {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = part; i < levels.length; i += 2) top = Math.max(top, levels[i]);
    for (let i = part; i < levels.length; i += 2) levels[i] = Math.max(levels[i], top - topDb);
  }
}

function mean(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return to > from ? sum / (to - from) : 0;
}

/** NumPy's rounding. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
}
