import { describe, expect, it } from "vitest";
import * as dsp from "../src/index.js";
import { noise } from "./support.js";

type Options = { sampleRate: number; nFft: number; hopLength: number };
type Feature = (samples: Float32Array, options: Options) => dsp.Matrix | Float32Array | dsp.ComplexMatrix;

/** Every function from samples to frames, with options that suit any rate. */
const features: Record<string, Feature> = {
  stft: dsp.stft,
  spectrogram: dsp.spectrogram,
  melSpectrogram: (x, o) => dsp.melSpectrogram(x, { ...o, nMels: 8, allowEmptyFilters: true }),
  logMelSpectrogram: (x, o) => dsp.logMelSpectrogram(x, { ...o, nMels: 8, allowEmptyFilters: true }),
  mfcc: (x, o) => dsp.mfcc(x, { ...o, nMels: 8, nMfcc: 5, allowEmptyFilters: true }),
  lfcc: (x, o) => dsp.lfcc(x, { ...o, nFilters: 8, nLfcc: 5 }),
  rms: (x, { hopLength }) => dsp.rms(x, { frameLength: 128, hopLength }),
  zeroCrossingRate: (x, { hopLength }) => dsp.zeroCrossingRate(x, { frameLength: 128, hopLength }),
  spectralCentroid: dsp.spectralCentroid,
  spectralBandwidth: dsp.spectralBandwidth,
  spectralRolloff: dsp.spectralRolloff,
  spectralFlatness: (x, { nFft, hopLength }) => dsp.spectralFlatness(x, { nFft, hopLength }),
  spectralFlux: (x, { nFft, hopLength }) => dsp.spectralFlux(x, { nFft, hopLength }),
  spectralContrast: (x, o) => dsp.spectralContrast(x, { ...o, fMin: o.sampleRate / 64, nBands: 4 }),
  chroma: (x, o) => dsp.chroma(x, o),
  gammatoneSpectrogram: (x, o) => dsp.gammatoneSpectrogram(x, { ...o, nFilters: 8, fMin: o.sampleRate / 64 }),
  onsetStrength: (x, o) => dsp.onsetStrength(x, { ...o, nMels: 8, allowEmptyFilters: true }),
  cqt: (x, { sampleRate, hopLength }) => dsp.cqt(x, { sampleRate, hopLength, fMin: sampleRate / 32, nBins: 24 }),
  cqcc: (x, { sampleRate, hopLength }) => dsp.cqcc(x, { sampleRate, hopLength, fMin: sampleRate / 32, nBins: 24 }),
};

/** Functions that give nothing for nothing. */
const signals: Record<string, (samples: Float32Array, sampleRate: number) => Float32Array> = {
  yin: (x, sampleRate) => dsp.yin(x, { sampleRate, fMin: sampleRate / 20, fMax: sampleRate / 4, frameLength: 64 }),
  pyin: (x, sampleRate) =>
    dsp.pyin(x, { sampleRate, fMin: sampleRate / 20, fMax: sampleRate / 4, frameLength: 64, fillNa: 0 }).f0,
  timeStretch: (x) => dsp.timeStretch(x, { rate: 1.3, nFft: 64 }),
  pitchShift: (x) => dsp.pitchShift(x, { nSteps: 1, nFft: 64 }),
  speed: (x) => dsp.speed(x, { factor: 1.1 }),
  bandLimit: (x, sampleRate) => dsp.bandLimit(x, { sampleRate, lowHz: sampleRate / 20 }),
  preEmphasis: (x) => dsp.preEmphasis(x),
  convolve: (x) => dsp.convolve(x, Float32Array.of(1, 0.5)),
};

describe("spectral features", () => {
  const { melSpectrogram, logMelSpectrogram, mfcc, lfcc, chroma, gammatoneSpectrogram } = dsp;
  const named = { melSpectrogram, logMelSpectrogram, mfcc, lfcc, chroma, gammatoneSpectrogram };

  it.each(Object.entries(named))("%s without options asks for the sample rate", (name, work) => {
    const untyped = work as (samples: Float32Array) => dsp.Matrix;
    expect(() => untyped(noise(1000))).toThrow(new TypeError(`${name}: sampleRate is required, in Hz, got undefined.`));
  });

  it("quotes a number that came as a text", () => {
    const text = "512" as unknown as number;
    expect(() => dsp.stft(noise(1000), { nFft: text })).toThrow(
      new RangeError('stft: nFft must be an integer in [1, 16777216], got "512".'),
    );
    expect(() => dsp.mfcc(noise(1000), { sampleRate: text })).toThrow(
      new TypeError('mfcc: sampleRate is required, in Hz, got "512".'),
    );
  });
});

describe.each(Object.entries(signals))("%s", (name, work) => {
  it("refuses NaN and infinities wherever they are, naming the index", () => {
    for (const [value, at] of [
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 999],
    ]) {
      const x = noise(1000);
      x[at] = value;
      expect(() => work(x, 8000)).toThrow(
        new RangeError(`${name}: samples must be finite, got ${value} at index ${at}.`),
      );
    }
  });

  it("gives finite numbers for one sample, silence, and rates from 1 Hz to 1 MHz, and nothing for nothing", () => {
    for (const samples of [Float32Array.of(0.5), new Float32Array(500), noise(40), noise(500)]) {
      for (const rate of [1, 8000, 1e6]) finite(work(samples, rate));
    }
    expect(work(new Float32Array(0), 8000)).toHaveLength(0);
  });
});

/** Largest value, after checking that all are finite. */
function finite(result: ReturnType<Feature>): { count: number; largest: number } {
  const data = result instanceof Float32Array ? result : "re" in result ? result.re.data : result.data;
  expect(data.findIndex((v) => !Number.isFinite(v))).toBe(-1);
  return { count: data.length, largest: data.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
}

describe.each(Object.entries(features))("%s", (name, feature) => {
  it.each([64, 63])("refuses NaN and infinities wherever they are, naming the index (nFft %i)", (nFft) => {
    for (const [value, at] of [
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 300],
      [Number.NEGATIVE_INFINITY, 999],
    ]) {
      const x = noise(1000);
      x[at] = value;
      expect(() => feature(x, { sampleRate: 8000, nFft, hopLength: 16 })).toThrow(
        new RangeError(`${name}: samples must be finite, got ${value} at index ${at}.`),
      );
      expect(() => feature(x, { sampleRate: 8000, nFft, hopLength: 150 })).toThrow(RangeError);
    }
  });

  it("refuses an empty signal", () => {
    expect(() => feature(new Float32Array(0), { sampleRate: 8000, nFft: 64, hopLength: 16 })).toThrow(
      new RangeError(`${name}: samples must not be empty.`),
    );
  });

  it.each([
    ["one sample", Float32Array.of(0.5)],
    ["silence", new Float32Array(500)],
    ["a signal shorter than nFft", noise(40)],
    ["the quietest numbers", noise(500).map((v) => v * 1e-40)],
    ["loud numbers", noise(500).map((v) => v * 1e9)],
  ])("gives finite numbers for %s", (_, samples) => {
    for (const nFft of [64, 63]) {
      const { count } = finite(feature(samples, { sampleRate: 8000, nFft, hopLength: 16 }));
      expect(count).toBeGreaterThan(0);
    }
  });

  it.each([1, 1e6])("works at %d Hz", (sampleRate) => {
    expect(finite(feature(noise(1000), { sampleRate, nFft: 64, hopLength: 16 })).largest).toBeGreaterThan(0);
  });
});

describe("resample", () => {
  it("refuses NaN and infinities wherever they are", () => {
    for (const to of [16000, 16001, 17.3 * 1000]) {
      for (const at of [0, 4000, 8999]) {
        const x = noise(9000);
        x[at] = Number.NaN;
        expect(() => dsp.resample(x, { from: 48000, to })).toThrow(
          new RangeError(`resample: samples must be finite, got NaN at index ${at}.`),
        );
      }
    }
  });

  it("works between 1 Hz and 1 kHz, and at 1 MHz", () => {
    expect(finite(dsp.resample(noise(50), { from: 1, to: 1000 })).count).toBe(50_000);
    expect(finite(dsp.resample(noise(5000), { from: 1e6, to: 44100 })).count).toBe(221);
  });
});

describe("istft", () => {
  it("refuses NaN, naming the part and the index", () => {
    const { re, im } = dsp.stft(noise(500), { nFft: 64 });
    im.data[70] = Number.NaN;
    expect(() => dsp.istft({ re, im })).toThrow(new RangeError("istft: im must be finite, got NaN at index 70."));
  });

  it("gives nothing for no frame", () => {
    const empty = { data: new Float32Array(0), rows: 0, cols: 33 };
    expect(dsp.istft({ re: empty, im: empty })).toHaveLength(0);
    expect([...dsp.istft({ re: empty, im: empty }, { length: 3 })]).toEqual([0, 0, 0]);
  });
});
