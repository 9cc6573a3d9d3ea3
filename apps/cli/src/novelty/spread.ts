import type { Matrix, Tensor } from "@earshot/models";

/** Where training features lie: mean and deviation of each, and how far from there an item may be. */
export interface Spread {
  mean: number[];
  std: number[];
  /** Largest distance at which an item still counts as alike. */
  limit: number;
}

/** How many times as far as nearly all training items (the 99th percentile) an item may lie: speakers and rooms never met do. */
const margin = 1.75;

/** One vector an item: pooled features as they are; of frames, the mean and the deviation of each column. */
export function vectorsOf(x: Matrix | Tensor): { data: Float64Array; rows: number; cols: number } {
  if ("cols" in x) return { data: Float64Array.from(x.data), rows: x.rows, cols: x.cols };
  const [rows, frames = 1] = x.shape;
  const width = rows > 0 ? x.data.length / rows / frames : 0;
  const data = new Float64Array(rows * 2 * width);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < width; c++) {
      let sum = 0;
      let squares = 0;
      for (let f = 0; f < frames; f++) {
        const v = x.data[(i * frames + f) * width + c];
        sum += v;
        squares += v * v;
      }
      const mean = sum / frames;
      data[i * 2 * width + c] = mean;
      data[i * 2 * width + width + c] = Math.sqrt(Math.max(0, squares / frames - mean * mean));
    }
  }
  return { data, rows, cols: 2 * width };
}

/** Learns the spread of training items. */
export function learnSpread(x: Matrix | Tensor): Spread {
  const { data, rows, cols } = vectorsOf(x);
  const mean = new Float64Array(cols);
  const std = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let c = 0; c < cols; c++) mean[c] += data[i * cols + c] / rows;
  for (let i = 0; i < rows; i++) for (let c = 0; c < cols; c++) std[c] += (data[i * cols + c] - mean[c]) ** 2 / rows;
  const short = (v: number): number => Number(v.toPrecision(6));
  const spread = { mean: Array.from(mean, short), std: Array.from(std, (v) => short(Math.sqrt(v))), limit: 0 };
  const distances = Float64Array.from({ length: rows }, (_, i) =>
    distance(spread, data.subarray(i * cols, (i + 1) * cols)),
  ).sort();
  return { ...spread, limit: short(margin * (distances[Math.floor(0.99 * (rows - 1))] ?? 0)) };
}

/** Root mean square of the standardised differences; features that never changed in training do not count. */
export function distance({ mean, std }: Pick<Spread, "mean" | "std">, vector: ArrayLike<number>): number {
  let sum = 0;
  let used = 0;
  for (let c = 0; c < mean.length; c++) {
    if (!(std[c] > 1e-6 * (1 + Math.abs(mean[c])))) continue;
    sum += ((vector[c] - mean[c]) / std[c]) ** 2;
    used++;
  }
  return used > 0 ? Math.sqrt(sum / used) : 0;
}
