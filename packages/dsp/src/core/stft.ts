import { createSpectraKernel, type SpectraKernel } from "../kernels/spectra.js";
import { createAnalyser, type ResolvedStft, resolveStft, type StftOptions, stftFrames } from "./analysis.js";
import { cacheKey, createCache } from "./cache.js";
import { requireFiniteAfter, requireShape } from "./check.js";
import { createFeed } from "./feed.js";
import { createNumbers } from "./memory.js";
import { createRowBuffer } from "./rowStream.js";
import type { SpectrumStream } from "./stream.js";
import type { ComplexMatrix, Matrix } from "./types.js";

export {
  type Analyser,
  createAnalyser,
  frameWindow,
  type ResolvedStft,
  resolveStft,
  type StftOptions,
  stftFrames,
} from "./analysis.js";

const kernels = createCache<SpectraKernel>(16);

/**
 * Short-time Fourier transform.
 *
 * @param samples mono audio, length n ≥ 1
 * @param out filled and returned, if given: fresh memory costs as much as the transform itself
 * @returns re and im, each frames × (1 + ⌊nFft / 2⌋) (librosa's transpose); frames = 1 + ⌊n / hopLength⌋ when centred and nFft is even,
 *   else 1 + ⌊(n − nFft) / hopLength⌋, 0 when the signal is shorter than nFft
 * @throws RangeError if samples are empty or hold NaN or ±∞, or an option is out of range
 * @see istft, spectrogram
 * Source: librosa 0.11 `stft`.
 */
export function stft(samples: Float32Array, options: StftOptions = {}, out?: ComplexMatrix): ComplexMatrix {
  const resolved = resolveStft("stft", options);
  const { nFft, hopLength } = resolved;
  const { rows, first } = stftFrames("stft", samples, resolved);
  const bins = 1 + Math.floor(nFft / 2);
  for (const part of out ? [out.re, out.im] : []) {
    requireShape("stft", "out", part);
    if (part.rows !== rows || part.cols !== bins) {
      throw new RangeError(`stft: out must have ${rows} × ${bins} numbers, got ${part.rows} × ${part.cols}.`);
    }
  }
  const part = (): Matrix => ({ data: createNumbers(rows * bins), rows, cols: bins });
  const spectrum = out ?? { re: part(), im: part() };
  const kernel = kernels(cacheKey(resolved), () => createSpectraKernel(resolved) ?? scalarKernel(resolved));
  const probe = kernel.run(samples, first, spectrum);
  requireFiniteAfter(
    "stft",
    samples,
    probe,
    rows === 0 || hopLength > nFft ? 0 : first + (rows - 1) * hopLength + nFft,
  );
  return spectrum;
}

/**
 * Streaming twin of {@link stft}: the same rows for any chunking; those returned are valid until the next call. Centred, it takes padMode "constant"
 * or "edge".
 */
export function stftStream(options: StftOptions = {}): SpectrumStream {
  return spectrumStream("stftStream", options);
}

/** The same for others, which name themselves in its errors. */
export function spectrumStream(fn: string, options: StftOptions): SpectrumStream {
  const resolved = resolveStft(fn, options);
  const { nFft, hopLength, center, padMode } = resolved;
  const kernel = createSpectraKernel(resolved) ?? scalarKernel(resolved);
  const feed = createFeed(fn, { frameLength: nFft, hopLength, center, padMode });
  const bins = 1 + Math.floor(nFft / 2);
  const [reOf, imOf] = [createRowBuffer(bins), createRowBuffer(bins)];
  const spectra: ComplexMatrix[] = [];
  const computed = (rows: number): ComplexMatrix => {
    const re = reOf(rows);
    const im = imOf(rows);
    // One object for each number of rows, so that the steady state allocates nothing.
    if (spectra[rows]?.re !== re) spectra[rows] = { re, im };
    if (rows > 0) kernel.run(feed.samples, 0, spectra[rows]);
    return spectra[rows];
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

/** The same in double precision, for every length. */
function scalarKernel(stft: ResolvedStft): SpectraKernel {
  const { analyse, bins, re, im } = createAnalyser(stft);
  return {
    run(samples, first, out) {
      let probe = 0;
      for (let t = 0; t < out.re.rows; t++) {
        analyse(samples, first + t * stft.hopLength);
        probe += re[0] * 0;
        out.re.data.set(re, t * bins);
        out.im.data.set(im, t * bins);
      }
      return probe;
    },
  };
}
