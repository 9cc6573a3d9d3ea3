import { type ResolvedStft, resolveStft, type StftOptions } from "../core/analysis.js";
import type { RowKernel } from "../core/rowStream.js";
import { createRowStream } from "../core/rowStream.js";
import type { FrameStream } from "../core/stream.js";
import { createMatrix, type Matrix } from "../core/types.js";
import { computeRows, prepare } from "./computeRows.js";
import type { SpectralKernel } from "./rowKernel.js";

/** Writes `cols` values made of the amplitudes a[at], …, a[at + bins − 1] of one frame. */
export type ShapeOf = (a: Float32Array, at: number, bins: number, out: Float32Array, to: number) => void;

/** A feature made of the amplitude spectrum of each frame. */
export interface Shape {
  cols: number;
  /** Weighted sums of the amplitudes that stand in for them, if those are all it needs. */
  sums?: ((bin: number) => number)[];
  /** A fresh function for each signal: it may remember the frame before. */
  begin: () => ShapeOf;
}

/** Frames whose amplitudes are in memory at a time. */
const rowsAtOnce = 64;

/** The feature over a whole signal. */
export function shapeRows(fn: string, samples: Float32Array, options: StftOptions, shape: Shape): Matrix {
  const { plan, kernel } = amplitudes(fn, options, shape);
  const { cols } = shape;
  const { run } = shapeKernel(kernel, plan.stft.hopLength, shape);
  return computeRows(fn, samples, { plan, kernel: { ...kernel, cols, run } });
}

/** Its streaming twin. */
export function shapeStream(fn: string, options: StftOptions, shape: Shape): FrameStream {
  const { plan, kernel } = amplitudes(fn, options, shape);
  const { nFft, hopLength, center, padMode } = plan.stft;
  let current = shapeKernel(kernel, hopLength, shape);
  const restartable: RowKernel = {
    cols: shape.cols,
    run: (samples, first, rows, out) => current.run(samples, first, rows, out),
  };
  const stream = createRowStream(fn, restartable, { frameLength: nFft, hopLength, center, padMode });
  const restart = () => {
    current = shapeKernel(kernel, hopLength, shape);
  };
  return {
    process: stream.process,
    flush() {
      const out = stream.flush();
      restart();
      return out;
    },
    reset() {
      stream.reset();
      restart();
    },
  };
}

/** Defaults of librosa's `feature` functions. */
function resolveShape(fn: string, options: StftOptions): ResolvedStft {
  return resolveStft(fn, { hopLength: 512, ...options });
}

function amplitudes(fn: string, options: StftOptions, { sums }: Shape) {
  const { nFft, hopLength, winLength, window, center, padMode } = options;
  return prepare(`${fn}:`, { nFft, hopLength, winLength, window, center, padMode }, () => {
    const stft = resolveShape(fn, options);
    const bins = 1 + Math.floor(stft.nFft / 2);
    const filters = sums?.map((weight) => ({
      start: 0,
      weights: Float64Array.from({ length: bins }, (_, k) => weight(k)),
    }));
    return { stft, power: 1, bank: filters && { filters, bins } };
  });
}

interface ShapeKernel extends RowKernel {
  run(samples: Float32Array, first: number, rows: number, out: Float32Array): number;
}

function shapeKernel(amplitude: SpectralKernel, hopLength: number, { cols, begin }: Shape): ShapeKernel {
  const bins = amplitude.cols;
  const scratch = createMatrix(rowsAtOnce, bins).data;
  const shape = begin();
  return {
    cols,
    run(samples, first, rows, out) {
      let probe = 0;
      for (let done = 0; done < rows; done += rowsAtOnce) {
        const count = Math.min(rowsAtOnce, rows - done);
        probe += amplitude.run(samples, first + done * hopLength, count, scratch);
        for (let t = 0; t < count; t++) shape(scratch, t * bins, bins, out, (done + t) * cols);
      }
      return probe;
    },
  };
}
