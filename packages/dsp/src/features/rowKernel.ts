import { requireInRange } from "../core/check.js";
import { clampTopDb } from "../core/decibel.js";
import { applyBank, type FilterBank } from "../core/filterBank.js";
import { createAnalyser, type ResolvedStft, stftFrames } from "../core/stft.js";
import { createMatrix, type Matrix } from "../core/types.js";

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

export function createRowKernel(plan: RowPlan): RowKernel {
  const { stft, power, bank, decibel, dct } = plan;
  const analyser = createAnalyser(stft);
  const { bins, re, im } = analyser;
  const width = bank ? bank.filters.length : bins;
  const cols = dct ? dct.count : width;
  const spectrum = new Float64Array(bins);
  const filtered = bank ? new Float64Array(width) : spectrum;
  const zero = decibel ? 10 * Math.log10(Math.max(decibel.amin, decibel.ref)) : 0;
  return {
    cols,
    run(samples, first, rows, out) {
      for (let t = 0, at = 0; t < rows; t++, at += cols) {
        analyser.analyse(samples, first + t * stft.hopLength);
        for (let k = 0; k < bins; k++) spectrum[k] = re[k] * re[k] + im[k] * im[k];
        if (power === 1) for (let k = 0; k < bins; k++) spectrum[k] = Math.sqrt(spectrum[k]);
        else if (power !== 2) for (let k = 0; k < bins; k++) spectrum[k] = spectrum[k] ** (power / 2);
        if (bank) applyBank(bank, spectrum, filtered);
        if (decibel) {
          const { amin } = decibel;
          for (let m = 0; m < width; m++) filtered[m] = 10 * Math.log10(Math.max(filtered[m], amin)) - zero;
        }
        if (!dct) {
          for (let m = 0; m < width; m++) out[at + m] = filtered[m];
          continue;
        }
        for (let c = 0; c < cols; c++) {
          let sum = 0;
          for (let m = 0; m < width; m++) sum += dct.table[c * width + m] * filtered[m];
          out[at + c] = sum;
        }
      }
    },
  };
}

/** Rows of a whole signal; `topDb` limits the range below the signal's largest decibel value, before the cosine transform. */
export function computeRows(fn: string, samples: Float32Array, plan: RowPlan, topDb: number | null = null): Matrix {
  const { rows, first } = stftFrames(fn, samples, plan.stft);
  const late = topDb !== null && plan.dct;
  const kernel = createRowKernel(late ? { ...plan, dct: undefined } : plan);
  const out = createMatrix(rows, kernel.cols);
  kernel.run(samples, first, rows, out.data);
  if (topDb !== null) clampTopDb(out.data, topDb);
  return late ? applyTable(out, late) : out;
}

function applyTable({ data, rows, cols }: Matrix, { table, count }: { table: Float64Array; count: number }): Matrix {
  const out = createMatrix(rows, count);
  for (let t = 0; t < rows; t++) {
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let m = 0; m < cols; m++) sum += table[c * cols + m] * data[t * cols + m];
      out.data[t * count + c] = sum;
    }
  }
  return out;
}

export function requirePower(fn: string, power: number): void {
  requireInRange(fn, "power", power, Number.MIN_VALUE, 16);
}
