import { createOverlapAddKernel, type OverlapAddKernel } from "../kernels/overlapAdd.js";
import { frameWindow, type ResolvedStft, resolveStft, type StftOptions } from "./analysis.js";
import { cacheKey, createCache } from "./cache.js";
import { requireFinite, requireInteger, requireShape } from "./check.js";
import { createRealFft } from "./realFft.js";
import { type ComplexMatrix, row } from "./types.js";

const synthesisers = createCache<Synthesiser>(16);

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
  requireShape("istft", "re", re);
  requireShape("istft", "im", im);
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
  const { kernel, gain } = synthesisers(cacheKey(resolved), () => createSynthesiser(resolved));
  if (kernel.run({ re, im }, rows, skip, out) !== 0) {
    requireFinite("istft", "re", re.data);
    requireFinite("istft", "im", im.data);
  }
  mendEnds(out, frameWindow(resolved), gain, rows, skip);
  return out;
}

interface Synthesiser {
  kernel: OverlapAddKernel;
  /** Reciprocal of the sum of squared windows, where frames come before and after: it repeats with every hop. */
  gain: Float64Array;
}

function createSynthesiser(stft: ResolvedStft): Synthesiser {
  const window = frameWindow(stft);
  const gain = new Float64Array(stft.hopLength);
  for (let i = 0; i < gain.length; i++) {
    let sum = 0;
    for (let j = i; j < window.length; j += gain.length) sum += window[j] * window[j];
    gain[i] = sum > tiny ? 1 / sum : 1;
  }
  return { kernel: createOverlapAddKernel(stft, gain) ?? scalarKernel(stft, gain), gain };
}

/** Near the ends fewer frames cover a sample: their gain replaces that of the middle. */
function mendEnds(out: Float32Array, window: Float64Array, gain: Float64Array, rows: number, skip: number): void {
  const hop = gain.length;
  const mend = (i: number) => {
    const j = i + skip;
    let sum = 0;
    const last = Math.min(rows - 1, Math.floor(j / hop));
    for (let t = Math.max(0, Math.ceil((j - window.length + 1) / hop)); t <= last; t++) sum += window[j - t * hop] ** 2;
    out[i] *= (sum > tiny ? 1 / sum : 1) / gain[j % hop];
  };
  const steadyFrom = Math.max(0, Math.min(out.length, window.length - hop - skip));
  const steadyTo = Math.max(steadyFrom, Math.min(out.length, rows * hop - skip));
  for (let i = 0; i < steadyFrom; i++) mend(i);
  for (let i = steadyTo; i < out.length; i++) mend(i);
}

/** The same in double precision, for every length. */
function scalarKernel(stft: ResolvedStft, gain: Float64Array): OverlapAddKernel {
  const { nFft, hopLength } = stft;
  const plan = createRealFft(nFft);
  const window = frameWindow(stft);
  const frame = new Float64Array(nFft);
  return {
    run({ re, im }, rows, skip, out) {
      const sum = new Float64Array(out.length);
      let probe = 0;
      for (let t = 0; t < rows; t++) {
        plan.inverse(row(re, t), row(im, t), frame);
        for (let k = 0; k < re.cols; k++) probe += (re.data[t * re.cols + k] + im.data[t * re.cols + k]) * 0;
        const start = t * hopLength - skip;
        const end = Math.min(nFft, out.length - start);
        for (let i = Math.max(0, -start); i < end; i++) sum[start + i] += frame[i] * window[i];
      }
      for (let i = 0; i < sum.length; i++) out[i] = sum[i] * gain[(i + skip) % hopLength];
      return probe;
    },
  };
}
