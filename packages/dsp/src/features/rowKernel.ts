import { createAnalyser, type ResolvedStft } from "../core/analysis.js";
import { requireInRange } from "../core/check.js";
import { applyBank, type FilterBank } from "../core/filterBank.js";
import type { RowKernel } from "../core/rowStream.js";

/** What happens between a frame of samples and a row of features: the hot path that every spectral feature shares. */
export interface RowPlan {
  stft: ResolvedStft;
  /** Exponent of the magnitude: 1 amplitude, 2 power. */
  power: number;
  /** Filters over the bins, if any. */
  bank?: FilterBank;
  /** Decibels after the filters: 10·log₁₀(max(x, amin)) − 10·log₁₀(max(ref, amin)), if wanted. */
  decibel?: { amin: number; ref: number };
  /** Rows of a cosine transform (with any lifter), count × columns before it. */
  dct?: { table: Float64Array; count: number };
}

/** The kernel of a {@link RowPlan}. */
export interface SpectralKernel extends RowKernel {
  /** Columns before the cosine transform. */
  readonly width: number;
  /** Returns 0, or something else when one of the samples it read is not finite. */
  run(samples: Float32Array, first: number, rows: number, out: Float32Array): number;
  /** The decibels before the cosine transform, in an order of the kernel's own: `levelCount(rows)` numbers. Returns as `run`. */
  levels(samples: Float32Array, first: number, rows: number, out: Float32Array): number;
  levelCount(rows: number): number;
  /** The cosine transform of such levels raised to `floor`. */
  clamp(levels: Float32Array, rows: number, floor: number, out: Float32Array): void;
  /** Largest decibel value of the last run. */
  max(): number;
}

/** The hot path in double precision, for every plan. */
export function createScalarKernel(plan: RowPlan): SpectralKernel {
  const { stft, power, bank, decibel, dct } = plan;
  const analyser = createAnalyser(stft);
  const { bins, re, im } = analyser;
  const width = bank ? bank.filters.length : bins;
  const cols = dct ? dct.count : width;
  const spectrum = new Float64Array(bins);
  const filtered = bank ? new Float64Array(width) : spectrum;
  const zero = decibel ? 10 * Math.log10(Math.max(decibel.amin, decibel.ref)) : 0;
  let top = Number.NEGATIVE_INFINITY;

  /** Columns of a frame before the cosine transform, into `filtered`; 0 unless a sample is not finite. */
  const analyse = (samples: Float32Array, start: number): number => {
    analyser.analyse(samples, start);
    for (let k = 0; k < bins; k++) spectrum[k] = re[k] * re[k] + im[k] * im[k];
    const probe = spectrum[0] * 0;
    if (power === 1) for (let k = 0; k < bins; k++) spectrum[k] = Math.sqrt(spectrum[k]);
    else if (power !== 2) for (let k = 0; k < bins; k++) spectrum[k] = spectrum[k] ** (power / 2);
    if (bank) applyBank(bank, spectrum, filtered);
    if (!decibel) return probe;
    const { amin } = decibel;
    for (let m = 0; m < width; m++) {
      const value = 10 * Math.log10(Math.max(filtered[m], amin)) - zero;
      filtered[m] = value;
      if (value > top) top = value;
    }
    return probe;
  };
  const transform = (values: ArrayLike<number>, from: number, out: Float32Array, at: number) => {
    if (!dct) return;
    for (let c = 0; c < cols; c++) {
      let sum = 0;
      for (let m = 0; m < width; m++) sum += dct.table[c * width + m] * values[from + m];
      out[at + c] = sum;
    }
  };
  const each = (samples: Float32Array, first: number, rows: number, store: (t: number) => void) => {
    top = Number.NEGATIVE_INFINITY;
    let probe = 0;
    for (let t = 0; t < rows; t++) {
      probe += analyse(samples, first + t * stft.hopLength);
      store(t);
    }
    return probe;
  };
  return {
    cols,
    width,
    run: (samples, first, rows, out) =>
      each(samples, first, rows, (t) => {
        if (dct) transform(filtered, 0, out, t * cols);
        else for (let m = 0; m < width; m++) out[t * cols + m] = filtered[m];
      }),
    levels: (samples, first, rows, out) => each(samples, first, rows, (t) => out.set(filtered, t * width)),
    levelCount: (rows) => rows * width,
    max: () => top,
    clamp(levels, rows, floor, out) {
      for (let i = 0; i < rows * width; i++) if (levels[i] < floor) levels[i] = floor;
      for (let t = 0; t < rows; t++) transform(levels, t * width, out, t * cols);
    },
  };
}

export function requirePower(fn: string, power: number): void {
  requireInRange(fn, "power", power, Number.MIN_VALUE, 16);
}
