import { requireInteger } from "../core/check.js";
import { createRowBuffer } from "../core/rowStream.js";
import type { Matrix } from "../core/types.js";
import { type DeltaOptions, delta, deltaTaps } from "./delta.js";

/** Rows with memory: feed blocks of rows, in order. The matrix returned is valid until the next call. */
export interface MatrixStream {
  process(rows: Matrix): Matrix;
  flush(): Matrix;
  reset(): void;
}

/** Options of {@link deltaStream}. */
export interface DeltaStreamOptions extends Omit<DeltaOptions, "order" | "mode"> {
  /** Columns of the rows fed. */
  cols: number;
  /** Derivatives appended to each row: 1, or 1 and 2 (default 1). */
  orders?: 0 | 1 | 2;
}

/**
 * Streaming twin of {@link delta}: each row leaves with its derivatives appended, (width − 1) / 2 rows after it came.
 *
 * Equal to the batch result in mode "interp"; a signal shorter than `width` rows to mode "nearest".
 */
export function deltaStream({ cols, width = 9, orders = 1 }: DeltaStreamOptions): MatrixStream {
  requireInteger("deltaStream", "cols", cols, 1);
  const taps = Array.from({ length: orders }, (_, i) => deltaTaps("deltaStream", width, i + 1));
  const half = (width - 1) / 2;
  const wide = cols * (1 + orders);
  const rowsOf = createRowBuffer(wide);
  // The last `width` rows, oldest first.
  const history = new Float32Array(width * cols);
  let count = 0;

  const emit = (at: number, out: Float32Array, to: number) => {
    for (let c = 0; c < cols; c++) out[to * wide + c] = history[at * cols + c];
    for (let order = 0; order < orders; order++) {
      for (let c = 0; c < cols; c++) {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += taps[order][j] * history[j * cols + c];
        out[to * wide + (order + 1) * cols + c] = sum;
      }
    }
  };
  const reset = () => {
    count = 0;
  };
  return {
    process({ data, rows }) {
      const before = count;
      const ready = (n: number) => (n < width ? 0 : n - half);
      const out = rowsOf(ready(before + rows) - ready(before));
      let made = 0;
      for (let t = 0; t < rows; t++) {
        if (count >= width) history.copyWithin(0, cols);
        const slot = Math.min(count, width - 1) * cols;
        for (let c = 0; c < cols; c++) history[slot + c] = data[t * cols + c];
        count++;
        if (count === width) for (let i = 0; i <= half; i++) emit(i, out.data, made++);
        else if (count > width) emit(half, out.data, made++);
      }
      return out;
    },
    flush() {
      let out: Matrix;
      if (count >= width) {
        out = rowsOf(half);
        for (let i = 0; i < half; i++) emit(half + 1 + i, out.data, i);
      } else {
        out = withDeltas({ data: history.slice(0, count * cols), rows: count, cols }, { width, orders });
      }
      reset();
      return out;
    },
    reset,
  };
}

/** Appends derivatives to every row; a clip shorter than `width` repeats its end rows. */
export function withDeltas(matrix: Matrix, { width = 9, orders }: { width?: number; orders: 0 | 1 | 2 }): Matrix {
  if (orders === 0) return matrix;
  const { rows, cols } = matrix;
  const mode = rows < width ? "nearest" : "interp";
  const parts = [matrix];
  for (let order = 1; order <= orders; order++) parts.push(delta(matrix, { width, order, mode }));
  const wide = cols * parts.length;
  const data = new Float32Array(rows * wide);
  parts.forEach((part, p) => {
    for (let t = 0; t < rows; t++) data.set(part.data.subarray(t * cols, (t + 1) * cols), t * wide + p * cols);
  });
  return { data, rows, cols: wide };
}
