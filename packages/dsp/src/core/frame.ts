import { requireFinite, requireInteger, requireOneOf } from "./check.js";
import { createRowStream } from "./rowStream.js";
import type { FrameStream } from "./stream.js";
import { createMatrix, type FloatArray, type Matrix } from "./types.js";

/** What lies beyond the ends of the signal: zeros, the end samples, or the signal mirrored without or with its end sample. */
export type PadMode = "constant" | "edge" | "reflect" | "symmetric";

const padModes: readonly PadMode[] = ["constant", "edge", "reflect", "symmetric"];

/** Options of {@link frame} and {@link frameStream}. */
export interface FrameOptions {
  /** Samples a frame, ≥ 1. */
  frameLength: number;
  /** Samples from one frame to the next, ≥ 1. */
  hopLength: number;
  /** Frame t is centred on sample t·hopLength (true), or begins there (false, the default, as librosa's `util.frame`). */
  center?: boolean;
  /** Used when centred (default "constant"). */
  padMode?: PadMode;
}

/**
 * Cuts a signal into overlapping frames.
 *
 * @param samples mono audio, length n
 * @returns frames × frameLength (librosa's `util.frame` transposed); not centred and shorter than a frame: 0 rows
 * @throws RangeError if a length is no whole number ≥ 1, or samples hold NaN or ±∞
 * Source: librosa 0.11 `util.frame`; centred as `stft` pads. Exactly equal.
 */
export function frame(samples: Float32Array, options: FrameOptions): Matrix {
  const { frameLength, hopLength, center = false, padMode = "constant" } = options;
  requireFinite("frame", "samples", samples);
  requireFraming("frame", { frameLength, hopLength, padMode });
  const rows = frameCount(samples.length, { frameLength, hopLength, center });
  const out = createMatrix(rows, frameLength);
  const first = center ? -Math.floor(frameLength / 2) : 0;
  for (let t = 0; t < rows; t++) {
    const target = out.data.subarray(t * frameLength, (t + 1) * frameLength);
    readFrame(samples, first + t * hopLength, target, padMode);
  }
  return out;
}

/** Number of frames of a signal of n samples: 0 if it is empty, or shorter than a frame and not centred. */
export function frameCount(
  n: number,
  { frameLength, hopLength, center = false }: { frameLength: number; hopLength: number; center?: boolean },
): number {
  const padded = center ? n + 2 * Math.floor(frameLength / 2) : n;
  return n === 0 || padded < frameLength ? 0 : 1 + Math.floor((padded - frameLength) / hopLength);
}

/** Copies `out.length` samples from position `start`, which may lie before the signal or run beyond it. */
export function readFrame(samples: FloatArray, start: number, out: FloatArray, padMode: PadMode): void {
  const n = samples.length;
  const length = out.length;
  const from = Math.min(Math.max(0, -start), length);
  const to = Math.max(Math.min(length, n - start), from);
  for (let i = from; i < to; i++) out[i] = samples[start + i];
  if (padMode === "constant") {
    out.fill(0, 0, from);
    out.fill(0, to, length);
    return;
  }
  for (let i = 0; i < from; i++) out[i] = samples[mirror(start + i, n, padMode)];
  for (let i = to; i < length; i++) out[i] = samples[mirror(start + i, n, padMode)];
}

/** Index inside the signal that stands for index i outside it; mirrors as often as needed. */
function mirror(i: number, n: number, padMode: PadMode): number {
  if (padMode === "edge" || n === 1) return i < 0 ? 0 : n - 1;
  const period = padMode === "reflect" ? 2 * n - 2 : 2 * n;
  const at = ((i % period) + period) % period;
  return at < n ? at : padMode === "reflect" ? period - at : period - 1 - at;
}

/** Guards shared by everything that frames. */
export function requireFraming(
  fn: string,
  {
    frameLength,
    hopLength,
    padMode,
    lengthName = "frameLength",
  }: { frameLength: number; hopLength: number; padMode: PadMode; lengthName?: string },
): void {
  requireInteger(fn, lengthName, frameLength, 1, 2 ** 24);
  requireInteger(fn, "hopLength", hopLength, 1);
  requireOneOf(fn, "padMode", padMode, padModes);
}

/**
 * Times of frames.
 *
 * @param frames number of frames, or their indices
 * @param options.nFft with it, times are those of the first samples' centres of frames that are not centred (adds nFft / 2 samples)
 * @returns seconds, one a frame
 * Source: librosa 0.11 `frames_to_time`.
 */
export function frameTimes(
  frames: number | ArrayLike<number>,
  { sampleRate, hopLength, nFft = 0 }: { sampleRate: number; hopLength: number; nFft?: number },
): Float64Array {
  const shift = Math.floor(nFft / 2);
  const indices = typeof frames === "number" ? Array.from({ length: frames }, (_, t) => t) : Array.from(frames);
  return Float64Array.from(indices, (t) => (t * hopLength + shift) / sampleRate);
}

/** Streaming twin of {@link frame}: the same rows for any chunking. Centred, it takes padMode "constant" or "edge". */
export function frameStream(options: FrameOptions): FrameStream {
  const { frameLength, hopLength, center = false, padMode = "constant" } = options;
  requireFraming("frameStream", { frameLength, hopLength, padMode });
  const run = (samples: Float32Array, _: number, rows: number, out: Float32Array): void => {
    for (let t = 0, at = 0; t < rows; t++) {
      for (let i = t * hopLength; i < t * hopLength + frameLength; i++) out[at++] = samples[i];
    }
  };
  return createRowStream("frameStream", { cols: frameLength, run }, { frameLength, hopLength, center, padMode });
}
