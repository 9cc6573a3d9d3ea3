import { type Kernels, kernels, reserve } from "../core/kernels.js";

/** What correlations of frames are made of, on a memory of doubles in which all places count. */
export interface FrameKernels {
  memory: Float64Array;
  /** Products of rows with rows, all `length` long: out[i · rowsB + j] = a[i] · b[j]. rowsA and length even, rowsB divisible by 4. */
  multiply(a: number, b: number, out: number, rowsA: number, rowsB: number, length: number): void;
  /**
   * Takes the moving mean over so many frames `before` and `after` off frames (over those there are, at the ends; none of both: nothing is taken off),
   * sets those whose count is 0 to 0, and takes the mean of the others off them.
   *
   * @param counts place of a 0 or 1 for each frame; `used` is their sum
   * @param cols even
   */
  detrend: Kernels["detrend"];
  /** Writes the sums of the third and fourth powers of n numbers. n even. */
  highMoments(x: number, n: number, out: number): void;
}

/** With SIMD where there is any, on the scratch memory of all kernels, in which anything may stand at first; else plain. */
export function frameKernels(size: number): FrameKernels {
  const fast = kernels();
  if (!fast) return plainFrameKernels(size);
  const memory = reserve(fast, 8 * size).subarray(0, size);
  return {
    memory,
    multiply: (a, b, out, rowsA, rowsB, length) => fast.dots(8 * a, 8 * b, 8 * out, rowsA, rowsB, length),
    detrend: (x, counts, out, ...numbers) => fast.detrend(8 * x, 8 * counts, 8 * out, ...numbers),
    highMoments: (x, n, out) => fast.highMoments(8 * x, n, 8 * out),
  };
}

/** The same in plain loops. */
export function plainFrameKernels(size: number): FrameKernels {
  const memory = new Float64Array(size);
  return {
    memory,
    multiply(a, b, out, rowsA, rowsB, length) {
      for (let i = 0; i < rowsA; i++) {
        const from = a + i * length;
        for (let j = 0; j < rowsB; j++) {
          const shift = b + j * length - from;
          let sum = 0;
          for (let p = from; p < from + length; p++) sum += memory[p] * memory[p + shift];
          memory[out + i * rowsB + j] = sum;
        }
      }
    },
    detrend(x, counts, out, frames, cols, before, after, used) {
      for (let c = 0; c < cols; c++) {
        let run = 0;
        let total = 0;
        for (let t = 0; t < Math.min(after, frames); t++) run += memory[x + t * cols + c];
        for (let t = 0; t < frames; t++) {
          const enters = t + after;
          const leaves = t - before - 1;
          if (enters < frames) run += memory[x + enters * cols + c];
          if (leaves >= 0) run -= memory[x + leaves * cols + c];
          const mean = before + after > 0 ? run / (Math.min(enters + 1, frames) - Math.max(leaves + 1, 0)) : 0;
          const rest = (memory[x + t * cols + c] - mean) * memory[counts + t];
          total += rest;
          memory[out + t * cols + c] = rest;
        }
        const mean = total / used;
        for (let t = 0; t < frames; t++) memory[out + t * cols + c] -= mean * memory[counts + t];
      }
    },
    highMoments(x, n, out) {
      memory.fill(0, out, out + 2);
      for (let i = x; i < x + n; i++) {
        memory[out] += memory[i] ** 3;
        memory[out + 1] += memory[i] ** 4;
      }
    },
  };
}
