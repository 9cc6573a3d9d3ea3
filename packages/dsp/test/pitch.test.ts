import { describe, expect, it } from "vitest";
import { autocorrelation, pyin, yin } from "../src/index.js";
import { createDifferenceKernel } from "../src/kernels/difference.js";
import { betaCdf } from "../src/pitch/beta.js";
import { fastLength } from "../src/pitch/frameCorrelation.js";
import golden from "./golden/pitch.json" with { type: "json" };
import { testSignal, worstDifference } from "./testSignal.js";

const sampleRate = 8000;
/** As in the golden script: with a nearly silent gap. */
const voice = testSignal(12000).map((v, i) => (i >= 5000 && i < 6500 ? v * 0.001 : v));

/** librosa's option names in ours. */
const fromPython = ({ fmin, fmax, ...rest }: { fmin: number; fmax: number; [name: string]: unknown }) => {
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const others: object = Object.fromEntries(Object.entries(rest).map(([name, value]) => [camel(name), value]));
  return { sampleRate, fMin: fmin, fMax: fmax, ...others };
};

describe("yin", () => {
  it.each(golden.yin)("equals librosa within 0.01 cent: $options", ({ options, f0 }) => {
    const got = yin(voice, fromPython(options));
    expect(got).toHaveLength(f0.length);
    const cents = f0.map((hz, t) => Math.abs(1200 * Math.log2(got[t] / hz)));
    expect(Math.max(...cents)).toBeLessThan(0.01);
  });

  it("follows a tone within a cent, at rates and hops that share no products too", () => {
    for (const [rate, hopLength] of [
      [8000, 256],
      [16000, 300],
      [44100, 512],
      [1000, 64],
    ]) {
      const hz = rate / 37.3;
      const wave = Float32Array.from({ length: 6000 }, (_, t) => Math.sin((2 * Math.PI * hz * t) / rate));
      const got = yin(wave, { sampleRate: rate, fMin: hz / 3, fMax: hz * 2, hopLength, center: false });
      for (const f0 of got) expect(Math.abs(1200 * Math.log2(f0 / hz))).toBeLessThan(5);
    }
  });

  it("gives silence the shortest period, and nothing no frame", () => {
    const options = { sampleRate, fMin: 100, fMax: 400 };
    expect([...new Set(yin(new Float32Array(4000), options))]).toEqual([400]);
    expect(yin(new Float32Array(0), options)).toHaveLength(0);
    expect(yin(Float32Array.of(1), options)).toHaveLength(1);
  });

  it("names what is wrong", () => {
    const options = { sampleRate, fMin: 100, fMax: 400 };
    expect(() => yin(voice, { ...options, fMax: 5000 })).toThrow(
      new RangeError("yin: fMax must be in [0, 4000], got 5000."),
    );
    expect(() => yin(voice, { ...options, fMin: 400 })).toThrow(
      new RangeError("yin: fMin must be below fMax, got 400 and 400."),
    );
    expect(() => yin(voice, { ...options, frameLength: 80 })).toThrow(
      new RangeError("yin: frameLength must exceed one period of fMin (81 samples), got 80."),
    );
    expect(() => yin(Float32Array.of(0, Number.POSITIVE_INFINITY), options)).toThrow(
      new RangeError("yin: samples must be finite, got Infinity at index 1."),
    );
  });
});

describe("pyin", () => {
  it.each(golden.pyin)("takes librosa's path: $options", ({ options, f0, voiced, prob }) => {
    const got = pyin(voice, fromPython(options));
    expect([...got.voiced]).toEqual(voiced);
    expect(worstDifference(got.f0, f0)).toBeLessThan(1e-3);
    expect(worstDifference(got.voicedProb, prob)).toBeLessThan(1e-4);
  });

  it("guesses a pitch for unvoiced frames when told to, and hears none in silence", () => {
    const options = { sampleRate, fMin: 80, fMax: 400, frameLength: 512 };
    const { f0, voiced } = pyin(voice, { ...options, fillNa: null });
    expect(voiced).toContain(0);
    expect(f0.every((hz) => hz >= 80 && hz <= 401)).toBe(true);
    const silent = pyin(new Float32Array(3000), options);
    expect(silent.voiced.every((v) => v === 0)).toBe(true);
    expect(silent.f0.every(Number.isNaN)).toBe(true);
    expect(pyin(new Float32Array(0), options).f0).toHaveLength(0);
  });

  it("names what is wrong", () => {
    expect(() => pyin(voice, { sampleRate, fMin: 80, fMax: 400, switchProb: 1.5 })).toThrow(
      new RangeError("pyin: switchProb must be in [0, 1], got 1.5."),
    );
  });
});

describe("autocorrelation", () => {
  it("equals librosa's", () => {
    const got = autocorrelation(voice.subarray(1000, 1400), { maxLag: 16 });
    expect(worstDifference(got, golden.autocorrelation) / golden.autocorrelation[0]).toBeLessThan(1e-6);
  });

  it("is the sum that it stands for", () => {
    expect([...autocorrelation(Float32Array.of(1, 2, 3))].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([14, 8, 3]);
    expect([...autocorrelation(Float32Array.of(2))].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([4]);
  });

  it("names what is wrong", () => {
    expect(() => autocorrelation(new Float32Array(0))).toThrow(
      new RangeError("autocorrelation: samples must not be empty."),
    );
    expect(() => autocorrelation(voice, { maxLag: 12000 })).toThrow(
      new RangeError("autocorrelation: maxLag must be an integer in [0, 11999], got 12000."),
    );
  });
});

describe("the difference function", () => {
  it.each([
    [64, 16, 2, 16],
    [64, 32, 1, 9],
    [60, 20, 5, 20],
    [2048, 512, 26, 247],
  ])(
    "of many frames of %i samples at once, in SIMD, is what it stands for",
    (frameLength, hopLength, minPeriod, maxPeriod) => {
      const size = Math.max(32, fastLength(hopLength + maxPeriod));
      const kernel = createDifferenceKernel({
        frameLength,
        hopLength,
        minPeriod,
        maxPeriod,
        size,
        padMode: "constant",
      });
      if (!kernel) throw new Error("there is SIMD here");
      const rows = Math.floor((voice.length - frameLength) / hopLength);
      const seen: number[] = [];
      kernel.run(voice, 0, rows, (t) => {
        seen.push(t);
        // Twelve frames in all: the direct sums are slow.
        if (t % Math.ceil(rows / 12) !== 0) return;
        const x = voice.subarray(t * hopLength, t * hopLength + frameLength);
        let sum = 0;
        for (let k = 1; k <= maxPeriod; k++) {
          // librosa's form: the last samples, which have no partner in the frame, count whole.
          let difference = 0;
          for (let j = 0; j < frameLength; j++) difference += j + k < frameLength ? (x[j] - x[j + k]) ** 2 : x[j] ** 2;
          sum += difference;
          if (k >= minPeriod)
            expect(Math.abs(kernel.values[k - minPeriod] - difference / (sum / k))).toBeLessThan(1e-4);
        }
      });
      expect(seen).toEqual(Array.from({ length: rows }, (_, t) => t));
    },
  );

  it("is left to the plain twin where hops are shorter than a period", () => {
    const options = {
      frameLength: 64,
      hopLength: 16,
      minPeriod: 2,
      maxPeriod: 17,
      size: 36,
      padMode: "constant",
    } as const;
    expect(createDifferenceKernel(options)).toBeUndefined();
  });
});

describe("betaCdf", () => {
  it("equals SciPy's", () => {
    for (const [x, a, b, want] of golden.betaCdf) expect(Math.abs(betaCdf(x, a, b) - want)).toBeLessThan(1e-12);
    expect([betaCdf(0, 2, 3), betaCdf(1, 2, 3)]).toEqual([0, 1]);
  });
});
