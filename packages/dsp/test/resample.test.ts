import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resample, resampleStream } from "../src/index.js";
import { cut, cuts, golden, noise, worst } from "./support.js";

const { cases } = golden<{ cases: { from: number; to: number; samples: number[]; values: number[] }[] }>("resample");

/** Error over signal, dB. */
function errorDb(ours: ArrayLike<number>, reference: ArrayLike<number>): number {
  let error = 0;
  let power = 0;
  for (let i = 0; i < reference.length; i++) {
    error += (ours[i] - reference[i]) ** 2;
    power += reference[i] ** 2;
  }
  return 10 * Math.log10(error / power);
}

/** A tone under a smooth envelope, as a function of time. */
const tone = (hz: number, durationSec: number) => (t: number) =>
  t < 0 || t > durationSec ? 0 : Math.sin((Math.PI * t) / durationSec) ** 2 * Math.sin(2 * Math.PI * hz * t);

describe("resample", () => {
  it.each(cases.map((c) => [c.from, c.to, c] as const))("%i → %i Hz agrees with soxr HQ", (from, to, c) => {
    const ours = resample(Float32Array.from(c.samples), { from, to });
    expect(ours).toHaveLength(c.values.length);
    // At ratios such as 160 : 441 soxr itself interpolates its filter, and is 70 to 90 dB from the exact signal.
    const simple = Math.max(from, to) % Math.min(from, to) === 0;
    expect(errorDb(ours, c.values)).toBeLessThan(simple ? -115 : -70);
  });

  it.each([
    [48000, 16000],
    [44100, 16000],
    [16000, 22050],
    [8000, 48000],
    [48000, 16001],
    [16000, 14254.4],
    [16000, 17959.4],
    [16000, 16000.5],
  ])("%d → %d Hz keeps a tone of the pass band within −105 dB", (from, to) => {
    const n = 6000;
    const signal = tone(0.45 * Math.min(from, to), n / from);
    const x = Float32Array.from({ length: n }, (_, i) => signal(i / from));
    const ours = resample(x, { from, to });
    expect(
      errorDb(
        ours,
        Float64Array.from(ours, (_, i) => signal(i / to)),
      ),
    ).toBeLessThan(-105);
  });

  it("stops what lies above the new Nyquist frequency by 100 dB", () => {
    for (const hz of [8010, 9000, 15000, 23000]) {
      const signal = tone(hz, 0.5);
      const x = Float32Array.from({ length: 24000 }, (_, i) => signal(i / 48000));
      const rest = resample(x, { from: 48000, to: 16000 });
      const energy = rest.reduce((sum, v) => sum + v * v, 0) / rest.length;
      const before = x.reduce((sum, v) => sum + v * v, 0) / x.length;
      expect(10 * Math.log10(energy / before)).toBeLessThan(-100);
    }
  });

  it("copies at equal rates and keeps nothing empty", () => {
    const x = noise(5);
    const same = resample(x, { from: 8000, to: 8000 });
    expect(same).toEqual(x);
    expect(same).not.toBe(x);
    expect(resample(new Float32Array(0), { from: 8000, to: 16000 })).toHaveLength(0);
    expect(resample(Float32Array.of(1), { from: 1, to: 1000 })).toHaveLength(1000);
    expect(resample(noise(2500), { from: 1_000_000, to: 1000 })).toHaveLength(3);
  });

  it("equals its stream, which any chunking leaves the same", () => {
    const rates = fc.constantFrom([48000, 16000], [16000, 48000], [44100, 16000], [8000, 8000], [16000, 22051]);
    fc.assert(
      fc.property(rates, fc.integer({ min: 0, max: 3000 }), cuts, ([from, to], n, where) => {
        const x = noise(n, n);
        const stream = resampleStream({ from, to });
        const parts = cut(x, where).flatMap((chunk) => [...stream.process(chunk)]);
        parts.push(...stream.flush());
        const whole = resampleStream({ from, to });
        expect(parts).toEqual([...whole.process(x), ...whole.flush()]);
        expect(worst(resample(x, { from, to }), parts)).toBeLessThan(1e-5);
      }),
      { numRuns: 25 },
    );
  });

  it("starts anew after reset", () => {
    const stream = resampleStream({ from: 48000, to: 16000 });
    stream.process(noise(1000, 9));
    stream.reset();
    const x = noise(700, 2);
    const parts = [...stream.process(x), ...stream.flush()];
    expect(worst(resample(x, { from: 48000, to: 16000 }), parts)).toBeLessThan(2e-6);
  });

  it("names the parameter, the rule and the value", () => {
    const x = new Float32Array(1);
    expect(() => resample(x, { from: 0, to: 1 })).toThrow(
      new RangeError("resample: from must be a finite number above 0, got 0."),
    );
    expect(() => resample(x, { from: 8000 } as { from: number; to: number })).toThrow(
      new TypeError("resample: to is required, in Hz, got undefined."),
    );
    expect(() => resample(x, { from: 1e6, to: 1 })).toThrow(
      new RangeError("resample: to / from must be in [0.001, 1000], got 0.000001."),
    );
    expect(() => resample(Float32Array.of(Number.NaN), { from: 1, to: 2 })).toThrow(
      new RangeError("resample: samples must be finite, got NaN at index 0."),
    );
  });
});
