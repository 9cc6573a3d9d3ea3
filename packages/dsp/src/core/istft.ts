import { createOverlapAddKernel, type OverlapAddKernel } from "../kernels/overlapAdd.js";
import { frameWindow, type ResolvedStft, resolveStft, type StftOptions } from "./analysis.js";
import { cacheKey, createCache } from "./cache.js";
import { requireFinite, requireInteger, requireShape } from "./check.js";
import { createNumbers } from "./memory.js";
import { type OverlapGain, overlapGain } from "./overlapGain.js";
import { createRealFft } from "./realFft.js";
import { type ComplexMatrix, row } from "./types.js";

const synthesisers = createCache<Synthesiser>(16);

/** Options of {@link istft}. */
export interface IstftOptions extends Omit<StftOptions, "padMode"> {
  /** Samples wanted: the end is cut or padded with zeros (default: what the frames cover). */
  length?: number;
}

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

  // A length of the caller's may go beyond what frames cover.
  const out = length === undefined ? createNumbers(size) : new Float32Array(size);
  const { kernel, gain } = synthesisers(cacheKey(resolved), () => createSynthesiser(resolved));
  if (kernel.run({ re, im }, rows, skip, out) !== 0) {
    requireFinite("istft", "re", re.data);
    requireFinite("istft", "im", im.data);
  }
  gain.mend(out, skip, out.length, rows);
  return out;
}

interface Synthesiser {
  kernel: OverlapAddKernel;
  gain: OverlapGain;
}

function createSynthesiser(stft: ResolvedStft): Synthesiser {
  const gain = overlapGain(frameWindow(stft), stft.hopLength);
  return { kernel: createOverlapAddKernel(stft, gain.steady) ?? scalarKernel(stft, gain.steady), gain };
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
