import { requireFinite, requireInteger, requirePositive, requireSampleRate } from "../core/check.js";
import { createFft } from "../core/fft.js";
import type { PadMode } from "../core/frame.js";
import { resample } from "../core/resample.js";
import { stft } from "../core/stft.js";
import { type ComplexMatrix, createMatrix } from "../core/types.js";
import { windowDoubles } from "../core/window.js";

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
 * Source: Schörkhuber & Klapuri 2010. Magnitudes equal librosa 0.11 `cqt(tuning=0)` within 1.5 % of the largest.
 */
export function cqt(samples: Float32Array, options: CqtOptions): ComplexMatrix {
  const { sampleRate, nBins = 84, binsPerOctave = 12, filterScale = 1, padMode = "constant" } = options;
  requireFinite("cqt", "samples", samples);
  if (samples.length === 0) throw new RangeError("cqt: samples must not be empty.");
  requireSampleRate("cqt", sampleRate);
  requireInteger("cqt", "nBins", nBins, 2, 10_000);
  requireInteger("cqt", "binsPerOctave", binsPerOctave, 1, 1200);
  requirePositive("cqt", "filterScale", filterScale);
  requirePositive("cqt", "fMin", options.fMin ?? 1);
  const frequencies = cqtFrequencies(options);
  const step = 2 ** (2 / binsPerOctave);
  const q = (filterScale * (step + 1)) / (step - 1);
  const highest = frequencies[nBins - 1] * (1 + 0.75018565 / q); // half the width of a Hann window
  if (highest > sampleRate / 2) {
    throw new RangeError(
      `cqt: the highest filter must end below ${sampleRate / 2} Hz (half the sample rate), ends at ${Math.round(highest)}; lower nBins or fMin.`,
    );
  }
  let sound = samples;
  let rate = sampleRate;
  let hop = options.hopLength ?? 512;
  requireInteger("cqt", "hopLength", hop, 1);
  const parts: { first: number; spectrum: ComplexMatrix }[] = [];
  for (let end = nBins; end > 0; end -= binsPerOctave) {
    const first = Math.max(0, end - binsPerOctave);
    const octave = frequencies.subarray(first, end);
    // Filters of one octave are at most twice as long as its shortest; librosa's last octave takes a whole one too.
    parts.push({
      first,
      spectrum: respond(sound, { octave, rate, hop, q, padMode, scale: Math.sqrt(sampleRate / rate) }),
    });
    if (hop % 2 === 0 && first > 0) {
      hop /= 2;
      rate /= 2;
      sound = halved(sound);
    }
  }
  const rows = Math.min(...parts.map(({ spectrum }) => spectrum.re.rows));
  const out = { re: createMatrix(rows, nBins), im: createMatrix(rows, nBins) };
  for (const { first, spectrum } of parts) {
    const { cols } = spectrum.re;
    for (let t = 0; t < rows; t++) {
      for (let k = 0; k < cols; k++) {
        const scale = Math.sqrt(frequencies[first + k] / (q * sampleRate));
        out.re.data[t * nBins + first + k] = spectrum.re.data[t * cols + k] * scale;
        out.im.data[t * nBins + first + k] = spectrum.im.data[t * cols + k] * scale;
      }
    }
  }
  return out;
}

/** Half the rate at the same energy. */
function halved(samples: Float32Array): Float32Array {
  const out = resample(samples, { from: 2, to: 1 });
  for (let i = 0; i < out.length; i++) out[i] *= Math.SQRT2;
  return out;
}

interface Octave {
  octave: Float64Array;
  rate: number;
  hop: number;
  q: number;
  padMode: PadMode;
  scale: number;
}

/** Products of the frames' spectra with those of the filters. */
function respond(samples: Float32Array, { octave, rate, hop, q, padMode, scale }: Octave): ComplexMatrix {
  const nFft = 2 ** Math.ceil(Math.log2((q * rate) / octave[0]));
  const spectrum = stft(samples, { nFft, hopLength: hop, window: "boxcar", padMode });
  const filters = Array.from(octave, (frequency) => wavelet(frequency, (q * rate) / frequency, rate, nFft, scale));
  const { rows, cols: bins } = spectrum.re;
  const out = { re: createMatrix(rows, octave.length), im: createMatrix(rows, octave.length) };
  for (let t = 0; t < rows; t++) {
    const re = spectrum.re.data.subarray(t * bins, (t + 1) * bins);
    const im = spectrum.im.data.subarray(t * bins, (t + 1) * bins);
    for (let k = 0; k < filters.length; k++) {
      const { at, fRe, fIm } = filters[k];
      let sumRe = 0;
      let sumIm = 0;
      for (let i = 0; i < at.length; i++) {
        const b = at[i];
        sumRe += fRe[i] * re[b] - fIm[i] * im[b];
        sumIm += fRe[i] * im[b] + fIm[i] * re[b];
      }
      out.re.data[t * filters.length + k] = sumRe;
      out.im.data[t * filters.length + k] = sumIm;
    }
  }
  return out;
}

/** Spectrum of a windowed complex tone of `length` samples, without the smallest bins that together make one per cent of it. */
function wavelet(frequency: number, length: number, rate: number, nFft: number, scale: number) {
  const first = Math.floor(-length / 2);
  const count = Math.ceil(Math.floor(length / 2) - first);
  const window = windowDoubles("hann", count);
  const sum = window.reduce((a, b) => a + b, 0);
  const re = new Float64Array(nFft);
  const im = new Float64Array(nFft);
  const offset = Math.floor((nFft - count) / 2);
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * frequency * (first + i)) / rate;
    const height = ((window[i] / sum) * length * scale) / nFft;
    re[offset + i] = height * Math.cos(angle);
    im[offset + i] = height * Math.sin(angle);
  }
  createFft(nFft).forward(re, im);
  const sizes = Float64Array.from({ length: 1 + nFft / 2 }, (_, k) => Math.hypot(re[k], im[k]));
  const sorted = sizes.slice().sort();
  const total = sorted.reduce((a, b) => a + b, 0);
  let small = 0;
  let below = 0;
  while ((below + sorted[small]) / total < 0.01) below += sorted[small++];
  const at = Uint32Array.from(sizes.keys()).filter((k) => sizes[k] >= sorted[small]);
  return { at, fRe: Float64Array.from(at, (k) => re[k]), fIm: Float64Array.from(at, (k) => im[k]) };
}
