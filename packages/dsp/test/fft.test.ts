import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFft, createRealFft, fft, ifft, irfft, rfft } from "../src/index.js";
import { golden, noise, worst } from "./support.js";

const cases = golden<{ rfft: { samples: number[]; re: number[]; im: number[] }[] }>("transforms").rfft;
const length = fc.integer({ min: 1, max: 300 });

/** The definition, term by term. */
function slowTransform(re: Float64Array, im: Float64Array): { re: number[]; im: number[] } {
  const n = re.length;
  const out = { re: [] as number[], im: [] as number[] };
  for (let k = 0; k < n; k++) {
    let r = 0;
    let i = 0;
    for (let t = 0; t < n; t++) {
      const angle = (-2 * Math.PI * ((k * t) % n)) / n;
      r += re[t] * Math.cos(angle) - im[t] * Math.sin(angle);
      i += re[t] * Math.sin(angle) + im[t] * Math.cos(angle);
    }
    out.re.push(r);
    out.im.push(i);
  }
  return out;
}

describe("fft", () => {
  it("equals the definition at every length to 70 and at primes beyond Bluestein's threshold", () => {
    for (const n of [...Array.from({ length: 70 }, (_, i) => i + 1), 101, 127, 501, 512, 600]) {
      const re = Float64Array.from(noise(n, n));
      const im = Float64Array.from(noise(n, n + 1));
      const slow = slowTransform(re, im);
      const quick = fft(re, im);
      expect(Math.max(worst(quick.re, slow.re), worst(quick.im, slow.im))).toBeLessThan(1e-11);
    }
  });

  it("is undone by its inverse", () => {
    fc.assert(
      fc.property(length, (n) => {
        const re = Float64Array.from(noise(n, 3));
        const im = Float64Array.from(noise(n, 4));
        const spectrum = fft(re, im);
        const back = ifft(spectrum.re, spectrum.im);
        expect(Math.max(worst(back.re, [...re]), worst(back.im, [...im]))).toBeLessThan(1e-13);
      }),
    );
  });

  it("keeps energy (Parseval)", () => {
    fc.assert(
      fc.property(length, (n) => {
        const x = Float64Array.from(noise(n, 5));
        const { re, im } = fft(x);
        const energy = x.reduce((sum, v) => sum + v * v, 0);
        const spectral = re.reduce((sum, v, k) => sum + v * v + im[k] * im[k], 0) / n;
        expect(Math.abs(energy - spectral)).toBeLessThan(1e-11 * n);
      }),
    );
  });

  it("works in place on single precision too", () => {
    const re = Float32Array.of(1, 0, 0, 0, 9);
    const im = new Float32Array(4);
    createFft(4).forward(re.subarray(0, 4), im);
    expect([...re]).toEqual([1, 1, 1, 1, 9]);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => createFft(0)).toThrow(new RangeError("createFft: n must be an integer of at least 1, got 0."));
    expect(() => createFft(2.5)).toThrow(new RangeError("createFft: n must be an integer of at least 1, got 2.5."));
    expect(() => fft(new Float64Array(0))).toThrow(
      new RangeError("fft: re.length must be an integer of at least 1, got 0."),
    );
    expect(() => fft(new Float64Array(2), new Float64Array(3))).toThrow(
      new RangeError("fft: re and im must have one length, got 2 and 3."),
    );
    expect(() => ifft(Float64Array.of(Number.NaN))).toThrow(
      new RangeError("ifft: re must be finite, got NaN at index 0."),
    );
  });
});

describe("rfft", () => {
  it.each(cases.map((c) => [c.samples.length, c] as const))("has SciPy's values at length %i", (_, c) => {
    const { re, im } = rfft(Float32Array.from(c.samples));
    expect(Math.max(worst(re, c.re), worst(im, c.im))).toBeLessThan(1e-11);
  });

  it("is undone by irfft at even and odd lengths", () => {
    fc.assert(
      fc.property(length, (n) => {
        const x = Float64Array.from(noise(n, 6));
        expect(worst(irfft(rfft(x), { n }), [...x])).toBeLessThan(1e-13);
      }),
    );
  });

  it("cuts or pads to n", () => {
    expect([...rfft(Float32Array.of(1, 2, 3, 4), { n: 2 }).re]).toEqual([3, -1]);
    expect([...rfft(Float32Array.of(1), { n: 3 }).re]).toEqual([1, 1]);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => rfft(new Float32Array(0))).toThrow(new RangeError("rfft: n must be an integer of at least 1, got 0."));
    expect(() => rfft(Float32Array.of(0, Number.POSITIVE_INFINITY))).toThrow(
      new RangeError("rfft: samples must be finite, got Infinity at index 1."),
    );
    expect(() => irfft({ re: new Float64Array(3), im: new Float64Array(3) }, { n: 7 })).toThrow(
      new RangeError("irfft: n = 7 needs 4 bins in re and im, got 3 and 3."),
    );
    expect(() => createRealFft(-1)).toThrow(
      new RangeError("createRealFft: n must be an integer of at least 1, got -1."),
    );
  });
});
