import { requireInteger } from "../core/check.js";
import type { DecibelOptions } from "../core/decibel.js";
import { createRowBuffer } from "../core/rowStream.js";
import type { FrameStream } from "../core/stream.js";
import type { Matrix } from "../core/types.js";
import { logMelRows, type MelSpectrogramOptions } from "../features/spectrogram.js";
import { logMelStream } from "../features/streams.js";

/** Options of {@link onsetStrength} and {@link onsetStrengthStream}. */
export interface OnsetStrengthOptions extends MelSpectrogramOptions, Pick<DecibelOptions, "topDb"> {
  /** Frames back that a frame is compared with, ≥ 1 (default 1). */
  lag?: number;
  /** Bands around each whose largest value is compared with, ≥ 1: hides vibrato (default 1). */
  maxSize?: number;
  /** Takes out the slow part of the curve (default false). */
  detrend?: boolean;
}

/**
 * Onset strength: how much louder the mel bands became from one frame to the next, on average, in dB.
 *
 * @param samples mono audio, length n ≥ 1
 * @returns one value a frame; the frame in which something begins stands out
 * @throws RangeError if an option is out of range, or samples are empty or hold NaN or ±∞
 * @see onsetStrengthStream for chunks
 * Source: Böck & Widmer 2013. Equals centred librosa 0.11 `onset.onset_strength` within 1e-3.
 */
export function onsetStrength(samples: Float32Array, options: OnsetStrengthOptions): Float32Array {
  const { mel, onsets } = prepareOnsets("onsetStrength", options);
  const levels = logMelRows("onsetStrength", samples, mel);
  const out = new Float32Array(Math.max(levels.rows, onsets.least));
  onsets.run(levels, out);
  return out;
}

/** Streaming twin of {@link onsetStrength}, rows of one column; needs `topDb: null`. Centred, it takes padMode "constant" or "edge". */
export function onsetStrengthStream(options: OnsetStrengthOptions): FrameStream {
  const { mel, onsets } = prepareOnsets("onsetStrengthStream", options);
  const levels = logMelStream("onsetStrengthStream", mel);
  const rowsOf = createRowBuffer(1);
  const valuesOf = (rows: Matrix, count = rows.rows): Matrix => {
    const out = rowsOf(count);
    out.data.fill(0);
    onsets.run(rows, out.data);
    return out;
  };
  const reset = () => {
    levels.reset();
    onsets.reset();
  };
  return {
    process: (chunk) => valuesOf(levels.process(chunk)),
    flush() {
      const rows = levels.flush();
      const out = valuesOf(rows, Math.max(rows.rows, onsets.least - onsets.seen()));
      reset();
      return out;
    },
    reset,
  };
}

function prepareOnsets(fn: string, options: OnsetStrengthOptions) {
  const { lag = 1, maxSize = 1, detrend = false, ...mel } = options;
  requireInteger(fn, "lag", lag, 1, 1e6);
  requireInteger(fn, "maxSize", maxSize, 1, 4096);
  const { nFft = 2048, hopLength = 512, center = true, nMels = 128 } = mel;
  const shift = center ? Math.floor(nFft / (2 * hopLength)) : 0;
  return {
    mel: { ...mel, nFft, hopLength },
    onsets: createOnsets({ cols: nMels, lag, maxSize, detrend, shift, least: center ? 0 : lag }),
  };
}

interface OnsetOptions {
  cols: number;
  lag: number;
  maxSize: number;
  detrend: boolean;
  /** Frames by which values are late, so that a centred frame names the time of the onset. */
  shift: number;
  /** Values that even the shortest signal has. */
  least: number;
}

/** From rows of levels, in order, to one value each. */
function createOnsets({ cols, lag, maxSize, detrend, shift, least }: OnsetOptions) {
  // The last `lag` rows to compare with, and the last `shift` values, in rings.
  const references = new Float32Array(lag * cols);
  const late = new Float32Array(shift);
  // Of the curve without its slow part, y[t] = x[t] − x[t−1] + 0.99·y[t−1]: x and y.
  const trend = new Float64Array(2);
  let seen = 0;
  return {
    least,
    seen: () => seen,
    run({ data, rows }: Matrix, out: Float32Array): void {
      for (let t = 0; t < rows; t++, seen++) {
        const reference = (seen % lag) * cols;
        let value = 0;
        for (let m = 0; m < cols; m++) {
          if (seen >= lag) value += Math.max(0, data[t * cols + m] - references[reference + m]);
          references[reference + m] = maxSize === 1 ? data[t * cols + m] : maxAround(data, t * cols, m, cols, maxSize);
        }
        value = Math.fround(value / cols);
        if (shift > 0) {
          const before = late[seen % shift];
          late[seen % shift] = value;
          value = seen < shift ? 0 : before;
        }
        if (detrend) {
          trend[1] = value - trend[0] + 0.99 * trend[1];
          trend[0] = value;
          value = trend[1];
        }
        out[t] = value;
      }
    },
    reset(): void {
      trend.fill(0);
      seen = 0;
    },
  };
}

/** The largest of `size` bands around band m; beyond the ends they are mirrored, as SciPy does. */
function maxAround(data: Float32Array, row: number, m: number, cols: number, size: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = m - Math.floor(size / 2), end = i + size; i < end; i++) {
    const at = ((i % (2 * cols)) + 2 * cols) % (2 * cols);
    top = Math.max(top, data[row + (at < cols ? at : 2 * cols - 1 - at)]);
  }
  return top;
}
