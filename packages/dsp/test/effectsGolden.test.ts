import { describe, expect, it } from "vitest";
import {
  convolve,
  griffinLim,
  melFilterBank,
  melSpectrogram,
  melToAudio,
  melToStft,
  muCompress,
  muExpand,
  phaseVocoder,
  pitchShift,
  splitSilence,
  stft,
  timeStretch,
  trim,
} from "../src/index.js";
import golden from "./golden/effects.json" with { type: "json" };
import { every, testSignal, worstDifference } from "./testSignal.js";

const voice = testSignal(6000);
const magnitudesOf = (samples: Float32Array, nFft: number, hopLength: number) => {
  const { re, im } = stft(samples, { nFft, hopLength });
  return { ...re, data: re.data.map((v, i) => Math.hypot(v, im.data[i])) };
};

describe("timeStretch", () => {
  it.each(golden.stretch)("equals librosa at rate $rate, nFft $nFft", ({ rate, nFft, hopLength, step, length, y }) => {
    const got = timeStretch(voice, { rate, nFft, hopLength });
    expect(got).toHaveLength(length);
    expect(worstDifference(every(got, step), y)).toBeLessThan(5e-5);
  });

  it("gives the signal back at rate 1", () => {
    expect(worstDifference(timeStretch(voice, { rate: 1, nFft: 512 }), voice)).toBeLessThan(1e-6);
  });

  it("has the spectrogram of phaseVocoder, frame by frame", () => {
    const spectrum = stft(voice, { nFft: 256 });
    const stretched = phaseVocoder(spectrum, { rate: 1.5 });
    expect(stretched.re.rows).toBe(Math.ceil(spectrum.re.rows / 1.5));
    // Where two frames have one magnitude, so has every frame between them.
    const tone = {
      re: { data: Float32Array.of(1, 0, -1), rows: 3, cols: 1 },
      im: { data: Float32Array.of(0, 1, 0), rows: 3, cols: 1 },
    };
    const slow = phaseVocoder(tone, { rate: 0.5 });
    // A quarter turn a frame stays a quarter turn a frame, twice as long; the silent frame beyond the end has phase 0.
    expect([...slow.re.data].map((v) => Math.round(v * 1e6) / 1e6 + 0)).toEqual([1, 0, -1, 0, 1, -0.5]);
    expect([...slow.im.data].map((v) => Math.round(v * 1e6) / 1e6 + 0)).toEqual([0, 1, 0, -1, 0, 0]);
  });

  it("stretches nothing and one sample", () => {
    expect(timeStretch(new Float32Array(0), { rate: 2 })).toHaveLength(0);
    expect(timeStretch(Float32Array.of(0.5), { rate: 0.25, nFft: 16 })).toHaveLength(4);
  });

  it("asks for a rate above 0", () => {
    expect(() => timeStretch(voice, { rate: 0 })).toThrow(
      new RangeError("timeStretch: rate must be a finite number above 0, got 0."),
    );
  });
});

describe("pitchShift", () => {
  it.each(golden.shift)("equals librosa at $nSteps steps of $binsPerOctave", ({ step, y, ...options }) => {
    // What remains is noise between 0.91 and 1 of the Nyquist frequency, where two resamplers roll off differently.
    expect(worstDifference(every(pitchShift(voice, options), step), y)).toBeLessThan(2e-3);
  });

  it("moves a tone by the interval and keeps the length", () => {
    const tone = Float32Array.from({ length: 16000 }, (_, t) => Math.sin((2 * Math.PI * 440 * t) / 16000));
    const shifted = pitchShift(tone, { nSteps: 7 });
    expect(shifted).toHaveLength(16000);
    const { data, cols } = magnitudesOf(shifted.subarray(4000, 12000), 8000, 8000);
    const row = data.subarray(cols, 2 * cols);
    expect(row.indexOf(Math.max(...row)) * 2).toBeCloseTo(440 * 2 ** (7 / 12), -0.7);
  });
});

describe("trim and splitSilence", () => {
  const gaps = new Float32Array(14500);
  gaps.set(voice.subarray(0, 3000), 3000);
  gaps.set(
    voice.subarray(0, 2000).map((v) => 0.1 * v),
    10000,
  );
  it.each(golden.splits)("have librosa's boundaries at topDb $topDb, $frameLength/$hopLength, ref $ref", (row) => {
    const options = {
      topDb: row.topDb,
      frameLength: row.frameLength,
      hopLength: row.hopLength,
      ref: row.ref as "max" | number,
    };
    expect(splitSilence(gaps, options).map(({ start, end }) => [start, end])).toEqual(row.intervals);
    const { start, end, samples } = trim(gaps, options);
    expect([start, end]).toEqual(row.trim);
    expect(samples).toEqual(gaps.subarray(start, end));
  });
});

describe("muCompress and muExpand", () => {
  const x = Float32Array.from(golden.mu.x);
  it("equal librosa's", () => {
    expect([...muCompress(x)]).toEqual(golden.mu.compressed);
    expect([...muCompress(x, { mu: 15 })]).toEqual(golden.mu.compressed15);
    expect(worstDifference(muCompress(x, { quantize: false }), golden.mu.plain)).toBeLessThan(1e-7);
    expect(worstDifference(muExpand(Float32Array.from(golden.mu.compressed)), golden.mu.expanded)).toBeLessThan(1e-7);
  });

  it("refuse what is not in range", () => {
    expect(() => muCompress(Float32Array.of(0, 1.5))).toThrow(
      new RangeError("muCompress: samples must be in [-1, 1], got 1.5 at index 1."),
    );
    expect(() => muCompress(x, { mu: 4 })).toThrow(new RangeError("muCompress: mu must be odd to quantise, got 4."));
  });
});

describe("convolve", () => {
  const kernel = testSignal(301, 8000, 7);
  it.each(["full", "same", "valid"] as const)("equals SciPy's, mode %s", (mode) => {
    const got = convolve(voice.subarray(0, 1000), kernel, { mode });
    const peak = Math.max(...got.map(Math.abs));
    expect(worstDifference(every(got, 3), golden.convolution[mode]) / peak).toBeLessThan(1e-6);
  });

  it("equals the sum it stands for, for any lengths", () => {
    for (const [n, m] of [
      [1, 1],
      [1, 7],
      [7, 1],
      [100, 99],
      [64, 65],
      [5000, 3],
    ]) {
      const x = testSignal(n, 8000, n);
      const k = testSignal(m, 8000, m + 50);
      const want = new Float64Array(n + m - 1);
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) want[i + j] += x[i] * k[j];
      expect(worstDifference(convolve(x, k), want)).toBeLessThan(1e-5);
    }
  });

  it("returns nothing for nothing", () => {
    expect(convolve(new Float32Array(0), kernel)).toHaveLength(0);
    expect(convolve(kernel, new Float32Array(0), { mode: "same" })).toHaveLength(0);
  });
});

describe("griffinLim", () => {
  const magnitudes = magnitudesOf(voice.subarray(0, 4000), 256, 64);
  it.each(golden.griffinLim)("equals librosa after $nIter rounds, momentum $momentum, from phases of 0", (row) => {
    const { nIter, momentum, step, y } = row;
    const got = griffinLim(magnitudes, { nIter, momentum, hopLength: 64, init: "zero" });
    expect(worstDifference(every(got, step), y)).toBeLessThan(1e-3);
  });

  it("comes closer to the magnitudes with more rounds, and with momentum than without", () => {
    const error = (nIter: number, momentum: number) => {
      const audio = griffinLim(magnitudes, { nIter, momentum, hopLength: 64, seed: 3 });
      return worstNorm(magnitudesOf(audio, 256, 64).data, magnitudes.data);
    };
    const [start, plain, fast] = [error(0, 0.99), error(40, 0), error(40, 0.99)];
    expect(plain).toBeLessThan(start / 2);
    expect(fast).toBeLessThan(plain);
  });

  it("gives the same audio for the same seed", () => {
    const run = (seed: number) => griffinLim(magnitudes, { nIter: 2, hopLength: 64, seed });
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });

  it("refuses decibels", () => {
    expect(() => griffinLim({ data: Float32Array.of(1, -3), rows: 1, cols: 2 })).toThrow(
      new RangeError("griffinLim: magnitudes must be at least 0, got -3 at index 1; were these decibels?"),
    );
  });
});

describe("melToStft and melToAudio", () => {
  const options = { sampleRate: 8000, nFft: 256, nMels: 30 };
  const part = voice.subarray(0, 4000);
  const mel = melSpectrogram(part, { ...options, hopLength: 64 });

  it("find a spectrum at least as close as librosa's, with the same mel bands", () => {
    const magnitudes = melToStft(mel, options);
    const { data: bank, rows, cols } = melFilterBank(options);
    const again = new Float32Array(mel.data.length);
    for (let t = 0; t < mel.rows; t++) {
      for (let m = 0; m < rows; m++) {
        for (let k = 0; k < cols; k++) again[t * rows + m] += bank[m * cols + k] * magnitudes.data[t * cols + k] ** 2;
      }
    }
    expect(worstNorm(again, mel.data)).toBeLessThan(golden.mel.residual);
    expect(worstNorm(magnitudes.data, magnitudesOf(part, 256, 64).data)).toBeLessThan(golden.mel.distance);
    expect(Math.min(...magnitudes.data)).toBeGreaterThanOrEqual(0);
  });

  it("make audio with about the mel spectrogram given", () => {
    const audio = melToAudio(mel, { ...options, griffinLim: { hopLength: 64, length: 4000 } });
    expect(audio).toHaveLength(4000);
    const again = melSpectrogram(audio, { ...options, hopLength: 64 });
    expect(worstNorm(again.data, mel.data)).toBeLessThan(0.3);
  });

  it("ask for the right number of bands", () => {
    expect(() => melToStft(mel, { ...options, nMels: 40 })).toThrow(
      new RangeError("melToStft: nMels must equal the columns of mel (30), got 40."),
    );
  });
});

/** |a − b| / |b| */
function worstNorm(a: Float32Array, b: Float32Array): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return Math.sqrt(difference / size);
}
