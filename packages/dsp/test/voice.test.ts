import { describe, expect, it } from "vitest";
import { formants, harmonicity, jitter, lpc, shimmer, voicePulses } from "../src/index.js";
import { polynomialRoots } from "../src/pitch/roots.js";
import pitch from "./golden/pitch.json" with { type: "json" };
import golden from "./golden/voice.json" with { type: "json" };
import { testSignal, worstDifference } from "./testSignal.js";

const sampleRate = 11000;
const voice = testSignal(6600, sampleRate);

describe("lpc", () => {
  const frame = testSignal(12000).subarray(1000, 1400);
  it.each(pitch.burg)("equals librosa's at order $order", ({ order, a }) => {
    expect(worstDifference(lpc(frame, { order }), a)).toBeLessThan(1e-6);
  });

  it("by autocorrelation solves SciPy's Toeplitz equations", () => {
    const a = lpc(frame, { order: 16, method: "autocorrelation" });
    expect(
      worstDifference(
        a.subarray(1).map((v) => -v),
        pitch.toeplitz,
      ),
    ).toBeLessThan(1e-6);
  });

  it("finds the filter that made the signal, and none in silence", () => {
    const samples = new Float64Array(2000);
    samples[0] = 1;
    for (let t = 1; t < 2000; t++) samples[t] = 1.6 * samples[t - 1] - (t > 1 ? 0.81 * samples[t - 2] : 0);
    const [one, a1, a2] = lpc(samples, { order: 2, method: "autocorrelation" });
    expect([one, a1, a2].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([1, -1.6, 0.81]);
    expect([...lpc(new Float32Array(9), { order: 2 })]).toEqual([1, 0, 0]);
    expect([...lpc(new Float32Array(9), { order: 2, method: "autocorrelation" })]).toEqual([1, 0, 0]);
  });

  it("names what is wrong", () => {
    expect(() => lpc(frame, { order: 400 })).toThrow(
      new RangeError("lpc: order must be an integer in [1, 399] (samples − 1), got 400."),
    );
  });
});

describe("formants", () => {
  it("equal Praat's", () => {
    const { frequencies, bandwidths, times } = formants(voice, { sampleRate, stepSec: 0.01 });
    expect(worstDifference(times, golden.times)).toBeLessThan(1e-9);
    for (const [t, row] of golden.formants.entries()) {
      for (const [k, hz] of row.entries()) {
        if (hz === null) continue;
        expect(Math.abs(frequencies.data[t * 5 + k] - hz)).toBeLessThan(1e-3);
        expect(Math.abs(bandwidths.data[t * 5 + k] - (golden.bandwidths[t][k] ?? 0))).toBeLessThan(1e-3);
      }
    }
  });

  it("find resonances whatever the sample rate", () => {
    // A pulse train through three resonators.
    const rate = 22050;
    let signal = Float64Array.from({ length: rate }, (_, t) => (t % 200 === 0 ? 1 : 0));
    for (const [hz, width] of [
      [700, 80],
      [1220, 90],
      [2600, 120],
    ]) {
      const r = Math.exp((-Math.PI * width) / rate);
      const a1 = 2 * r * Math.cos((2 * Math.PI * hz) / rate);
      const out = new Float64Array(signal.length);
      for (let t = 0; t < out.length; t++) out[t] = signal[t] + a1 * (out[t - 1] ?? 0) - r * r * (out[t - 2] ?? 0);
      signal = out;
    }
    const { frequencies } = formants(
      Float32Array.from(signal, (v) => v / 100),
      { sampleRate: rate },
    );
    const middle = [...frequencies.data.subarray(40 * 5, 41 * 5)];
    for (const hz of [700, 1220, 2600]) {
      expect(middle.some((found) => Math.abs(found - hz) < 0.05 * hz)).toBe(true);
    }
  });

  it("has none in silence, and no frame in nothing", () => {
    expect(formants(new Float32Array(2000), { sampleRate }).frequencies.data.every(Number.isNaN)).toBe(true);
    expect(formants(new Float32Array(0), { sampleRate }).times).toHaveLength(0);
    expect(() => formants(voice.subarray(0, 10), { sampleRate })).toThrow(
      new RangeError(
        "formants: a window of 10 samples is too short for 10 poles; raise windowSec or the signal's length.",
      ),
    );
  });
});

describe("polynomialRoots", () => {
  it("finds real, complex and double roots", () => {
    const sorted = (coefficients: number[]) => {
      const { re, im } = polynomialRoots(coefficients);
      return [...re].map((x, i) => [x, im[i]]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    };
    for (const [got, want] of sorted([1, -6, 11, -6]).map((root, i) => [root, i + 1] as const)) {
      expect(Math.hypot(got[0] - want, got[1])).toBeLessThan(1e-10);
    }
    const [low, high] = sorted([2, 0, 8]);
    expect(Math.hypot(low[0], low[1] + 2) + Math.hypot(high[0], high[1] - 2)).toBeLessThan(1e-10);
    for (const [re, im] of sorted([1, -2, 1])) expect(Math.hypot(re - 1, im)).toBeLessThan(1e-5);
  });
});

describe("harmonicity", () => {
  it("equals Praat's", () => {
    const { hnr, times } = harmonicity(voice, { sampleRate });
    expect(worstDifference(times, golden.hnrTimes)).toBeLessThan(1e-9);
    expect(worstDifference(hnr, golden.hnr)).toBeLessThan(1e-3);
  });

  it("is −200 dB in silence", () => {
    expect(harmonicity(new Float32Array(4000), { sampleRate }).hnr.every((v) => v === -200)).toBe(true);
    expect(harmonicity(new Float32Array(100), { sampleRate }).hnr).toHaveLength(0);
  });
});

describe("voicePulses, jitter and shimmer", () => {
  it("equal Praat's", () => {
    const pulses = voicePulses(voice, { sampleRate });
    expect(worstDifference(pulses, golden.pulses)).toBeLessThan(1e-7);
    const got = { ...jitter(pulses), ...shimmer(voice, pulses, { sampleRate }) };
    const want = { ...golden.jitter, ...golden.shimmer, absoluteSec: golden.jitter.absoluteSec };
    for (const name of ["absoluteSec", "rap", "ppq5", "apq3", "apq5", "localDb"] as const) {
      expect(Math.abs(got[name] - want[name])).toBeLessThan(1e-6);
    }
    expect(Math.abs(jitter(pulses).local - golden.jitter.local)).toBeLessThan(1e-6);
    expect(Math.abs(shimmer(voice, pulses, { sampleRate }).local - golden.shimmer.local)).toBeLessThan(1e-6);
  });

  it("of periods that alternate is half their difference", () => {
    const pulses = Float64Array.from({ length: 20 }, (_, i) => i * 0.01 + (i % 2) * 0.001);
    const { local, absoluteSec, rap } = jitter(pulses);
    expect(absoluteSec).toBeCloseTo(0.002, 12);
    expect(local).toBeCloseTo(0.2, 1);
    expect(rap).toBeGreaterThan(0);
  });

  it("is not a number without periods", () => {
    expect(voicePulses(new Float32Array(4000), { sampleRate })).toHaveLength(0);
    expect(jitter(new Float64Array(0)).local).toBeNaN();
    expect(shimmer(voice, new Float64Array(2), { sampleRate }).localDb).toBeNaN();
  });
});
