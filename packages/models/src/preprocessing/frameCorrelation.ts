import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { describeFeatures, isTensor } from "../core/features.js";
import { aNumber, aWhole, maybe, oneOf, passing } from "../core/options.js";
import type { Features, Tensor } from "../core/types.js";

/** Options of {@link frameCorrelation}. */
export interface FrameCorrelationOptions {
  /** Frames of the moving mean that is taken off first, so that what is slower does not count; 1 leaves frames as they are but for their mean (default 13). */
  detrend?: number;
  /** Frames by which one column is later than the other, rising from 0 (default 0, 1, 2). */
  lags?: readonly number[];
  /** Frames so far below the loudest, by the mean of their columns (smoothed as `detrend` says), do not count (default: all count). */
  gate?: number | null;
  /** Columns are cepstra, as many as bands, by an orthonormal cosine transform: bands come back first (default false). */
  cepstra?: boolean;
  /** A row for classifiers, or a picture of columns × columns × lags for networks (default "row"). */
  output?: "row" | "picture";
}

const readers = {
  detrend: aWhole(13, { min: 1 }),
  lags: passing<readonly number[]>(
    [0, 1, 2],
    (v) => Array.isArray(v) && v[0] === 0 && v.every((n, i) => Number.isInteger(n) && (i === 0 || n > v[i - 1])),
    "whole numbers that rise from 0, such as [0, 1, 2]",
  ),
  gate: maybe(aNumber(25, { above: 0 })),
  cepstra: passing(false, (v) => typeof v === "boolean", "true or false"),
  output: oneOf(["row", "picture"] as const, "row"),
};

/** Options with defaults filled in. */
export interface ReadFrameCorrelation {
  detrend: number;
  lags: readonly number[];
  gate?: number | null | undefined;
  cepstra: boolean;
  output: "row" | "picture";
}

const transformer = defineTransformer({
  kind: "frameCorrelation",
  options: readers,
  check: requireFrames,
  learn: (x: Tensor, { lags }) => {
    const [, frames, cols] = x.shape;
    const last = lags[lags.length - 1];
    if (frames <= last) {
      throw new RangeError(`frameCorrelation: lags must be below the number of frames (${frames}), got ${last}.`);
    }
    return { shape: [frames, cols] };
  },
  apply: (x: Tensor, _, options): Features => correlate(x, options as ReadFrameCorrelation),
});

/**
 * How columns of frames move together: correlations over time between all columns, at once and some frames apart, of what changes fast.
 *
 * Of speech in short windows, columns are bands and their fast changes the pulses of the voice: a voice excites all bands at once, a vocoder its own way.
 * Correlations know nothing of level, nor of a microphone's or a room's colour, because each column is centred and scaled by itself.
 *
 * A sample is frames × columns. As "picture" it becomes columns × columns × lags: at (i, j, k) the correlation of column i with column j, `lags[k]` frames
 * later. As "row": of lag 0 the pairs i < j, of each other lag the pairs with |i − j| ≤ 1, then of each column the logarithm of its deviation, its
 * skewness and its kurtosis (at most 30).
 *
 * @throws TypeError if samples are no frames; RangeError if there are no more frames than the last lag
 * Source: second-order pooling; agrees with NumPy within 1e-5.
 */
export function frameCorrelation(options?: FrameCorrelationOptions): SyncTransformer<Tensor, Features> {
  return transformer.build(options) as SyncTransformer<Tensor, Features>;
}

export const frameCorrelationKind = transformer.registered;

function requireFrames(x: Tensor): Tensor {
  if (!isTensor(x) || x.shape.length !== 3) {
    throw new TypeError(`frameCorrelation: x must be samples × frames × columns, got ${describeFeatures(x)}.`);
  }
  const bad = x.data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`frameCorrelation: x must be finite, got ${x.data[bad]} at index ${bad}.`);
  return x;
}

function correlate({ data, shape }: Tensor, options: ReadFrameCorrelation): Features {
  const [n, frames, cols] = shape;
  const { lags, output } = options;
  const width = output === "picture" ? cols * cols * lags.length : rowWidth(cols, lags.length);
  const out = new Float32Array(n * width);
  const back = options.cepstra ? cosines(cols) : undefined;
  for (let i = 0; i < n; i++) {
    const frame = data.subarray(i * frames * cols, (i + 1) * frames * cols);
    const bands = back ? timesMatrix(frame, frames, cols, back) : byColumn(frame, frames, cols);
    const { deviation, skewness, kurtosis } = standardise(bands, frames, cols, options);
    const own = out.subarray(i * width, (i + 1) * width);
    if (output === "picture") {
      for (const [k, lag] of lags.entries()) {
        for (let a = 0; a < cols; a++)
          for (let b = 0; b < cols; b++) own[(a * cols + b) * lags.length + k] = product(bands, frames, a, b, lag);
      }
      continue;
    }
    let at = 0;
    for (const lag of lags) {
      for (let a = 0; a < cols; a++) {
        const [from, to] = lag === 0 ? [a + 1, cols] : [Math.max(0, a - 1), Math.min(cols, a + 2)];
        for (let b = from; b < to; b++) own[at++] = product(bands, frames, a, b, lag);
      }
    }
    for (let a = 0; a < cols; a++, at++) {
      own[at] = Math.log(deviation[a] + 1e-3);
      own[at + cols] = skewness[a];
      own[at + 2 * cols] = Math.min(30, kurtosis[a]);
    }
  }
  if (output === "picture") return { data: out, shape: [n, cols, cols, lags.length] };
  return { data: out, rows: n, cols: width };
}

const rowWidth = (cols: number, lags: number): number =>
  (cols * (cols - 1)) / 2 + (lags - 1) * (3 * cols - 2) + 3 * cols;

/** Mean of the products of column a and, `lag` frames later, column b. */
function product(z: Float64Array, frames: number, a: number, b: number, lag: number): number {
  let sum = 0;
  const shift = (b - a) * frames + lag;
  const end = (a + 1) * frames - lag;
  for (let i = a * frames; i < end; i++) sum += z[i] * z[i + shift];
  return sum / frames;
}

/** Takes the trend off, sets frames that do not count to 0, and scales the others so that each column has mean 0 and a mean square of 1 over all frames; in place. */
function standardise(x: Float64Array, frames: number, cols: number, { detrend, gate }: ReadFrameCorrelation) {
  const counts = gate ? loudEnough(x, frames, cols, detrend, gate) : undefined;
  const used = counts ? counts.reduce((sum, c) => sum + c, 0) : frames;
  const deviation = new Float64Array(cols);
  const skewness = new Float64Array(cols);
  const kurtosis = new Float64Array(cols);
  const column = new Float64Array(frames);
  for (let c = 0; c < cols; c++) {
    for (let t = 0; t < frames; t++) column[t] = x[c * frames + t];
    const trend = detrend > 1 ? movingMean(column, detrend) : undefined;
    let mean = 0;
    for (let t = 0; t < frames; t++) {
      if (trend) column[t] -= trend[t];
      if (counts?.[t] !== 0) mean += column[t];
    }
    mean /= used;
    let square = 0;
    for (let t = 0; t < frames; t++) {
      column[t] = counts?.[t] === 0 ? 0 : column[t] - mean;
      square += column[t] ** 2;
    }
    const std = Math.sqrt(square / used);
    // Frames that do not count are 0 and all are divided by: the sums below are as over those that do.
    const scale = Math.sqrt(frames / used) / (std + 1e-6);
    let third = 0;
    let fourth = 0;
    for (let t = 0; t < frames; t++) {
      const z = column[t] / (std + 1e-6);
      third += z ** 3;
      fourth += z ** 4;
      x[c * frames + t] = column[t] * scale;
    }
    deviation[c] = std;
    skewness[c] = third / used;
    kurtosis[c] = fourth / used;
  }
  return { deviation, skewness, kurtosis };
}

/** 1 for frames whose smoothed mean of columns is less than `gate` below the highest. */
function loudEnough(x: Float64Array, frames: number, cols: number, width: number, gate: number): Uint8Array {
  const level = new Float64Array(frames);
  for (let t = 0; t < frames; t++) {
    for (let c = 0; c < cols; c++) level[t] += x[c * frames + t] / cols;
  }
  const smooth = movingMean(level, width);
  const loudest = smooth.reduce((a, b) => Math.max(a, b));
  return Uint8Array.from(smooth, (v) => Number(v > loudest - gate));
}

/** Mean over `width` frames around each; at the ends over those there are. */
function movingMean(x: Float64Array, width: number): Float64Array {
  const before = Math.floor((width - 1) / 2);
  const after = width - 1 - before;
  const sums = new Float64Array(x.length + 1);
  for (let t = 0; t < x.length; t++) sums[t + 1] = sums[t] + x[t];
  return Float64Array.from(x, (_, t) => {
    const from = Math.max(0, t - before);
    const to = Math.min(x.length, t + after + 1);
    return (sums[to] - sums[from]) / (to - from);
  });
}

/** Orthonormal inverse cosine transform: cepstra (rows) to bands (columns). */
export function cosines(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => {
    const [k, band] = [Math.floor(i / n), i % n];
    return Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * k * (band + 0.5)) / n);
  });
}

/** Cepstra to bands; columns one after the other, so that sums over frames run through memory in order. */
function timesMatrix(x: Float32Array, rows: number, n: number, matrix: Float64Array): Float64Array {
  const out = new Float64Array(rows * n);
  for (let r = 0; r < rows; r++) {
    for (let b = 0; b < n; b++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += x[r * n + k] * matrix[k * n + b];
      out[b * rows + r] = sum;
    }
  }
  return out;
}

const byColumn = (x: Float32Array, frames: number, cols: number): Float64Array =>
  Float64Array.from({ length: x.length }, (_, i) => x[(i % frames) * cols + Math.floor(i / frames)]);
