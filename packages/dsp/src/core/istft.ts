import { requireInteger, requireMatrix } from "./check.js";
import { createRealFft } from "./realFft.js";
import { frameWindow, resolveStft, type StftOptions } from "./stft.js";
import type { ComplexMatrix } from "./types.js";

export interface IstftOptions extends Omit<StftOptions, "padMode"> {
  /** Samples wanted: the end is cut or padded with zeros (default: what the frames cover). */
  length?: number;
}

/** The smallest single-precision number above 0 that is not subnormal: window sums up to it count as 0. */
const tiny = 2 ** -126;

/**
 * Inverse short-time Fourier transform: windowed overlap-add, divided by the sum of squared windows.
 *
 * @param spectrum frames × (1 + ⌊nFft / 2⌋), as {@link stft} returns; not modified
 * @param options those of the `stft` (nFft defaults to 2·(bins − 1): name an odd one)
 * @returns samples: hopLength·(frames − 1) when centred, else nFft more; or `length`
 * @throws RangeError if the shape does not fit nFft, or a number is NaN or ±∞
 * Source: Griffin & Lim 1984; librosa 0.11 `istft`. Undoes `stft` within 2e-6 of the peak wherever windows overlap.
 */
export function istft({ re, im }: ComplexMatrix, options: IstftOptions = {}): Float32Array {
  const { nFft = Math.max(1, 2 * (re.cols - 1)), length } = options;
  const resolved = resolveStft("istft", { ...options, nFft });
  requireMatrix("istft", "re", re);
  requireMatrix("istft", "im", im);
  const bins = 1 + Math.floor(nFft / 2);
  if (re.cols !== bins || im.cols !== bins || re.rows !== im.rows) {
    throw new RangeError(
      `istft: nFft = ${nFft} needs re and im of one shape with ${bins} columns, got ${re.rows} × ${re.cols} and ${im.rows} × ${im.cols}.`,
    );
  }
  if (length !== undefined) requireInteger("istft", "length", length, 0);
  const { hopLength, center } = resolved;
  const skip = center ? Math.floor(nFft / 2) : 0;
  const covered = re.rows === 0 ? 0 : nFft + hopLength * (re.rows - 1);
  const size = length ?? Math.max(0, covered - 2 * skip);
  const rows = Math.min(re.rows, Math.ceil((size + 2 * skip) / hopLength));

  const plan = createRealFft(nFft);
  const window = frameWindow(resolved);
  const sum = new Float64Array(size);
  const weight = new Float64Array(size);
  const frame = new Float64Array(nFft);
  for (let t = 0; t < rows; t++) {
    plan.inverse(re.data.subarray(t * bins, (t + 1) * bins), im.data.subarray(t * bins, (t + 1) * bins), frame);
    const start = t * hopLength - skip;
    const end = Math.min(nFft, size - start);
    for (let i = Math.max(0, -start); i < end; i++) {
      sum[start + i] += frame[i] * window[i];
      weight[start + i] += window[i] * window[i];
    }
  }
  return Float32Array.from(sum, (v, i) => (weight[i] > tiny ? v / weight[i] : v));
}
