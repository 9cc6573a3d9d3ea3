import { requireInRange, requireInteger, requireSampleRate } from "../core/check.js";
import { bankMatrix, type FilterBank, trim } from "../core/filterBank.js";
import { resolveStft, type StftOptions } from "../core/stft.js";
import type { FrameStream } from "../core/stream.js";
import type { Matrix } from "../core/types.js";
import { rowsBy } from "../features/computeRows.js";
import type { RowPlan } from "../features/rowKernel.js";
import { rowsOf } from "../features/streams.js";

/** Options of {@link chromaFilterBank}. */
export interface ChromaBankOptions {
  /** Hz. */
  sampleRate: number;
  /** Samples a transform (default 2048). */
  nFft?: number;
  /** Pitch classes, C first (default 12). */
  nChroma?: number;
  /** Distance of the music's A4 from 440 Hz, in pitch classes (default 0). */
  tuning?: number;
}

/**
 * Filters that gather the bins of each pitch class over all octaves, centred around the fifth.
 *
 * @returns nChroma × (1 + ⌊nFft / 2⌋)
 * @throws RangeError if an option is out of range
 * Source: Ellis 2007. Equals librosa 0.11 `filters.chroma` within 1e-6.
 */
export function chromaFilterBank(options: ChromaBankOptions): Matrix {
  return bankMatrix(chromaBank("chromaFilterBank", options));
}

/** Options of {@link chroma} and {@link chromaStream}. */
export interface ChromaOptions extends ChromaBankOptions, Omit<StftOptions, "nFft"> {}

/**
 * Chroma: the energy of each pitch class, whatever its octave, over the largest of its frame.
 *
 * @param samples mono audio, length n ≥ 1
 * @returns frames × nChroma in [0, 1], C first; 0 throughout in silence
 * @throws RangeError if an option is out of range, or samples are empty or hold NaN or ±∞
 * @see chromaStream for chunks
 * Equals librosa 0.11 `feature.chroma_stft(tuning=…)` (transposed) within 1e-4; librosa guesses the tuning when none is given.
 */
export function chroma(samples: Float32Array, options: ChromaOptions): Matrix {
  return normalised(rowsBy("chroma", samples, chromaPlan, options));
}

/** Streaming twin of {@link chroma}. Centred, it takes padMode "constant" or "edge". */
export function chromaStream(options: ChromaOptions): FrameStream {
  const stream = rowsOf("chromaStream", options, chromaPlan);
  return {
    process: (chunk) => normalised(stream.process(chunk)),
    flush: () => normalised(stream.flush()),
    reset: stream.reset,
  };
}

export function chromaPlan(fn: string, options: ChromaOptions): RowPlan {
  const { nFft = 2048 } = options;
  return { stft: resolveStft(fn, { hopLength: 512, ...options, nFft }), power: 2, bank: chromaBank(fn, options) };
}

/** Each row over its largest value, in place. */
export function normalised(matrix: Matrix): Matrix {
  const { data, rows, cols } = matrix;
  for (let at = 0; at < rows * cols; at += cols) {
    let top = 0;
    for (let c = at; c < at + cols; c++) top = Math.max(top, data[c]);
    if (top > 2 ** -126) for (let c = at; c < at + cols; c++) data[c] /= top;
  }
  return matrix;
}

function chromaBank(fn: string, { sampleRate, nFft = 2048, nChroma = 12, tuning = 0 }: ChromaBankOptions): FilterBank {
  requireSampleRate(fn, sampleRate);
  requireInteger(fn, "nFft", nFft, 2, 2 ** 24);
  requireInteger(fn, "nChroma", nChroma, 1, 1200);
  requireInRange(fn, "tuning", tuning, -1, 1);
  const lowestA = (440 * 2 ** (tuning / nChroma)) / 16;
  const classOf = (k: number): number => nChroma * Math.log2((k * sampleRate) / nFft / lowestA);
  const position = Float64Array.from({ length: nFft }, (_, k) => (k === 0 ? classOf(1) - 1.5 * nChroma : classOf(k)));
  const bins = 1 + Math.floor(nFft / 2);
  const half = Math.round(nChroma / 2);
  const weights = Array.from({ length: nChroma }, () => new Float64Array(bins));
  // C lies three semitones above A.
  const toC = 3 * Math.floor(nChroma / 12);
  for (let k = 0; k < bins; k++) {
    const width = k + 1 < nFft ? Math.max(position[k + 1] - position[k], 1) : 1;
    let norm = 0;
    const bumps = weights.map((_, c) => {
      const turned = position[k] - c + half + 10 * nChroma;
      const distance = turned - nChroma * Math.floor(turned / nChroma) - half;
      const bump = Math.exp(-0.5 * ((2 * distance) / width) ** 2);
      norm += bump * bump;
      return bump;
    });
    const octave = Math.exp(-0.5 * ((position[k] / nChroma - 5) / 2) ** 2);
    for (const [c, bump] of bumps.entries()) {
      weights[(((c - toC) % nChroma) + nChroma) % nChroma][k] = (bump / Math.sqrt(norm)) * octave;
    }
  }
  return { filters: weights.map(trim), bins };
}
