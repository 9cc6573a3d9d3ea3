import { requireFinite, requireInteger, requirePositive, requireSampleRate, requireSamples } from "../core/check.js";
import { frameCount, type PadMode, readFrame, requireFraming } from "../core/frame.js";
import { outputLength, resample } from "../core/resample.js";
import { createRowBuffer } from "../core/rowStream.js";
import type { SpectrumStream } from "../core/stream.js";
import { type ComplexMatrix, createMatrix } from "../core/types.js";
import { createOctaves, type OctavePlan } from "./octaves.js";

/** Options of {@link cqtFrequencies}, {@link cqt} and {@link cqtStream}. */
export interface CqtOptions {
  /** Hz. */
  sampleRate: number;
  /** Samples between frames (default 512); best divisible by 2 once an octave. */
  hopLength?: number;
  /** Lowest bin, Hz (default C1, 32.7). */
  fMin?: number;
  /** Bins (default 84: seven octaves). */
  nBins?: number;
  /** Bins an octave (default 12). */
  binsPerOctave?: number;
  /** Length of the filters: below 1 sharper in time, above 1 in frequency (default 1). */
  filterScale?: number;
  /** Beyond the ends (default "constant": zeros). */
  padMode?: PadMode;
}

/** Frequencies of the bins, Hz. */
export function cqtFrequencies({
  nBins = 84,
  fMin = 32.70319566257483,
  binsPerOctave = 12,
}: Partial<CqtOptions> = {}): Float64Array {
  return Float64Array.from({ length: nBins }, (_, k) => fMin * 2 ** (k / binsPerOctave));
}

/**
 * Constant-Q transform: a spectrum whose bins are evenly spaced in pitch, and as many periods long each.
 *
 * Octaves are computed one after the other, the sound resampled to half the rate between them.
 *
 * @param samples mono audio, length n ≥ 1
 * @returns re and im, each frames × nBins (librosa's transpose)
 * @throws RangeError if the highest filter passes half the sample rate, an option is out of range, or samples are empty or hold NaN or ±∞
 * @see cqtStream for chunks
 * Source: Schörkhuber & Klapuri 2010. Magnitudes equal librosa 0.11 `cqt(tuning=0)` within 1.5 % of the largest.
 */
export function cqt(samples: Float32Array, options: CqtOptions): ComplexMatrix {
  const { nBins = 84 } = options;
  const rows = cqtRows("cqt", samples, options);
  const out = { re: createMatrix(rows, nBins), im: createMatrix(rows, nBins) };
  let done = 0;
  eachCqtBlock("cqt", samples, options, ({ re, im }) => {
    out.re.data.set(re.data, done * nBins);
    out.im.data.set(im.data, done * nBins);
    done += re.rows;
  });
  return out;
}

/** Streaming twin of {@link cqt}: the same rows for any chunking, valid until the next call. It takes padMode "constant" or "edge". */
export function cqtStream(options: CqtOptions): SpectrumStream {
  return streamOf("cqtStream", options);
}

/** Frames of a signal, after checking it and the options. */
export function cqtRows(fn: string, samples: Float32Array, options: CqtOptions): number {
  requireSamples(fn, "samples", samples);
  if (samples.length === 0) throw new RangeError(`${fn}: samples must not be empty.`);
  return Math.min(
    ...planOctaves(fn, options).map(({ nFft, hop, halvings }) => {
      let length = samples.length;
      for (let i = 0; i < halvings; i++) length = outputLength(length, 2, 1);
      return frameCount(length, { frameLength: nFft, hopLength: hop, center: true });
    }),
  );
}

/** Samples that the stream gets at a time: memory stays bounded by what they become. */
const blockSamples = 65_536;

/** Calls `use` with the rows of a signal, block after block. */
export function eachCqtBlock(
  fn: string,
  samples: Float32Array,
  options: CqtOptions,
  use: (rows: ComplexMatrix) => void,
): void {
  const { padMode = "constant" } = options;
  if (padMode === "constant" || padMode === "edge") {
    const stream = streamOf(fn, options);
    for (let at = 0; at < samples.length; at += blockSamples) {
      const chunk = samples.subarray(at, at + blockSamples);
      requireFinite(fn, "samples", chunk, at);
      use(stream.process(chunk));
    }
    use(stream.flush());
    return;
  }
  // Mirrored ends look ahead: each octave is made and padded as a whole.
  requireFinite(fn, "samples", samples);
  const plans = planOctaves(fn, options);
  const octaves = createOctaves(fn, plans, { center: false });
  let sound = samples;
  for (const [i, { nFft, halvings }] of plans.entries()) {
    if (i > 0 && halvings > plans[i - 1].halvings) {
      sound = resample(sound, { from: 2, to: 1 }).map((v) => v * Math.SQRT2);
    }
    const padded = new Float32Array(sound.length + nFft);
    readFrame(sound, -nFft / 2, padded, padMode);
    octaves.feed(i, padded);
  }
  const rows = octaves.ready();
  const { nBins = 84 } = options;
  const out = { re: createMatrix(rows, nBins), im: createMatrix(rows, nBins) };
  octaves.take(rows, out);
  use(out);
}

function streamOf(fn: string, options: CqtOptions): SpectrumStream {
  const { nBins = 84, padMode } = options;
  const octaves = createOctaves(fn, planOctaves(fn, options), { center: true, padMode });
  const [reOf, imOf] = [createRowBuffer(nBins), createRowBuffer(nBins)];
  const spectra: ComplexMatrix[] = [];
  const taken = (): ComplexMatrix => {
    const rows = octaves.ready();
    const re = reOf(rows);
    if (spectra[rows]?.re !== re) spectra[rows] = { re, im: imOf(rows) };
    octaves.take(rows, spectra[rows]);
    return spectra[rows];
  };
  return {
    process(chunk) {
      octaves.process(chunk);
      return taken();
    },
    flush() {
      octaves.finish();
      const out = taken();
      octaves.reset();
      return out;
    },
    reset: octaves.reset,
  };
}

export function planOctaves(fn: string, options: CqtOptions): OctavePlan[] {
  const { sampleRate, nBins = 84, binsPerOctave = 12, filterScale = 1, fMin = 1, hopLength = 512 } = options;
  const { padMode = "constant" } = options;
  requireSampleRate(fn, sampleRate);
  requireInteger(fn, "nBins", nBins, 2, 10_000);
  requireInteger(fn, "binsPerOctave", binsPerOctave, 1, 1200);
  requirePositive(fn, "filterScale", filterScale);
  requirePositive(fn, "fMin", fMin);
  requireFraming(fn, { frameLength: 1, hopLength, padMode });
  const frequencies = cqtFrequencies(options);
  const step = 2 ** (2 / binsPerOctave);
  const q = (filterScale * (step + 1)) / (step - 1);
  const highest = frequencies[nBins - 1] * (1 + 0.75018565 / q); // half the width of a Hann window
  if (highest > sampleRate / 2) {
    throw new RangeError(
      `${fn}: the highest filter must end below ${sampleRate / 2} Hz (half the sample rate), ends at ${Math.round(highest)}; lower nBins or fMin.`,
    );
  }
  const plans: OctavePlan[] = [];
  let halvings = 0;
  for (let end = nBins; end > 0; end -= binsPerOctave) {
    // Filters of one octave are at most twice as long as its shortest; librosa's last octave takes a whole one too.
    const first = Math.max(0, end - binsPerOctave);
    const rate = sampleRate / 2 ** halvings;
    const hop = hopLength / 2 ** halvings;
    const octave = frequencies.subarray(first, end);
    const nFft = 2 ** Math.ceil(Math.log2((q * rate) / octave[0]));
    plans.push({ first, frequencies: octave, rate, hop, halvings, nFft, q, sampleRate });
    if (hop % 2 === 0) halvings++;
  }
  return plans;
}
