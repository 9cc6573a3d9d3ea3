import type { Tensor } from "../core/types.js";
import { frameKernels } from "./frameKernels.js";

/** What the correlations of a sample depend on. */
export interface CorrelationSettings {
  /** Frames of the moving mean that is taken off. */
  detrend: number;
  /** Frames by which one column is later than the other, rising from 0. */
  lags: readonly number[];
  /** How far below the loudest frame one still counts; all count without. */
  gate?: number | null | undefined;
  /** Columns are cepstra. */
  cepstra: boolean;
}

/** Of one sample; all of it is valid until the next sample. */
export interface Correlations {
  /** Of column a with column b, `lags[k]` frames later: at (k · stride + a) · stride + b. */
  products: Float64Array;
  stride: number;
  /** Of each column. */
  deviation: Float64Array;
  skewness: Float64Array;
  kurtosis: Float64Array;
}

/**
 * Correlations over time between all columns of each sample, in double. Nearly all of the work are products of matrices: of frames with the
 * transform that makes bands of cepstra, and of bands with bands some frames later.
 *
 * @param x samples × frames × columns, finite
 * @param moments whether skewness and kurtosis are wanted, too
 * @param visit gets each sample's in turn; it uses no kernels
 */
export function forEachCorrelation(
  { data, shape }: Tensor,
  { detrend, lags, gate, cepstra }: CorrelationSettings,
  moments: boolean,
  visit: (correlations: Correlations, sample: number) => void,
): void {
  const [n, frames, cols] = shape;
  const last = lags[lags.length - 1];
  const before = Math.floor((detrend - 1) / 2);
  const after = detrend - 1 - before;
  // The kernels' rows come in fours. A row of bands is as long as all frames and the last lag, so that what is a lag later than its end is 0.
  const stride = (cols + 3) & ~3;
  const width = (frames + last + 3) & ~3;
  // Bands, from 0 on, with zeros behind the last.
  const atProducts = (stride * width + last + 1) & ~1;
  const atGiven = atProducts + lags.length * stride * stride;
  const atFrames = atGiven + width * stride;
  const atCounts = atFrames + width * stride;
  const atLevels = atCounts + width;
  // The transform, and the mean of a frame's bands as a row of weights, followed by one of zeros.
  const atBasis = atLevels + 2 * width;
  const atMean = atBasis + stride * stride;
  const atMoments = atMean + 2 * stride;
  const { memory, ...kernels } = frameKernels(atMoments + 2);
  // What is written for no sample, and for not all of a frame, is 0.
  memory
    .fill(0, stride * width, atProducts)
    .fill(0, atGiven, atCounts)
    .fill(0, atBasis, atMoments);
  const basis = cepstra ? cosines(cols) : undefined;
  for (let k = 0; k < cols; k++) {
    for (let b = 0; b < cols; b++) {
      const weight = basis ? basis[k * cols + b] : Number(k === b);
      memory[atBasis + b * stride + k] = weight;
      memory[atMean + k] += weight / cols;
    }
  }
  const given = memory.subarray(atGiven, atGiven + frames * stride);
  const counts = memory.subarray(atCounts, atCounts + frames).fill(1);
  const levels = memory.subarray(atLevels, atLevels + frames);
  const products = memory.subarray(atProducts, atGiven);
  const [deviation, skewness, kurtosis] = [0, 1, 2].map(() => new Float64Array(cols));
  const scale = new Float64Array(stride);
  for (let i = 0; i < n; i++) {
    const own = data.subarray(i * frames * cols, (i + 1) * frames * cols);
    if (stride === cols) given.set(own);
    else for (let t = 0; t < frames; t++) given.set(own.subarray(t * cols, (t + 1) * cols), t * stride);
    let used = frames;
    if (gate) {
      kernels.multiply(atMean, atGiven, atLevels, 2, width, stride);
      used = countLoud(levels, before, after, gate, counts);
    }
    // What is done to a frame as a whole, or to all columns alike, may be done before the transform, frame by frame.
    kernels.detrend(atGiven, atCounts, atFrames, frames, stride, before, after, used);
    kernels.multiply(atBasis, atFrames, 0, stride, width, stride);
    for (const [k, lag] of lags.entries()) {
      kernels.multiply(0, lag, atProducts + k * stride * stride, stride, stride, width);
    }
    for (let c = 0; c < cols; c++) {
      deviation[c] = Math.sqrt(products[c * stride + c] / used);
      scale[c] = 1 / (deviation[c] + 1e-6);
      if (!moments) continue;
      kernels.highMoments(c * width, width, atMoments);
      skewness[c] = (memory[atMoments] * scale[c] ** 3) / used;
      kurtosis[c] = (memory[atMoments + 1] * scale[c] ** 4) / used;
    }
    for (let row = 0; row < lags.length * stride; row++) {
      const factor = scale[row % stride] / used;
      for (let b = 0; b < cols; b++) products[row * stride + b] *= factor * scale[b];
    }
    visit({ products, stride, deviation, skewness, kurtosis }, i);
  }
}

/** Marks the frames whose level, smoothed, is less than `below` below the highest; returns how many they are. */
function countLoud(levels: Float64Array, before: number, after: number, below: number, counts: Float64Array): number {
  const frames = levels.length;
  const sums = new Float64Array(frames + 1);
  for (let t = 0; t < frames; t++) sums[t + 1] = sums[t] + levels[t];
  for (let t = 0; t < frames; t++) {
    const from = Math.max(0, t - before);
    const to = Math.min(frames, t + after + 1);
    levels[t] = (sums[to] - sums[from]) / (to - from);
  }
  const loudest = levels.reduce((most, v) => Math.max(most, v));
  counts.set(levels.map((v) => Number(v > loudest - below)));
  return counts.reduce((sum, v) => sum + v);
}

/** Orthonormal inverse cosine transform: cepstra (rows) to bands (columns). */
export function cosines(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => {
    const [k, band] = [Math.floor(i / n), i % n];
    return Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * k * (band + 0.5)) / n);
  });
}
