import { createKernels, reserve } from "../core/kernels.js";

/** Bins a column, missing values included. */
export const binsPerColumn = 256;

/** Numbers a bin: sum of gradients, sum of Hessians, samples, and one that is not used. */
export const perBin = 4;

/** Bytes up to which histograms live in WebAssembly's memory; wider tables take the plain path. */
const mostBytes = 512 * 2 ** 20;

/** Histograms of all columns, and what they are made from. A histogram is cols × bins × 4 numbers. */
export interface Histograms {
  /** Order of the samples; nodes are ranges of it. */
  readonly samples: Int32Array;
  /** Gradient and Hessian of each sample, side by side. */
  readonly gradients: Float64Array;
  take(): Float64Array;
  release(histogram: Float64Array): void;
  /** Overwrites a histogram with that of samples[start, end). */
  fill(histogram: Float64Array, start: number, end: number): void;
  /** Leaves in the parent's histogram that of the other child. */
  subtract(parent: Float64Array, child: Float64Array): void;
}

/** @param most histograms at a time */
export function createHistograms(bins: Uint8Array, rows: number, cols: number, most: number): Histograms {
  return inWasm(bins, rows, cols, most) ?? inScript(bins, rows, cols);
}

function inWasm(bins: Uint8Array, rows: number, cols: number, most: number): Histograms | undefined {
  const size = cols * binsPerColumn * perBin;
  const align = (bytes: number): number => (bytes + 15) & ~15;
  const atSamples = align(rows * cols);
  const atGradients = atSamples + align(4 * rows);
  const atOrdered = atGradients + 16 * rows;
  const atPool = atOrdered + 16 * rows;
  const total = atPool + 8 * size * most;
  const fast = total <= mostBytes ? createKernels() : null;
  if (!fast) return undefined;
  // The memory starts with what the compiler put there; it is all ours afterwards.
  const { buffer } = reserve(fast, total);
  new Uint8Array(buffer).set(bins);
  const pool = Array.from({ length: most }, (_, i) => new Float64Array(buffer, atPool + 8 * size * i, size));
  return {
    samples: new Int32Array(buffer, atSamples, rows),
    gradients: new Float64Array(buffer, atGradients, 2 * rows),
    take() {
      const free = pool.pop();
      if (!free) throw new Error(`histGradientBoosting: more than ${most} histograms at a time.`);
      return free;
    },
    release: (histogram) => pool.push(histogram),
    fill(histogram, start, end) {
      fast.histogram(0, atSamples + 4 * start, end - start, atGradients, atOrdered, histogram.byteOffset, rows, cols);
    },
    subtract: (parent, child) => fast.subtract(parent.byteOffset, child.byteOffset, size),
  };
}

/** The same without SIMD. */
function inScript(bins: Uint8Array, rows: number, cols: number): Histograms {
  const size = cols * binsPerColumn * perBin;
  const pool: Float64Array[] = [];
  const samples = new Int32Array(rows);
  const gradients = new Float64Array(2 * rows);
  return {
    samples,
    gradients,
    take: () => pool.pop() ?? new Float64Array(size),
    release: (histogram) => pool.push(histogram),
    fill(histogram, start, end) {
      histogram.fill(0);
      for (let j = 0; j < cols; j++) {
        const base = j * binsPerColumn * perBin;
        for (let s = start; s < end; s++) {
          const sample = samples[s];
          const at = base + bins[j * rows + sample] * perBin;
          histogram[at] += gradients[2 * sample];
          histogram[at + 1] += gradients[2 * sample + 1];
          histogram[at + 2]++;
        }
      }
    },
    subtract(parent, child) {
      for (let i = 0; i < parent.length; i++) parent[i] -= child[i];
    },
  };
}
