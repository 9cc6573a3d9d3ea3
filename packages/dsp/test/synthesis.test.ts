import { describe, expect, it } from "vitest";
import { chirp, createRealFft, createRng, noise, tone } from "../src/index.js";
import golden from "./golden/synthesis.json" with { type: "json" };
import { worstDifference } from "./testSignal.js";

const sampleRate = 8000;

describe("tone and chirp", () => {
  it("equal librosa's", () => {
    expect(worstDifference(tone({ frequency: 440, sampleRate, length: 200 }), golden.tone)).toBeLessThan(1e-6);
    const phase = tone({ frequency: 123.4, sampleRate, durationSec: 0.025, phase: 0.3 });
    expect(worstDifference(phase, golden.phase)).toBeLessThan(1e-6);
    const sweep = { sampleRate, durationSec: 0.05 };
    expect(worstDifference(chirp({ fMin: 110, fMax: 880, ...sweep }), golden.chirp)).toBeLessThan(1e-6);
    const falling = chirp({ fMin: 880, fMax: 110, linear: true, phase: 1, ...sweep });
    expect(worstDifference(falling, golden.linear)).toBeLessThan(1e-6);
  });

  it("with one frequency is a tone", () => {
    const options = { sampleRate, length: 300, amplitude: 0.5 };
    expect(
      worstDifference(chirp({ fMin: 700, fMax: 700, ...options }), tone({ frequency: 700, ...options })),
    ).toBeLessThan(1e-7);
  });

  it("name what is wrong", () => {
    expect(() => tone({ frequency: 0, sampleRate, length: 1 })).toThrow(
      new RangeError("tone: frequency must be a finite number above 0, got 0."),
    );
    expect(() => tone({ frequency: 5, sampleRate })).toThrow(
      new TypeError("tone: durationSec or length is required, got neither."),
    );
    expect(() => chirp({ fMin: 1, fMax: -1, sampleRate, length: 5 })).toThrow(
      new RangeError("chirp: fMax must be a finite number above 0, got -1."),
    );
  });
});

describe("noise", () => {
  /** Mean power in dB of the band around each frequency, in cycles a sample. */
  const spectrum = (samples: Float32Array, frequencies: number[]) => {
    const n = 16384;
    const plan = createRealFft(n);
    const power = new Float64Array(plan.bins);
    const re = new Float64Array(plan.bins);
    const im = new Float64Array(plan.bins);
    const frame = new Float64Array(n);
    for (let start = 0; start + n <= samples.length; start += n) {
      for (let i = 0; i < n; i++) frame[i] = samples[start + i] * Math.sin((Math.PI * i) / n) ** 2;
      plan.forward(frame, re, im);
      for (let k = 0; k < plan.bins; k++) power[k] += re[k] ** 2 + im[k] ** 2;
    }
    return frequencies.map((f) => {
      const [low, high] = [Math.floor(f * n * 0.8), Math.ceil(f * n * 1.25)];
      return 10 * Math.log10(power.subarray(low, high).reduce((a, b) => a + b, 0) / (high - low));
    });
  };

  it.each([
    ["white", 0],
    ["pink", -10],
    ["brown", -20],
  ] as const)("%s falls by %d dB a decade", (color, slope) => {
    const [low, high] = spectrum(noise({ length: 2 ** 20, seed: 1, color }), [0.003, 0.03]);
    expect(high - low).toBeCloseTo(slope, -0.3);
    expect(Math.abs(high - low - slope)).toBeLessThan(0.6);
  });

  it.each(["white", "pink", "brown"] as const)("%s has the level asked for", (color) => {
    const samples = noise({ length: 2 ** 20, seed: 2, color, rms: 0.05 });
    const rms = Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);
    expect(Math.abs(rms / 0.05 - 1)).toBeLessThan(0.1);
  });

  it("is the same for the same seed only", () => {
    expect(noise({ length: 100, seed: 3, color: "pink" })).toEqual(noise({ length: 100, seed: 3, color: "pink" }));
    expect(noise({ length: 100, seed: 3 })).not.toEqual(noise({ length: 100, seed: 4 }));
    expect(noise({ length: 0, seed: 3 })).toHaveLength(0);
  });

  it("names what is wrong", () => {
    expect(() => noise({ length: -1, seed: 0 })).toThrow(
      new RangeError("noise: length must be an integer of at least 0, got -1."),
    );
    expect(() => noise({ length: 1, seed: 0, color: "red" as "pink" })).toThrow(
      new RangeError("noise: color must be one of white, pink, brown, got red."),
    );
  });
});

describe("createRng", () => {
  it("draws the same numbers on every machine", () => {
    const rng = createRng(42);
    expect([rng.next(), rng.integer(1, 6), rng.uniform(-1, 1), rng.normal()]).toMatchInlineSnapshot(`
      [
        0.3317389744333923,
        6,
        0.7118078214116395,
        -1.7952176427304716,
      ]
    `);
  });

  it("draws evenly, and normally", () => {
    const rng = createRng(7);
    const counts = new Array(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[rng.integer(0, 9)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    let sum = 0;
    let square = 0;
    let fourth = 0;
    for (let i = 0; i < 100_000; i++) {
      const z = rng.normal();
      sum += z;
      square += z * z;
      fourth += z ** 4;
    }
    expect(Math.abs(sum / 100_000)).toBeLessThan(0.02);
    expect(Math.abs(square / 100_000 - 1)).toBeLessThan(0.02);
    expect(Math.abs(fourth / 100_000 - 3)).toBeLessThan(0.15);
    expect(Math.abs(rng.normal(100, 0) - 100)).toBe(0);
  });

  it("tells seeds apart, fractions and large ones too", () => {
    const first = [0, 1, -1, 0.5, 2 ** 32, 2 ** 40, 2 ** 32 + 1].map((seed) => createRng(seed).next());
    expect(new Set(first).size).toBe(first.length);
  });

  it("forks into sources that do not depend on what follows", () => {
    const a = createRng(1);
    const b = createRng(1);
    const forkA = a.fork();
    const forkB = b.fork();
    a.next();
    expect(forkA.next()).toBe(forkB.next());
    expect(a.next()).not.toBe(b.next());
  });

  it("asks for a finite seed", () => {
    expect(() => createRng(Number.NaN)).toThrow(new RangeError("createRng: seed must be finite, got NaN."));
  });
});
