import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frame, frameTimes, type IstftOptions, istft, type StftOptions, stft } from "../src/index.js";
import { golden, noise, peak, type Rows, signalsOf, worst } from "./support.js";

interface Spectra {
  signals: Record<string, number[]>;
  stft: { signal: string; options: StftOptions; re: Rows; im: Rows }[];
  istft: { options: IstftOptions; re: Rows; im: Rows; values: number[] }[];
}
const file = golden<Spectra>("spectra");
const signals = signalsOf(file.signals);
const matrix = (rows: Rows) => ({ data: Float32Array.from(rows.flat()), rows: rows.length, cols: rows[0].length });

describe("stft", () => {
  it.each(file.stft.map((c) => [c.signal, JSON.stringify(c.options), c] as const))(
    "of %s with %s has librosa's values within 1e-6 of the frame's peak",
    (_, __, { signal, options, re, im }) => {
      const ours = stft(signals[signal], options);
      expect([ours.re.rows, ours.re.cols]).toEqual([re.length, re[0].length]);
      re.forEach((row, t) => {
        const top = Math.max(peak(row), peak(im[t]), 1e-30);
        const at = t * ours.re.cols;
        expect(worst(ours.re.data.subarray(at, at + row.length), row) / top).toBeLessThan(1e-6);
        expect(worst(ours.im.data.subarray(at, at + row.length), im[t]) / top).toBeLessThan(1e-6);
      });
    },
  );

  it("has no frame when the signal is shorter and frames are not centred", () => {
    expect(stft(new Float32Array(10), { nFft: 16, center: false }).re).toMatchObject({ rows: 0, cols: 9 });
  });

  it("does not modify its input", () => {
    const x = noise(500);
    const copy = x.slice();
    stft(x, { nFft: 64 });
    expect(x).toEqual(copy);
  });

  it("names the parameter, the rule and the value", () => {
    const x = noise(100);
    expect(() => stft(new Float32Array(0))).toThrow(new RangeError("stft: samples must not be empty."));
    expect(() => stft(Float32Array.of(0, Number.NaN))).toThrow(
      new RangeError("stft: samples must be finite, got NaN at index 1."),
    );
    expect(() => stft([0, 1] as unknown as Float32Array)).toThrow(
      new TypeError("stft: samples must be a Float32Array, got Array."),
    );
    expect(() => stft(x, { nFft: 0 })).toThrow(
      new RangeError("stft: nFft must be an integer in [1, 16777216], got 0."),
    );
    expect(() => stft(x, { hopLength: 0 })).toThrow(
      new RangeError("stft: hopLength must be an integer of at least 1, got 0."),
    );
    expect(() => stft(x, { nFft: 64, winLength: 65 })).toThrow(
      new RangeError("stft: winLength must be an integer in [1, 64] (nFft), got 65."),
    );
    expect(() => stft(x, { padMode: "wrap" as "edge" })).toThrow(
      new RangeError("stft: padMode must be one of constant, edge, reflect, symmetric, got wrap."),
    );
  });
});

describe("istft", () => {
  it.each(file.istft.map((c) => [JSON.stringify(c.options), c] as const))(
    "with %s has librosa's values, also for spectra that no signal has",
    (_, { options, re, im, values }) => {
      const ours = istft({ re: matrix(re), im: matrix(im) }, options);
      expect(worst(ours, values) / peak(values)).toBeLessThan(1e-6);
    },
  );

  it("undoes stft wherever windows overlap", () => {
    const options = fc.record({
      nFft: fc.integer({ min: 8, max: 200 }),
      window: fc.constantFrom("hann" as const, "hamming" as const),
      n: fc.integer({ min: 1, max: 2000 }),
    });
    fc.assert(
      fc.property(options, ({ nFft, window, n }) => {
        const x = noise(n, nFft);
        const settings = { nFft, window, hopLength: Math.floor(nFft / 4) };
        expect(worst(istft(stft(x, settings), { ...settings, length: n }), [...x])).toBeLessThan(2e-6);
      }),
    );
  });

  it("names what does not fit", () => {
    const spectrum = stft(noise(100), { nFft: 16 });
    expect(() => istft(spectrum, { nFft: 18 })).toThrow(
      new RangeError("istft: nFft = 18 needs re and im of one shape with 10 columns, got 26 × 9 and 26 × 9."),
    );
    expect(() => istft(spectrum, { length: -1 })).toThrow(
      new RangeError("istft: length must be an integer of at least 0, got -1."),
    );
  });
});

describe("frame", () => {
  it("cuts overlapping frames and drops the rest", () => {
    const { data, rows } = frame(Float32Array.of(1, 2, 3, 4, 5, 6), { frameLength: 3, hopLength: 2 });
    expect(rows).toBe(2);
    expect([...data]).toEqual([1, 2, 3, 3, 4, 5]);
  });

  it.each([
    ["constant", [0, 0, 1, 2, 3]],
    ["edge", [1, 1, 1, 2, 3]],
    ["reflect", [3, 2, 1, 2, 3]],
    ["symmetric", [2, 1, 1, 2, 3]],
  ] as const)("pads centred frames by %s", (padMode, first) => {
    const { data, rows } = frame(Float32Array.of(1, 2, 3), { frameLength: 5, hopLength: 1, center: true, padMode });
    expect(rows).toBe(3);
    expect([...data.subarray(0, 5)]).toEqual(first);
  });

  it("mirrors a short signal as often as needed", () => {
    const { data } = frame(Float32Array.of(1, 2), { frameLength: 9, hopLength: 9, center: true, padMode: "reflect" });
    expect([...data]).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1]);
  });
});

describe("frameTimes", () => {
  it("counts hops in seconds", () => {
    expect([...frameTimes(3, { sampleRate: 8000, hopLength: 80 })]).toEqual([0, 0.01, 0.02]);
    expect([...frameTimes([4], { sampleRate: 8000, hopLength: 80, nFft: 160 })]).toEqual([0.05]);
  });
});
