import { requireInteger, requireMatrix } from "../core/check.js";
import { createRowBuffer } from "../core/rowStream.js";
import { createMatrix, type Matrix } from "../core/types.js";
import type { MatrixStream } from "../features/deltaStream.js";

/** Options of {@link slidingCmvn} and {@link slidingCmvnStream}. */
export interface SlidingCmvnOptions {
  /** Frames whose mean is taken, ≥ 1 (default 600). */
  windowFrames?: number;
  /** At the beginning at least so many frames count, even those to come (default 100); not used when centred. */
  minWindowFrames?: number;
  /** The window lies around the frame (true), or before and at it (false, the default). */
  center?: boolean;
  /** Divides by the deviation too (default false). */
  variance?: boolean;
}

/**
 * Mean (and variance) normalisation of each column over the frames around or before it, for signals whose channel drifts.
 *
 * @param matrix frames × features; not modified
 * @returns frames × features
 * @throws RangeError if an option is out of range, or a value is NaN or ±∞
 * @see normalizeFeatures for whole clips, slidingCmvnStream for chunks
 * Source: Kaldi's `apply-cmvn-sliding`. Equals torchaudio 2.11 `functional.sliding_window_cmn` within 1e-4.
 */
export function slidingCmvn(matrix: Matrix, options: SlidingCmvnOptions = {}): Matrix {
  const { windowFrames = 600, minWindowFrames = 100, center = false, variance = false } = options;
  requireMatrix("slidingCmvn", "matrix", matrix);
  check(windowFrames, minWindowFrames);
  const { data, rows, cols } = matrix;
  if (!center) {
    const stream = slidingCmvnStream({ cols, windowFrames, minWindowFrames, variance });
    const { data: body } = stream.process(matrix);
    return { data: body.length > 0 ? body.slice() : stream.flush().data, rows, cols };
  }
  const out = createMatrix(rows, cols);
  const sums = createSums(cols);
  const width = Math.min(windowFrames, rows);
  let from = 0;
  let to = 0;
  for (let t = 0; t < rows; t++) {
    const start = Math.max(0, Math.min(rows - width, t - Math.floor(windowFrames / 2)));
    while (to < start + width) sums.add(data, to++, 1);
    while (from < start) sums.add(data, from++, -1);
    sums.normalise(data, t, width, variance, out.data, t);
  }
  return out;
}

/**
 * Streaming twin of {@link slidingCmvn}, not centred: the first rows leave when `minWindowFrames` have come, then each at once.
 *
 * @param options.cols columns of the rows fed
 */
export function slidingCmvnStream({
  cols,
  windowFrames = 600,
  minWindowFrames = 100,
  variance = false,
}: Omit<SlidingCmvnOptions, "center"> & { cols: number }): MatrixStream {
  requireInteger("slidingCmvn", "cols", cols, 1);
  check(windowFrames, minWindowFrames);
  const sums = createSums(cols);
  const rowsOf = createRowBuffer(cols);
  // The last windowFrames + 1 rows and the one that leaves next, in a ring.
  const capacity = windowFrames + 2;
  const ring = new Float32Array(capacity * cols);
  let seen = 0;
  let dropped = 0;

  return {
    process(rows) {
      requireMatrix("slidingCmvn", "rows", rows);
      if (rows.cols !== cols) throw new RangeError(`slidingCmvn: rows must have ${cols} columns, got ${rows.cols}.`);
      const waited = seen;
      const ready =
        waited >= minWindowFrames ? rows.rows : waited + rows.rows >= minWindowFrames ? waited + rows.rows : 0;
      const out = rowsOf(ready);
      let made = 0;
      for (let i = 0; i < rows.rows; i++) {
        const slot = (seen % capacity) * cols;
        for (let c = 0; c < cols; c++) ring[slot + c] = rows.data[i * cols + c];
        sums.add(ring, seen % capacity, 1);
        seen++;
        if (seen < minWindowFrames) continue;
        while (dropped < seen - 1 - windowFrames) sums.add(ring, dropped++ % capacity, -1);
        // The beginning leaves all at once.
        for (let t = seen === minWindowFrames ? 0 : seen - 1; t < seen; t++) {
          sums.normalise(ring, t % capacity, seen - dropped, variance, out.data, made++);
        }
      }
      return out;
    },
    flush() {
      const out = createMatrix(seen < minWindowFrames ? seen : 0, cols);
      for (let t = 0; t < out.rows; t++) sums.normalise(ring, t, seen, variance, out.data, t);
      this.reset();
      return out;
    },
    reset() {
      sums.clear();
      seen = 0;
      dropped = 0;
    },
  };
}

function check(windowFrames: number, minWindowFrames: number): void {
  requireInteger("slidingCmvn", "windowFrames", windowFrames, 1, 1e7);
  requireInteger("slidingCmvn", "minWindowFrames", minWindowFrames, 1, windowFrames, "windowFrames");
}

/** Running sums of rows and of their squares, in double. */
function createSums(cols: number) {
  const sum = new Float64Array(cols);
  const square = new Float64Array(cols);
  return {
    add(data: Float32Array, row: number, sign: 1 | -1): void {
      for (let c = 0; c < cols; c++) {
        const value = data[row * cols + c];
        sum[c] += sign * value;
        square[c] += sign * value * value;
      }
    },
    normalise(data: Float32Array, row: number, count: number, variance: boolean, out: Float32Array, at: number): void {
      for (let c = 0; c < cols; c++) {
        const mean = sum[c] / count;
        let value = data[row * cols + c] - mean;
        if (variance) {
          const spread = square[c] / count - mean * mean;
          value = count === 1 || spread <= 0 ? 0 : value / Math.sqrt(spread);
        }
        out[at * cols + c] = value;
      }
    },
    clear(): void {
      sum.fill(0);
      square.fill(0);
    },
  };
}
