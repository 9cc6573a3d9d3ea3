import { requireInteger, requireMatrix, requirePositive } from "../core/check.js";
import type { FilterBank } from "../core/filterBank.js";
import { type MelOptions, melBank, resolveMel } from "../core/mel.js";
import { createMatrix, type Matrix, row } from "../core/types.js";
import { type GriffinLimOptions, griffinLim } from "./griffinLim.js";
import { requireNonNegative } from "./nonNegative.js";

/** Options of {@link melToStft}. */
export interface MelToStftOptions extends MelOptions {
  /** Power of the mel spectrogram: 2 for power (default), 1 for magnitude. */
  power?: number;
  /** Rounds of the solver, ≥ 0 (default 30). */
  nIter?: number;
}

/**
 * Magnitude spectrogram whose mel spectrogram is the given one: least squares with no bin below 0.
 *
 * Many spectra have the same mel bands; the one found starts from the smallest (in squares), as librosa's does.
 *
 * @param mel frames × nMels, ≥ 0; not modified
 * @param options those of the `melSpectrogram` that made it; nMels defaults to the columns
 * @returns frames × (1 + ⌊nFft / 2⌋) magnitudes
 * @throws RangeError if nMels differs from the columns, or a number is negative, NaN or ±∞
 * Source: librosa 0.11 `feature.inverse.mel_to_stft`; solved by accelerated projected gradients (Beck & Teboulle 2009).
 */
export function melToStft(mel: Matrix, { power = 2, nIter = 30, ...bank }: MelToStftOptions): Matrix {
  requireMatrix("melToStft", "mel", mel);
  requirePositive("melToStft", "power", power);
  requireInteger("melToStft", "nIter", nIter, 0, 1e6);
  const options = resolveMel("melToStft", { ...bank, nMels: bank.nMels ?? mel.cols });
  if (options.nMels !== mel.cols) {
    throw new RangeError(`melToStft: nMels must equal the columns of mel (${mel.cols}), got ${options.nMels}.`);
  }
  requireNonNegative("melToStft", "mel", mel.data);
  const filters = melBank("melToStft", options);
  const solve = createSolver(filters, nIter);
  const out = createMatrix(mel.rows, filters.bins);
  const exponent = 1 / power;
  for (let t = 0; t < mel.rows; t++) {
    const x = solve(row(mel, t));
    const target = row(out, t);
    for (let k = 0; k < x.length; k++) target[k] = power === 2 ? Math.sqrt(x[k]) : x[k] ** exponent;
  }
  return out;
}

/** Options of {@link melToAudio}. */
export interface MelToAudioOptions extends MelToStftOptions {
  /** How phases are found; framing as in the `melSpectrogram` that made it. */
  griffinLim?: Omit<GriffinLimOptions, "nFft">;
}

/**
 * Audio for a mel spectrogram.
 *
 * @param mel frames × nMels, ≥ 0 (no decibels); not modified
 * @returns samples, as {@link griffinLim}
 * @throws RangeError as {@link melToStft} and {@link griffinLim}
 * Source: librosa 0.11 `feature.inverse.mel_to_audio`.
 */
export function melToAudio(mel: Matrix, { griffinLim: phases = {}, ...options }: MelToAudioOptions): Float32Array {
  const nFft = options.nFft ?? 2048;
  return griffinLim(melToStft(mel, { ...options, nFft }), { ...phases, nFft });
}

/** Non-negative least squares A·x = b for many b: from the smallest exact solution, clipped, by FISTA. */
function createSolver(bank: FilterBank, rounds: number): (b: Float32Array) => Float64Array {
  const { filters, bins } = bank;
  const smallest = smallestSolution(bank);
  const step = 1 / largestEigenvalue(bank);
  const x = new Float64Array(bins);
  const y = new Float64Array(bins);
  const before = new Float64Array(bins);
  return (b) => {
    smallest(b, x);
    for (let k = 0; k < bins; k++) x[k] = Math.max(0, x[k]);
    y.set(x);
    let pace = 1;
    for (let i = 0; i < rounds; i++) {
      before.set(x);
      x.set(y);
      for (let m = 0; m < filters.length; m++) {
        const { start, weights } = filters[m];
        let residual = -b[m];
        for (let k = 0; k < weights.length; k++) residual += weights[k] * y[start + k];
        residual *= step;
        for (let k = 0; k < weights.length; k++) x[start + k] -= residual * weights[k];
      }
      const next = (1 + Math.sqrt(1 + 4 * pace * pace)) / 2;
      const push = (pace - 1) / next;
      pace = next;
      for (let k = 0; k < bins; k++) {
        if (x[k] < 0) x[k] = 0;
        y[k] = x[k] + push * (x[k] - before[k]);
      }
    }
    return x;
  };
}

/** x = Aᵀ(AAᵀ)⁻¹b. Filters overlap their neighbours only, but any bank is solved: Cholesky on a band as wide as needed. */
function smallestSolution({ filters }: FilterBank): (b: Float32Array, x: Float64Array) => void {
  const n = filters.length;
  const lower = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = overlap(filters[i], filters[j]);
      if (i === j) value = value * (1 + 1e-10) || 1;
      for (let k = 0; k < j; k++) value -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(Math.max(value, 1e-300)) : value / lower[j][j];
    }
  }
  const z = new Float64Array(n);
  return (b, x) => {
    for (let i = 0; i < n; i++) {
      let value = b[i];
      for (let k = 0; k < i; k++) value -= lower[i][k] * z[k];
      z[i] = value / lower[i][i];
    }
    x.fill(0);
    for (let i = n - 1; i >= 0; i--) {
      let value = z[i];
      for (let k = i + 1; k < n; k++) value -= lower[k][i] * z[k];
      z[i] = value / lower[i][i];
      const { start, weights } = filters[i];
      for (let k = 0; k < weights.length; k++) x[start + k] += weights[k] * z[i];
    }
  };
}

function overlap(a: { start: number; weights: Float64Array }, b: { start: number; weights: Float64Array }): number {
  const from = Math.max(a.start, b.start);
  const to = Math.min(a.start + a.weights.length, b.start + b.weights.length);
  let sum = 0;
  for (let k = from; k < to; k++) sum += a.weights[k - a.start] * b.weights[k - b.start];
  return sum;
}

/** Of AAᵀ, bounded by its largest row sum (all entries are positive). */
function largestEigenvalue({ filters }: FilterBank): number {
  let largest = Number.MIN_VALUE;
  for (const a of filters) {
    let sum = 0;
    for (const b of filters) sum += overlap(a, b);
    largest = Math.max(largest, sum);
  }
  return largest;
}
