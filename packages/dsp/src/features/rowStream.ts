import { requireFinite } from "../core/check.js";
import type { PadMode } from "../core/frame.js";
import type { FrameStream } from "../core/stream.js";
import type { Matrix } from "../core/types.js";
import type { RowKernel } from "./rowKernel.js";

export interface RowStreamOptions {
  /** Samples that a frame needs. */
  frameLength: number;
  hopLength: number;
  /** Half a frame of padding comes before the signal and, at `flush`, after it. */
  center: boolean;
  /** "constant" (the default) or "edge": others would look ahead. */
  padMode?: PadMode;
}

/** Feeds a kernel with the frames of a signal that comes in chunks; allocates nothing once it has seen its largest chunk. */
export function createRowStream(fn: string, kernel: RowKernel, options: RowStreamOptions): FrameStream {
  const { frameLength, hopLength, center, padMode = "constant" } = options;
  if (center && padMode !== "constant" && padMode !== "edge") {
    throw new RangeError(
      `${fn}: padMode must be "constant" or "edge" when centred, since others look ahead, got ${padMode}; or set center: false.`,
    );
  }
  const padding = center ? Math.floor(frameLength / 2) : 0;
  const rowsOf = createRowBuffer(kernel.cols);
  let buffer = new Float32Array(2 * frameLength + 4 * hopLength);
  let filled = padding;
  // Samples to come that no frame needs, when frames do not touch each other.
  let skip = 0;
  let started = false;
  // In an array: a closed-over number would be boxed anew with every chunk.
  const latest = new Float32Array(1);

  const push = (chunk: Float32Array): Matrix => {
    const from = Math.min(skip, chunk.length);
    skip -= from;
    const fresh = chunk.length - from;
    if (filled + fresh > buffer.length) {
      const larger = new Float32Array(2 * (filled + fresh));
      larger.set(buffer.subarray(0, filled));
      buffer = larger;
    }
    for (let i = from, at = filled; i < chunk.length; i++, at++) buffer[at] = chunk[i];
    filled += fresh;
    const rows = filled < frameLength ? 0 : 1 + Math.floor((filled - frameLength) / hopLength);
    const out = rowsOf(rows);
    if (rows === 0) return out;
    kernel.run(buffer, 0, rows, out.data);
    const used = rows * hopLength;
    if (used < filled) buffer.copyWithin(0, used, filled);
    skip = Math.max(0, used - filled);
    filled = Math.max(0, filled - used);
    return out;
  };
  const reset = () => {
    buffer.fill(0);
    filled = padding;
    skip = 0;
    started = false;
  };
  return {
    process(chunk) {
      requireFinite(fn, "chunk", chunk);
      if (chunk.length > 0) {
        if (!started && padMode === "edge") buffer.fill(chunk[0], 0, padding);
        started = true;
        latest[0] = chunk[chunk.length - 1];
      }
      return push(chunk);
    },
    flush() {
      const tail = () => new Float32Array(padding).fill(padMode === "edge" ? latest[0] : 0);
      const out = padding > 0 && started ? push(tail()) : rowsOf(0);
      reset();
      return out;
    },
    reset,
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
