import { type PadMode, readFrame } from "../core/frame.js";

/** Sums something over samples, for parts of a frame. */
export interface PartialSum {
  /**
   * Sums over `parts` parts of `size` samples from `at` on; the sample before the first part does not count. Returns 0, or something else when one of
   * the samples may not be finite.
   */
  sums(samples: Float32Array, at: number, parts: number, size: number, out: Float64Array): number;
  /** What the sum of a frame leaves out of its first part: what lies between `at` and the sample before it. */
  before(samples: Float32Array, at: number): number;
  /** Value of a frame of `length` samples with this sum. */
  value(sum: number, length: number): number;
}

/**
 * Rows of one column from sums that overlapping frames share: the signal is cut into parts of which every frame is made, so that each sample is
 * looked at once. The same parts in the same order whatever the chunking: streams and batches agree to the last bit.
 */
export function createLevelKernel(
  frameLength: number,
  hopLength: number,
  padMode: PadMode,
  { sums: sumParts, before, value }: PartialSum,
) {
  const size = hopLength >= frameLength ? frameLength : greatestDivisor(frameLength, hopLength);
  const parts = frameLength / size;
  const step = hopLength >= frameLength ? parts : hopLength / size;
  const rowsAtOnce = 512;
  const sums = new Float64Array((rowsAtOnce - 1) * step + parts);
  const edge = new Float32Array(frameLength);
  let probe = 0;

  /** Rows of frames that lie inside `samples`. */
  const inside = (samples: Float32Array, first: number, rows: number, out: Float32Array, at: number) => {
    for (let done = 0; done < rows; done += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - done);
      const origin = first + done * hopLength;
      const needed = (count - 1) * step + parts;
      probe += sumParts(samples, origin, needed, size, sums);
      for (let t = 0; t < count; t++) {
        let sum = 0;
        for (let j = t * step; j < t * step + parts; j++) sum += sums[j];
        if (t > 0) sum -= before(samples, origin + t * hopLength);
        out[at + done + t] = value(sum, frameLength);
      }
    }
  };
  const alone = (samples: Float32Array, start: number): number => {
    probe += sumParts(samples, start, parts, size, sums);
    let sum = 0;
    for (let j = 0; j < parts; j++) sum += sums[j];
    return value(sum, frameLength);
  };
  return {
    cols: 1,
    run(samples: Float32Array, first: number, rows: number, out: Float32Array): number {
      probe = 0;
      let t = 0;
      const last = samples.length - frameLength;
      for (; t < rows && first + t * hopLength < 0; t++) {
        readFrame(samples, first + t * hopLength, edge, padMode);
        out[t] = alone(edge, 0);
      }
      const whole = Math.max(0, Math.min(rows - t, Math.floor((last - first) / hopLength) + 1 - t));
      if (hopLength >= frameLength) {
        for (let i = 0; i < whole; i++) out[t + i] = alone(samples, first + (t + i) * hopLength);
      } else {
        inside(samples, first + t * hopLength, whole, out, t);
      }
      for (t += whole; t < rows; t++) {
        readFrame(samples, first + t * hopLength, edge, padMode);
        out[t] = alone(edge, 0);
      }
      return probe;
    },
  };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
