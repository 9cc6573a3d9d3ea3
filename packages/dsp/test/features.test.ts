import { describe, expect, it } from "vitest";
import * as dsp from "../src/index.js";
import { golden, noise, type Rows, signalsOf, worst } from "./support.js";

type Feature = (samples: Float32Array, options: object) => dsp.Matrix | Float32Array;
interface Features {
  signals: Record<string, number[]>;
  cases: { fn: string; signal: string; options: Record<string, unknown>; values: number[] | Rows }[];
  delta: { input: Rows; cases: { options: dsp.DeltaOptions; values: Rows }[] };
  trim: { signal: string; options: dsp.TrimOptions; start: number; end: number }[];
  decibel: { input: Rows; cases: { fn: string; options: dsp.DecibelOptions; values: Rows }[] };
  preEmphasis: { coefficient: number; values: number[] };
}
const file = golden<Features>("features");
const signals = signalsOf(file.signals);
const matrix = (rows: Rows) => ({ data: Float32Array.from(rows.flat()), rows: rows.length, cols: rows[0].length });
const functions: Record<string, Feature> = {
  melSpectrogram: dsp.melSpectrogram as Feature,
  logMelSpectrogram: dsp.logMelSpectrogram as Feature,
  mfcc: dsp.mfcc as Feature,
  lfcc: dsp.lfcc as Feature,
  rms: dsp.rms as Feature,
  zeroCrossingRate: dsp.zeroCrossingRate as Feature,
  spectralCentroid: dsp.spectralCentroid as Feature,
  spectralBandwidth: dsp.spectralBandwidth as Feature,
  spectralRolloff: dsp.spectralRolloff as Feature,
  spectralFlatness: dsp.spectralFlatness as Feature,
  spectralContrast: dsp.spectralContrast as Feature,
};

/** Largest error allowed, in the unit of the feature; relative to the largest value where it says so. */
const tolerance: Record<string, { absolute?: number; relative?: number }> = {
  melSpectrogram: { relative: 1e-6 },
  logMelSpectrogram: { absolute: 1e-4 },
  mfcc: { absolute: 1e-3 },
  lfcc: { absolute: 1e-3 },
  rms: { relative: 1e-6 },
  zeroCrossingRate: { absolute: 1e-7 },
  spectralCentroid: { absolute: 0.01 },
  spectralBandwidth: { absolute: 0.01 },
  spectralRolloff: { absolute: 1e-3 },
  spectralFlatness: { absolute: 1e-6 },
  spectralContrast: { absolute: 1e-3 },
};

describe("features", () => {
  it.each(file.cases.map((c) => [c.fn, c.signal, JSON.stringify(c.options), c] as const))(
    "%s of %s with %s has the reference's values",
    (fn, signal, _, { options, values }) => {
      const ours = functions[fn](signals[signal], options);
      const flat = ours instanceof Float32Array ? ours : ours.data;
      if (!(ours instanceof Float32Array)) expect(ours.rows).toBe(values.length);
      const { absolute = 0, relative = 0 } = tolerance[fn];
      const largest = (values as (number | number[])[])
        .flat()
        .reduce<number>((max, v) => Math.max(max, Math.abs(v as number)), 0);
      expect(worst(flat, values)).toBeLessThanOrEqual(absolute + relative * largest);
    },
  );

  it("spectrogram is the squared magnitude of the transform", () => {
    const x = noise(700);
    const { re, im } = dsp.stft(x, { nFft: 128, hopLength: 100 });
    const power = dsp.spectrogram(x, { nFft: 128, hopLength: 100 });
    const amplitude = dsp.spectrogram(x, { nFft: 128, hopLength: 100, power: 1 });
    power.data.forEach((v, i) => {
      const expected = re.data[i] ** 2 + im.data[i] ** 2;
      expect(Math.abs(v - expected)).toBeLessThan(1e-5 * (1 + expected));
      expect(Math.abs(amplitude.data[i] ** 2 - expected)).toBeLessThan(1e-5 * (1 + expected));
    });
  });

  it("spectralFlux is 0 in a steady frame and the norm of the first after silence", () => {
    const x = new Float32Array(400).fill(1, 200);
    const flux = dsp.spectralFlux(x, { nFft: 100, hopLength: 100, center: false, window: "boxcar" });
    expect([...flux].map((v) => Math.round(v))).toEqual([0, 0, 100, 0]);
  });

  it("refuse what they cannot use, in one sentence", () => {
    const x = noise(2000);
    const bad = (work: () => unknown, error: Error) => expect(work).toThrow(error);
    bad(() => dsp.mfcc(x, {} as dsp.MfccOptions), new TypeError("mfcc: sampleRate is required, in Hz, got undefined."));
    bad(
      () => dsp.mfcc(x, { sampleRate: 0 }),
      new RangeError("mfcc: sampleRate must be a finite number above 0, got 0."),
    );
    bad(
      () => dsp.mfcc(x, { sampleRate: 16000, nMels: 40, nMfcc: 64 }),
      new RangeError("mfcc: nMfcc must be an integer in [1, 40] (nMels), got 64."),
    );
    bad(
      () => dsp.mfcc(x, { sampleRate: 16000, nMels: 40, lifter: -1 }),
      new RangeError("mfcc: lifter must be in [0, 1000000], got -1."),
    );
    bad(
      () => dsp.melSpectrogram(x, { sampleRate: 16000, fMax: 9000 }),
      new RangeError("melSpectrogram: fMax must be in [0, 8000], got 9000."),
    );
    bad(
      () => dsp.melFilterBank({ sampleRate: 16000, nFft: 256, nMels: 128 }),
      new RangeError(
        "melFilterBank: 13 of nMels = 128 filters hold no bin of nFft = 256 at 16000 Hz (the first is filter 0); lower nMels, raise nFft, or set allowEmptyFilters.",
      ),
    );
    bad(
      () => dsp.logMelSpectrogram(x, { sampleRate: 16000, nMels: 40, topDb: -1 }),
      new RangeError("logMelSpectrogram: topDb must be null or a finite number of at least 0, got -1."),
    );
    bad(
      () => dsp.lfcc(x, { sampleRate: 16000, nFilters: 20, nLfcc: 21 }),
      new RangeError("lfcc: nLfcc must be an integer in [1, 20] (nFilters), got 21."),
    );
    bad(() => dsp.rms(new Float32Array(0)), new RangeError("rms: samples must not be empty."));
    bad(
      () => dsp.zeroCrossingRate(x, { threshold: -1 }),
      new RangeError("zeroCrossingRate: threshold must be in [0, 1.7976931348623157e+308], got -1."),
    );
    bad(
      () => dsp.spectralRolloff(x, { sampleRate: 8000, rollPercent: 1 }),
      new RangeError("spectralRolloff: rollPercent must be in [5e-324, 0.9999999999999999], got 1."),
    );
    bad(
      () => dsp.spectralContrast(x, { sampleRate: 8000 }),
      new RangeError(
        "spectralContrast: the last of nBands = 6 begins at 6400 Hz, not below sampleRate / 2 = 4000 Hz; lower nBands or fMin.",
      ),
    );
    bad(() => dsp.spectrogram(x, { power: 0 }), new RangeError("spectrogram: power must be in [5e-324, 16], got 0."));
  });
});

describe("caches of plans", () => {
  it("tell NaN from null", () => {
    const options = { sampleRate: 8000, nFft: 512, nMels: 40 };
    expect(dsp.mfcc(noise(1000), { ...options, topDb: null }).rows).toBe(2);
    expect(() => dsp.mfcc(noise(1000), { ...options, topDb: Number.NaN })).toThrow(
      new RangeError("mfcc: topDb must be null or a finite number of at least 0, got NaN."),
    );
    const config = { kind: "mfcc", ...options } as const;
    expect(dsp.extractFeatures(noise(1000), { ...config, durationSec: null }).rows).toBe(2);
    expect(() => dsp.extractFeatures(noise(1000), { ...config, durationSec: Number.NaN })).toThrow(
      new RangeError("resolveFeatureConfig: durationSec must be a finite number above 0, got NaN."),
    );
  });
});

describe("delta", () => {
  it.each(file.delta.cases.map((c) => [JSON.stringify(c.options), c] as const))(
    "with %s has librosa's values",
    (_, { options, values }) => {
      expect(worst(dsp.delta(matrix(file.delta.input), options).data, values)).toBeLessThan(2e-5);
    },
  );

  it("names what does not fit", () => {
    const small = { data: new Float32Array(6), rows: 3, cols: 2 };
    expect(() => dsp.delta(small)).toThrow(
      new RangeError(
        'delta: mode "interp" needs at least width = 9 frames, got 3; use a smaller width or mode "nearest".',
      ),
    );
    expect(() => dsp.delta(small, { width: 4 })).toThrow(new RangeError("delta: width must be odd, got 4."));
    expect(() => dsp.delta(small, { width: 3, order: 3 })).toThrow(
      new RangeError("delta: order must be an integer in [1, 2] (width − 1), got 3."),
    );
  });
});

describe("trim", () => {
  it.each(file.trim.map((c) => [c.signal, JSON.stringify(c.options), c] as const))(
    "of %s with %s cuts where librosa does",
    (_, __, { signal, options, start, end }) => {
      const cut = dsp.trim(signals[signal], options);
      expect([cut.start, cut.end, cut.samples.length]).toEqual([start, end, end - start]);
    },
  );

  it("keeps an empty signal empty", () => {
    expect(dsp.trim(new Float32Array(0))).toMatchObject({ start: 0, end: 0 });
  });
});

describe("decibels", () => {
  it.each(file.decibel.cases.map((c) => [c.fn, JSON.stringify(c.options), c] as const))(
    "%s with %s has librosa's values",
    (fn, _, { options, values }) => {
      const ours = fn === "power_to_db" ? dsp.powerToDb : dsp.amplitudeToDb;
      expect(worst(ours(matrix(file.decibel.input), options).data, values)).toBeLessThan(1e-5);
    },
  );

  it("come back as power and amplitude", () => {
    const x = { data: Float32Array.of(1, 0.01, 100), rows: 1, cols: 3 };
    expect(worst(dsp.dbToPower(dsp.powerToDb(x)).data, [1, 0.01, 100])).toBeLessThan(1e-4);
    expect(worst(dsp.dbToAmplitude(dsp.amplitudeToDb(x, { ref: 2 }), { ref: 2 }).data, [1, 0.01, 100])).toBeLessThan(
      1e-4,
    );
  });

  it("names the parameter, the rule and the value", () => {
    const x = { data: Float32Array.of(1), rows: 1, cols: 1 };
    expect(() => dsp.powerToDb(x, { amin: 0 })).toThrow(
      new RangeError("powerToDb: amin must be a finite number above 0, got 0."),
    );
    expect(() => dsp.amplitudeToDb({ ...x, rows: 2 })).toThrow(
      new RangeError("amplitudeToDb: matrix must hold rows × cols = 2 × 1 numbers, got 1."),
    );
  });
});

describe("preEmphasis", () => {
  it("has librosa's values when silence comes before", () => {
    const { coefficient, values } = file.preEmphasis;
    expect(worst(dsp.preEmphasis(signals.short, { coefficient }), values)).toBeLessThan(2e-7);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => dsp.preEmphasis(new Float32Array(1), { coefficient: 1.5 })).toThrow(
      new RangeError("preEmphasis: coefficient must be in [0, 1], got 1.5."),
    );
  });
});

describe("normalizeFeatures", () => {
  it("brings every column to mean 0 and deviation 1, a constant one to 0", () => {
    const out = dsp.normalizeFeatures({ data: Float32Array.of(1, 5, 3, 5), rows: 2, cols: 2 });
    expect([...out.data]).toEqual([-1, 0, 1, 0]);
    const mean = dsp.normalizeFeatures({ data: Float32Array.of(1, 5, 4, 5), rows: 2, cols: 2 }, { variance: false });
    expect([...mean.data]).toEqual([-1.5, 0, 1.5, 0]);
  });

  it("gives each of any number of columns what it gives it alone", () => {
    const rows = 7;
    for (let cols = 1; cols <= 9; cols++) {
      const data = Float32Array.from({ length: rows * cols }, (_, i) => Math.sin(i * i + cols));
      for (const variance of [true, false]) {
        const { data: all } = dsp.normalizeFeatures({ data, rows, cols }, { variance });
        for (let c = 0; c < cols; c++) {
          const column = data.filter((_, i) => i % cols === c);
          const alone = dsp.normalizeFeatures({ data: column, rows, cols: 1 }, { variance });
          expect(all.filter((_, i) => i % cols === c)).toEqual(alone.data);
        }
      }
    }
  });

  it("writes into a given matrix of the same shape", () => {
    const x = { data: Float32Array.of(1, 5, 3, 5), rows: 2, cols: 2 };
    const out = { data: new Float32Array(4).fill(7), rows: 2, cols: 2 };
    expect(dsp.normalizeFeatures(x, {}, out)).toBe(out);
    expect([...out.data]).toEqual([-1, 0, 1, 0]);
    expect([...x.data]).toEqual([1, 5, 3, 5]);
    const tall = { data: new Float32Array(4), rows: 4, cols: 1 };
    expect(() => dsp.normalizeFeatures(x, {}, tall)).toThrow(
      new RangeError("normalizeFeatures: out must be 2 × 2, got 4 × 1."),
    );
  });
});
