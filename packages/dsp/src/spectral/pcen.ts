import { requireInRange, requireInteger, requireMatrix, requirePositive } from "../core/check.js";
import { createRowBuffer } from "../core/rowStream.js";
import { createMatrix, type Matrix } from "../core/types.js";
import { requireNonNegative } from "../effects/nonNegative.js";
import type { MatrixStream } from "../features/deltaStream.js";

/** Options of {@link pcen} and {@link pcenStream}. */
export interface PcenOptions {
  /** Hz. */
  sampleRate: number;
  /** Samples between frames (default 512). */
  hopLength?: number;
  /** How much of the slow level is divided out, ≥ 0 (default 0.98). */
  gain?: number;
  /** Added before the root, ≥ 0 (default 2). */
  bias?: number;
  /** The root, ≥ 0; 0 is a logarithm (default 0.5). */
  power?: number;
  /** Of the slow level, seconds (default 0.4). */
  timeConstantSec?: number;
  /** Keeps silence from dividing by 0, > 0 (default 1e-6). */
  eps?: number;
}

/**
 * Per-channel energy normalisation: each band over its own slow level, then a root. Loudness and stationary noise fall away.
 *
 * @param spectrogram frames × bands of magnitudes or powers, ≥ 0 (librosa's example scales audio by 2³¹); not modified
 * @returns frames × bands
 * @throws RangeError if an option is out of range, or a value is negative, NaN or ±∞
 * @see pcenStream for chunks
 * Source: Wang et al. 2017. Equals librosa 0.11 `pcen` (transposed, max_size 1) within 1e-5 of the largest value.
 */
export function pcen(spectrogram: Matrix, options: PcenOptions): Matrix {
  requireMatrix("pcen", "spectrogram", spectrogram);
  const out = createMatrix(spectrogram.rows, spectrogram.cols);
  createPcen(spectrogram.cols, options).run(spectrogram, out);
  return out;
}

/** Streaming twin of {@link pcen}: concatenated rows equal the batch result exactly. */
export function pcenStream({ cols, ...options }: PcenOptions & { cols: number }): MatrixStream {
  requireInteger("pcen", "cols", cols, 1);
  const state = createPcen(cols, options);
  const rowsOf = createRowBuffer(cols);
  return {
    process(rows) {
      requireMatrix("pcen", "rows", rows);
      if (rows.cols !== cols) throw new RangeError(`pcen: rows must have ${cols} columns, got ${rows.cols}.`);
      const out = rowsOf(rows.rows);
      state.run(rows, out);
      return out;
    },
    flush() {
      state.reset();
      return rowsOf(0);
    },
    reset: state.reset,
  };
}

export function createPcen(cols: number, options: PcenOptions, fn = "pcen") {
  const { sampleRate, hopLength = 512, gain = 0.98, bias = 2, power = 0.5 } = options;
  const { timeConstantSec = 0.4, eps = 1e-6 } = options;
  requirePositive(fn, "sampleRate", sampleRate);
  requireInteger(fn, "hopLength", hopLength, 1);
  requirePositive(fn, "timeConstantSec", timeConstantSec);
  requirePositive(fn, "eps", eps);
  for (const [name, value] of Object.entries({ gain, bias, power })) requireInRange(fn, name, value, 0, 1e6);
  const frames = (timeConstantSec * sampleRate) / hopLength;
  const pace = (Math.sqrt(1 + 4 * frames ** 2) - 1) / (2 * frames ** 2);
  // librosa's filter starts as if the level had been 1 for ever.
  const level = new Float64Array(cols).fill(1);
  const offset = bias ** power;
  const compress = (value: number, scaled: number): number => {
    if (power === 0) return Math.log1p(scaled);
    if (bias === 0) return value === 0 ? 0 : scaled ** power;
    return offset * Math.expm1(power * Math.log1p(scaled / bias));
  };
  return {
    run({ data, rows }: Matrix, out: Matrix): void {
      requireNonNegative("pcen", "spectrogram", data);
      for (let i = 0, c = 0; i < rows * cols; i++) {
        const value = data[i];
        level[c] += pace * (value - level[c]);
        out.data[i] = compress(value, value * Math.exp(-gain * Math.log(eps + level[c])));
        if (++c === cols) c = 0;
      }
    },
    reset(): void {
      level.fill(1);
    },
  };
}
