import { createAnalyser, type ResolvedStft } from "../core/analysis.js";
import { requireInRange } from "../core/check.js";
import { applyBank, type FilterBank } from "../core/filterBank.js";

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

/** Computes rows of features from a signal. */
export interface RowKernel {
  readonly cols: number;
  /** `rows` rows of the frames that begin at first, first + hopLength, …, which may lie partly outside the signal. */
  run(samples: Float32Array, first: number, rows: number, out: Float32Array): void;
}

/** The kernel of a {@link RowPlan}. */
export interface SpectralKernel extends RowKernel {
  /** Columns before the cosine transform. */
  readonly width: number;
  /** Returns 0, or something else when one of the samples it read is not finite. */
  run(samples: Float32Array, first: number, rows: number, out: Float32Array): number;
  /** `run` that also gives the decibels before the cosine transform, in an order of its own: `levelCount(rows)` numbers. */
  runWithLevels(samples: Float32Array, first: number, rows: number, out: Float32Array, levels: Float32Array): number;
  levelCount(rows: number): number;
  /** Repeats the cosine transform of such levels raised to `floor`. */
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

  const transform = (values: ArrayLike<number>, from: number, out: Float32Array, at: number) => {
    if (!dct) return;
    for (let c = 0; c < cols; c++) {
      let sum = 0;
      for (let m = 0; m < width; m++) sum += dct.table[c * width + m] * values[from + m];
      out[at + c] = sum;
    }
  };
  const run = (samples: Float32Array, first: number, rows: number, out: Float32Array, levels?: Float32Array) => {
    top = Number.NEGATIVE_INFINITY;
    let probe = 0;
    for (let t = 0, at = 0; t < rows; t++, at += cols) {
      analyser.analyse(samples, first + t * stft.hopLength);
      for (let k = 0; k < bins; k++) spectrum[k] = re[k] * re[k] + im[k] * im[k];
      probe += spectrum[0] * 0;
      if (power === 1) for (let k = 0; k < bins; k++) spectrum[k] = Math.sqrt(spectrum[k]);
      else if (power !== 2) for (let k = 0; k < bins; k++) spectrum[k] = spectrum[k] ** (power / 2);
      if (bank) applyBank(bank, spectrum, filtered);
      if (decibel) {
        const { amin } = decibel;
        for (let m = 0; m < width; m++) {
          const value = 10 * Math.log10(Math.max(filtered[m], amin)) - zero;
          filtered[m] = value;
          if (value > top) top = value;
        }
      }
      if (levels) for (let m = 0; m < width; m++) levels[t * width + m] = filtered[m];
      if (dct) transform(filtered, 0, out, at);
      else for (let m = 0; m < width; m++) out[at + m] = filtered[m];
    }
    return probe;
  };
  return {
    cols,
    width,
    run,
    runWithLevels: run,
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
