import { createRowStream } from "../core/rowStream.js";
import type { FrameStream } from "../core/stream.js";
import type { Matrix } from "../core/types.js";
import { computeRows, prepare } from "../features/computeRows.js";
import type { RowPlan } from "../features/rowKernel.js";

/** Features of a resolved config, of whole signals and of streams. */
export interface Features {
  cols: number;
  /** Samples of the shortest signal that has a frame, when frames are not centred. */
  frameLength: number;
  rows(samples: Float32Array): Matrix;
  stream(): FrameStream;
}

/** What happens to rows after their plan, in place; it may remember the rows before. */
export interface RowFinish {
  run(rows: Matrix): void;
  reset(): void;
}

/** Features by a {@link RowPlan}. */
export function planned(
  fn: string,
  config: Record<string, unknown>,
  makePlan: () => RowPlan,
  createFinish?: () => RowFinish,
): Features {
  const prepared = prepare(fn, config, makePlan);
  const { plan, kernel } = prepared;
  const { nFft, hopLength, center, padMode } = plan.stft;
  return {
    cols: kernel.cols,
    frameLength: nFft,
    rows(samples) {
      const matrix = computeRows(fn, samples, prepared, (config.topDb ?? null) as number | null);
      createFinish?.().run(matrix);
      return matrix;
    },
    stream() {
      const stream = createRowStream(fn, kernel, { frameLength: nFft, hopLength, center, padMode });
      const finish = createFinish?.();
      if (!finish) return stream;
      const finished = (rows: Matrix): Matrix => {
        finish.run(rows);
        return rows;
      };
      return {
        process: (chunk) => finished(stream.process(chunk)),
        flush() {
          const rows = finished(stream.flush());
          finish.reset();
          return rows;
        },
        reset() {
          stream.reset();
          finish.reset();
        },
      };
    },
  };
}
