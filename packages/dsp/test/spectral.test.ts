import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chroma,
  chromaFilterBank,
  cqcc,
  cqt,
  cqtFrequencies,
  dct,
  erb,
  erbFrequencies,
  gammatoneFilter,
  gammatoneFilterBank,
  gammatoneSpectrogram,
  type Matrix,
  type MatrixStream,
  onsetStrength,
  pcen,
  pcenStream,
  slidingCmvn,
  slidingCmvnStream,
  sosFilter,
  tone,
} from "../src/index.js";
import golden from "./golden/timbre.json" with { type: "json" };
import { concat, testSignal, worstDifference } from "./testSignal.js";

const sampleRate = 16000;
const voice = testSignal(12000, sampleRate);
const matrixOf = (values: (number | null)[], cols: number): Matrix => ({
  data: Float32Array.from(values, (v) => v ?? Number.NaN),
  rows: values.length / cols,
  cols,
});
const camel = (options: object) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()).replace("fmin", "fMin"),
      value,
    ]),
  );
const everyRow = ({ data, rows, cols }: Matrix, step: number) =>
  concat(
    Array.from({ length: Math.ceil(rows / step) }, (_, i) => data.subarray(i * step * cols, (i * step + 1) * cols)),
  );

/** Feeds rows in blocks of the given sizes, over and over. */
const streamed = (stream: MatrixStream, { data, rows, cols }: Matrix, sizes: number[]) => {
  const parts: Float32Array[] = [];
  for (let at = 0, i = 0; at < rows; i++) {
    const count = Math.min(sizes[i % sizes.length], rows - at);
    const block = { data: data.slice(at * cols, (at + count) * cols), rows: count, cols };
    parts.push(stream.process(block).data.slice());
    at += count;
  }
  return concat([...parts, stream.flush().data.slice()]);
};
const sizes = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 5 });

describe("cqt", () => {
  it.each(golden.cqt)("has librosa's magnitudes: $options", ({ options, rows, max, values }) => {
    const { re, im } = cqt(voice, { sampleRate, ...camel(options) });
    expect(re.rows).toBe(rows);
    const magnitudes = { ...re, data: re.data.map((v, i) => Math.hypot(v, im.data[i])) };
    expect(worstDifference(everyRow(magnitudes, 3), values) / max).toBeLessThan(0.015);
  });

  it("is largest at the bin of a tone", () => {
    const frequencies = cqtFrequencies({ nBins: 60, fMin: 110 });
    const { re, im } = cqt(tone({ frequency: frequencies[31], sampleRate, durationSec: 1 }), {
      sampleRate,
      fMin: 110,
      nBins: 60,
    });
    const row = Array.from({ length: 60 }, (_, k) => Math.hypot(re.data[15 * 60 + k], im.data[15 * 60 + k]));
    expect(row.indexOf(Math.max(...row))).toBe(31);
  });

  it("names what is wrong", () => {
    expect(() => cqt(voice, { sampleRate, nBins: 120 })).toThrow(
      new RangeError(
        "cqt: the highest filter must end below 8000 Hz (half the sample rate), ends at 32977; lower nBins or fMin.",
      ),
    );
  });
});

describe("cqcc", () => {
  it("is the cosine transform of the log spectrum at even frequencies", () => {
    const options = { sampleRate, fMin: 220, nBins: 24, hopLength: 1024 };
    const { re, im } = cqt(voice, options);
    const frequencies = cqtFrequencies(options);
    const even = Float32Array.from({ length: re.rows * 24 }, (_, i) => {
      const row = Math.floor(i / 24) * 24;
      const hz = frequencies[0] + ((frequencies[23] - frequencies[0]) * (i % 24)) / 23;
      const right = Math.max(
        1,
        frequencies.findIndex((f) => f >= hz - 1e-9),
      );
      const level = (k: number) => Math.log(Math.max(1e-10, re.data[row + k] ** 2 + im.data[row + k] ** 2));
      const share = (hz - frequencies[right - 1]) / (frequencies[right] - frequencies[right - 1]);
      return level(right - 1) * (1 - share) + level(right) * share;
    });
    const want = dct({ data: even, rows: re.rows, cols: 24 }, { count: 13 });
    expect(worstDifference(cqcc(voice, { ...options, nCqcc: 13 }).data, want.data)).toBeLessThan(1e-4);
  });

  it("names what is wrong", () => {
    expect(() => cqcc(voice, { sampleRate, nBins: 24, nCqcc: 25 })).toThrow(
      new RangeError("cqcc: nCqcc must be an integer in [1, 24] (nLinear), got 25."),
    );
  });
});

describe("chroma", () => {
  it("has librosa's filters and values", () => {
    const bank = chromaFilterBank({ sampleRate, nFft: 512, tuning: 0.2 });
    expect(worstDifference(everyRow(bank, 3), golden.chromaBank)).toBeLessThan(1e-6);
    const got = chroma(voice, { sampleRate, nFft: 1024, hopLength: 400 });
    expect(worstDifference(got.data, golden.chroma)).toBeLessThan(1e-4);
  });

  it("is 1 at the class of a tone and 0 in silence", () => {
    const { data } = chroma(tone({ frequency: 440, sampleRate, length: 8000 }), { sampleRate });
    expect([...data.subarray(8 * 12, 9 * 12)].indexOf(1)).toBe(9);
    expect(chroma(new Float32Array(4000), { sampleRate }).data.every((v) => v === 0)).toBe(true);
  });
});

describe("gammatone", () => {
  it("filters as SciPy's does", () => {
    const impulse = new Float32Array(300);
    impulse[0] = 1;
    const got = sosFilter(impulse, gammatoneFilter({ frequency: 440, sampleRate }));
    expect(worstDifference(got, golden.gammatone)).toBeLessThan(1e-6);
  });

  it("filters peak at their centres, evenly spaced on the ear's scale", () => {
    const centres = erbFrequencies(5, { fMin: 500, fMax: 4000 });
    expect([centres[0], centres[4]].map(Math.round)).toEqual([500, 4000]);
    const places = [...centres].map((f) => Math.log(1 + f / (24.7 * 9.26449)));
    for (let i = 1; i < 5; i++) expect(places[i] - places[i - 1]).toBeCloseTo((places[4] - places[0]) / 4, 10);
    expect(erb(1000)).toBeCloseTo(132.64, 2);
    const { data, cols } = gammatoneFilterBank({ sampleRate, nFft: 4096, nFilters: 5, fMin: 500, fMax: 4000 });
    for (let m = 0; m < 5; m++) {
      const row = [...data.subarray(m * cols, (m + 1) * cols)];
      expect((row.indexOf(Math.max(...row)) * sampleRate) / 4096).toBeCloseTo(centres[m], -1);
      expect(Math.max(...row)).toBeCloseTo(1, 2);
    }
  });

  it("spectrogram shows a tone in its band", () => {
    const options = { sampleRate, nFft: 1024, nFilters: 20, fMin: 100, fMax: 4000 };
    const centres = erbFrequencies(20, options);
    const { data, cols } = gammatoneSpectrogram(tone({ frequency: centres[12], sampleRate, length: 8000 }), options);
    const row = [...data.subarray(7 * cols, 8 * cols)];
    expect(row.indexOf(Math.max(...row))).toBe(12);
  });

  it("names what is wrong", () => {
    expect(() => gammatoneFilter({ frequency: 8000, sampleRate })).toThrow(
      new RangeError("gammatoneFilter: frequency must be inside (0, 8000) (half the sample rate), got 8000."),
    );
  });
});

describe("pcen", () => {
  const mel = matrixOf(golden.mel, 8);
  it.each(golden.pcen)("equals librosa's: $options", ({ options, values }) => {
    const { time_constant, ...rest } = options as Record<string, number>;
    const got = pcen(mel, {
      sampleRate,
      hopLength: 160,
      ...rest,
      ...(time_constant ? { timeConstantSec: time_constant } : {}),
    });
    const largest = Math.max(...values.map((v) => Math.abs(v ?? 0)));
    expect(worstDifference(everyRow(got, 2), values) / largest).toBeLessThan(1e-5);
  });

  it("equals its stream under any chunking", () => {
    const want = pcen(mel, { sampleRate }).data;
    const stream = pcenStream({ sampleRate, cols: 8 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        expect(streamed(stream, mel, lengths)).toEqual(want);
      }),
      { seed: 1, numRuns: 15 },
    );
  });

  it("is 0 in silence, and refuses decibels", () => {
    expect(pcen(matrixOf([0, 0, 0, 0], 2), { sampleRate }).data.every((v) => v === 0)).toBe(true);
    expect(() => pcen(matrixOf([1, -2], 2), { sampleRate })).toThrow(
      new RangeError("pcen: spectrogram must be at least 0, got -2 at index 1; were these decibels?"),
    );
  });
});

describe("onsetStrength", () => {
  it.each(golden.onset)("equals librosa's: $options", ({ options, values }) => {
    const got = onsetStrength(voice, { sampleRate, nFft: 1024, hopLength: 256, nMels: 40, ...camel(options) });
    expect(worstDifference(got, values)).toBeLessThan(1e-3);
  });

  it("stands out where a sound begins", () => {
    const late = new Float32Array(16000);
    late.set(voice.subarray(0, 8000), 8000);
    const curve = [...onsetStrength(late, { sampleRate, nFft: 512, hopLength: 160 })];
    expect(Math.abs(curve.indexOf(Math.max(...curve)) - 50)).toBeLessThanOrEqual(2);
  });
});

describe("slidingCmvn", () => {
  const input = matrixOf(golden.cmvnInput, 8);
  it.each(golden.cmvn)("equals torchaudio's: $options", ({ options, values }) => {
    expect(worstDifference(slidingCmvn(input, options).data, values)).toBeLessThan(1e-4);
  });

  it("equals its stream under any chunking, however short the signal", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        (lengths, rows, windowFrames, variance) => {
          const options = { windowFrames, minWindowFrames: Math.ceil(windowFrames / 2), variance };
          const part = { data: input.data.slice(0, rows * 8), rows, cols: 8 };
          const stream = slidingCmvnStream({ cols: 8, ...options });
          const want = slidingCmvn(part, options).data;
          expect(worstDifference(streamed(stream, part, lengths), want)).toBe(0);
          expect(worstDifference(streamed(stream, part, lengths), want)).toBe(0);
        },
      ),
      { seed: 4, numRuns: 60 },
    );
  });

  it("names what is wrong", () => {
    expect(() => slidingCmvn(input, { windowFrames: 5 })).toThrow(
      new RangeError("slidingCmvn: minWindowFrames must be an integer in [1, 5] (windowFrames), got 100."),
    );
  });
});
