import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { describeFeatures, isTensor } from "../core/features.js";
import { aNumber, aWhole, maybe, oneOf, passing } from "../core/options.js";
import type { Features, SharedWork, Tensor } from "../core/types.js";
import { type CorrelationSettings, type Correlations, forEachCorrelation } from "./correlations.js";

/** Options of {@link frameCorrelation}. */
export interface FrameCorrelationOptions {
  /** Frames of the moving mean that is taken off first, so that what is slower does not count; 1 leaves frames as they are but for their mean (default 13). */
  detrend?: number;
  /** Frames by which one column is later than the other, rising from 0 (default 0, 1, 2). */
  lags?: readonly number[];
  /** Frames so far below the loudest, by the mean of their columns (smoothed as `detrend` says), do not count (default: all count). */
  gate?: number | null;
  /** Columns are cepstra, as many as bands, by an orthonormal cosine transform: bands come back first (default false). */
  cepstra?: boolean;
  /** A row for classifiers, or a picture of columns × columns × lags for networks (default "row"). */
  output?: "row" | "picture";
}

const readers = {
  detrend: aWhole(13, { min: 1 }),
  lags: passing<readonly number[]>(
    [0, 1, 2],
    (v) => Array.isArray(v) && v[0] === 0 && v.every((n, i) => Number.isInteger(n) && (i === 0 || n > v[i - 1])),
    "whole numbers that rise from 0, such as [0, 1, 2]",
  ),
  gate: maybe(aNumber(25, { above: 0 })),
  cepstra: passing(false, (v) => typeof v === "boolean", "true or false"),
  output: oneOf(["row", "picture"] as const, "row"),
};

/** Options with defaults filled in. */
export interface ReadFrameCorrelation {
  detrend: number;
  lags: readonly number[];
  gate?: number | null | undefined;
  cepstra: boolean;
  output: "row" | "picture";
}

const transformer = defineTransformer({
  kind: "frameCorrelation",
  options: readers,
  check: requireFrames,
  learn: (x: Tensor, { lags }) => {
    const [, frames, cols] = x.shape;
    const last = lags[lags.length - 1];
    if (frames <= last) {
      throw new RangeError(`frameCorrelation: lags must be below the number of frames (${frames}), got ${last}.`);
    }
    return { shape: [frames, cols] };
  },
  apply(x: Tensor, _, options): Features {
    const read = options as ReadFrameCorrelation;
    return finish(correlate(x, read, [read.output]), read.output);
  },
  // Row and picture come from the same products.
  share: ({ output, ...same }): SharedWork<Tensor> => ({
    key: JSON.stringify(same),
    begin: (x) => correlate(x, same as CorrelationSettings, ["row", "picture"]),
    finish: (begun) => finish(begun as Correlated, output),
  }),
});

/**
 * How columns of frames move together: correlations over time between all columns, at once and some frames apart, of what changes fast.
 *
 * Of speech in short windows, columns are bands and their fast changes the pulses of the voice: a voice excites all bands at once, a vocoder its own way.
 * Correlations know nothing of level, nor of a microphone's or a room's colour, because each column is centred and scaled by itself.
 *
 * A sample is frames × columns. As "picture" it becomes columns × columns × lags: at (i, j, k) the correlation of column i with column j, `lags[k]` frames
 * later. As "row": of lag 0 the pairs i < j, of each other lag the pairs with |i − j| ≤ 1, then of each column the logarithm of its deviation, its
 * skewness and its kurtosis (at most 30).
 *
 * @throws TypeError if samples are no frames; RangeError if there are no more frames than the last lag
 * Source: second-order pooling; agrees with NumPy within 1e-5.
 */
export function frameCorrelation(options?: FrameCorrelationOptions): SyncTransformer<Tensor, Features> {
  return transformer.build(options) as SyncTransformer<Tensor, Features>;
}

export const frameCorrelationKind = transformer.registered;

function requireFrames(x: Tensor): Tensor {
  if (!isTensor(x) || x.shape.length !== 3) {
    throw new TypeError(`frameCorrelation: x must be samples × frames × columns, got ${describeFeatures(x)}.`);
  }
  const { data } = x;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i]))
      throw new RangeError(`frameCorrelation: x must be finite, got ${data[i]} at index ${i}.`);
  }
  return x;
}

/** What samples gave, as rows, pictures or both. */
interface Correlated {
  shape: readonly number[];
  lags: number;
  row?: Float32Array;
  picture?: Float32Array;
}

type Output = ReadFrameCorrelation["output"];

function correlate(x: Tensor, settings: CorrelationSettings, outputs: readonly Output[]): Correlated {
  const [n, , cols] = x.shape;
  const { lags } = settings;
  const sizes = { row: rowWidth(cols, lags.length), picture: cols * cols * lags.length };
  const out: Correlated = { shape: x.shape, lags: lags.length };
  for (const output of outputs) out[output] = new Float32Array(n * sizes[output]);
  forEachCorrelation(x, settings, outputs.includes("row"), (correlations, i) => {
    if (out.row) writeRow(correlations, cols, lags.length, out.row, i * sizes.row);
    if (out.picture) writePicture(correlations, cols, lags.length, out.picture, i * sizes.picture);
  });
  return out;
}

function finish({ shape, lags, row, picture }: Correlated, output: Output): Features {
  const [n, , cols] = shape;
  const empty = new Float32Array(0);
  if (output === "picture") return { data: picture ?? empty, shape: [n, cols, cols, lags] };
  return { data: row ?? empty, rows: n, cols: rowWidth(cols, lags) };
}

function writePicture(
  { products, stride }: Correlations,
  cols: number,
  lags: number,
  out: Float32Array,
  at: number,
): void {
  for (let k = 0; k < lags; k++) {
    for (let a = 0; a < cols; a++) {
      const from = (k * stride + a) * stride;
      for (let b = 0; b < cols; b++) out[at + (a * cols + b) * lags + k] = products[from + b];
    }
  }
}

const rowWidth = (cols: number, lags: number): number =>
  (cols * (cols - 1)) / 2 + (lags - 1) * (3 * cols - 2) + 3 * cols;

function writeRow(
  { products, stride, deviation, skewness, kurtosis }: Correlations,
  cols: number,
  lags: number,
  out: Float32Array,
  start: number,
): void {
  let at = start;
  for (let k = 0; k < lags; k++) {
    for (let a = 0; a < cols; a++) {
      const [first, end] = k === 0 ? [a + 1, cols] : [Math.max(0, a - 1), Math.min(cols, a + 2)];
      const from = (k * stride + a) * stride;
      for (let b = first; b < end; b++) out[at++] = products[from + b];
    }
  }
  for (let a = 0; a < cols; a++, at++) {
    out[at] = Math.log(deviation[a] + 1e-3);
    out[at + cols] = skewness[a];
    out[at + 2 * cols] = Math.min(30, kurtosis[a]);
  }
}
