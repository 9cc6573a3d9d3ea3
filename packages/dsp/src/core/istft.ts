import { createOverlapAddKernel, type OverlapAddKernel } from "../kernels/overlapAdd.js";
import { frameWindow, type ResolvedStft, resolveStft, type StftOptions } from "./analysis.js";
import { createCache } from "./cache.js";
import { requireInteger, requireMatrix } from "./check.js";
import { createRealFft } from "./realFft.js";
import { type ComplexMatrix, row } from "./types.js";

const kernels = createCache<OverlapAddKernel>(16);

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

  const out = new Float32Array(size);
  const kernel = kernels(JSON.stringify(resolved), () => createOverlapAddKernel(resolved) ?? scalarKernel(resolved));
  kernel.run({ re, im }, rows, skip, out);
  divideByWindows(out, frameWindow(resolved), hopLength, rows, skip);
  return out;
}

/** Divides by the sum of squared windows that cover each sample, where there is any. */
function divideByWindows(out: Float32Array, window: Float64Array, hopLength: number, rows: number, skip: number): void {
  const nFft = window.length;
  // Sample j, counted from the start of the first frame, lies in frames from ⌈(j − nFft + 1) / hop⌉ to ⌊j / hop⌋.
  const gainAt = (j: number) => {
    let sum = 0;
    const last = Math.min(rows - 1, Math.floor(j / hopLength));
    for (let t = Math.max(0, Math.ceil((j - nFft + 1) / hopLength)); t <= last; t++) {
      const w = window[j - t * hopLength];
      sum += w * w;
    }
    return sum > tiny ? 1 / sum : 1;
  };
  // Between the first and the last frames the sum repeats with every hop.
  const steadyFrom = Math.max(0, nFft - hopLength - skip);
  const steadyTo = Math.max(steadyFrom, Math.min(out.length, rows * hopLength - skip));
  for (let i = 0; i < Math.min(steadyFrom, out.length); i++) out[i] *= gainAt(i + skip);
  const period = Float64Array.from({ length: Math.min(hopLength, Math.max(0, steadyTo - steadyFrom)) }, (_, i) =>
    gainAt(steadyFrom + skip + i),
  );
  for (let i = steadyFrom; i < steadyTo; i += period.length) {
    const end = Math.min(period.length, steadyTo - i);
    for (let j = 0; j < end; j++) out[i + j] *= period[j];
  }
  for (let i = steadyTo; i < out.length; i++) out[i] *= gainAt(i + skip);
}

/** The same in double precision, for every length. */
function scalarKernel(stft: ResolvedStft): OverlapAddKernel {
  const { nFft, hopLength } = stft;
  const plan = createRealFft(nFft);
  const window = frameWindow(stft);
  const frame = new Float64Array(nFft);
  return {
    run({ re, im }, rows, skip, out) {
      const sum = new Float64Array(out.length);
      for (let t = 0; t < rows; t++) {
        plan.inverse(row(re, t), row(im, t), frame);
        const start = t * hopLength - skip;
        const end = Math.min(nFft, out.length - start);
        for (let i = Math.max(0, -start); i < end; i++) sum[start + i] += frame[i] * window[i];
      }
      out.set(sum);
    },
  };
}
