import { createFeed, type FeedOptions } from "./feed.js";
import type { FrameStream } from "./stream.js";
import type { Matrix } from "./types.js";

/** Computes rows of features from a signal. */
export interface RowKernel {
  readonly cols: number;
  /** `rows` rows of the frames that begin at first, first + hopLength, …, which may lie partly outside the signal. */
  run(samples: Float32Array, first: number, rows: number, out: Float32Array): void;
}

/** Feeds a kernel with the frames of a signal that comes in chunks; allocates nothing once it has seen its largest chunk. */
export function createRowStream(fn: string, kernel: RowKernel, options: FeedOptions): FrameStream {
  const feed = createFeed(fn, options);
  const rowsOf = createRowBuffer(kernel.cols);
  const computed = (rows: number): Matrix => {
    const out = rowsOf(rows);
    if (rows > 0) kernel.run(feed.samples, 0, rows, out.data);
    return out;
  };
  return {
    process: (chunk) => computed(feed.push(chunk)),
    flush() {
      const out = computed(feed.finish());
      feed.reset();
      return out;
    },
    reset: feed.reset,
  };
}

/** Matrices over one buffer, one for each number of rows asked for, so that the steady state allocates nothing. */
export function createRowBuffer(cols: number): (rows: number) => Matrix {
  let data = new Float32Array(8 * cols);
  let matrices: Matrix[] = [];
  return (rows) => {
    if (rows * cols > data.length) {
      data = new Float32Array(2 * rows * cols);
      matrices = [];
    }
    matrices[rows] ??= { data: data.subarray(0, rows * cols), rows, cols };
    return matrices[rows];
  };
}
