import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as dsp from "../src/index.js";
import { cut, cuts, noise, worst } from "./support.js";
import { testSignal } from "./testSignal.js";

const sampleRate = 8000;
const voice = testSignal(5000, sampleRate);
const kernel = noise(37, 5);
const sos = dsp.butterworth({ order: 3, cutoff: 900, sampleRate });

/** Twins from samples to samples, and how far apart they may be: streams are the same to the last bit for any chunking. */
const twins: [string, (x: Float32Array) => Float32Array, () => dsp.SampleStream, number][] = [
  ...[
    { rate: 1.1, nFft: 256 },
    { rate: 0.57, nFft: 512, hopLength: 200 },
    { rate: 6.5, nFft: 201, hopLength: 50 },
    { rate: 0.9, nFft: 64, hopLength: 80 },
  ].map((options): (typeof twins)[number] => [
    `timeStretch by ${options.rate}`,
    (x) => dsp.timeStretch(x, options),
    () => dsp.timeStretchStream(options),
    0,
  ]),
  ...[-5, 3].map((nSteps): (typeof twins)[number] => [
    `pitchShift by ${nSteps}`,
    (x) => dsp.pitchShift(x, { nSteps, nFft: 256 }),
    () => dsp.pitchShiftStream({ nSteps, nFft: 256 }),
    1e-4,
  ]),
  ["speed", (x) => dsp.speed(x, { factor: 1.25 }), () => dsp.speedStream({ factor: 1.25 }), 1e-5],
  ["resample", (x) => dsp.resample(x, { from: 3, to: 2 }), () => dsp.resampleStream({ from: 3, to: 2 }), 1e-5],
  ["convolve", (x) => dsp.convolve(x, kernel), () => dsp.convolveStream(kernel), 1e-5],
  [
    "bandLimit",
    (x) => dsp.bandLimit(x, { sampleRate, lowHz: 200, highHz: 2000 }),
    () => dsp.bandLimitStream({ sampleRate, lowHz: 200, highHz: 2000 }),
    0,
  ],
  ["sosFilter", (x) => dsp.sosFilter(x, sos), () => dsp.sosFilterStream(sos), 0],
  ["preEmphasis", (x) => dsp.preEmphasis(x), () => dsp.preEmphasisStream(), 0],
];

describe("streaming twins from samples to samples", () => {
  it.each(twins)(
    "%s equals its batch result under any chunking, and again after flush",
    (_, batch, stream, tolerance) => {
      const twin = stream();
      fc.assert(
        fc.property(fc.integer({ min: 1, max: voice.length }), cuts, (n, where) => {
          const x = voice.subarray(0, n);
          const out = cut(x, where).flatMap((chunk) => [...twin.process(chunk)]);
          out.push(...twin.flush());
          expect(worst(out, [...batch(x)])).toBeLessThanOrEqual(tolerance);
        }),
        { numRuns: 8 },
      );
    },
  );

  it.each(twins)("%s takes one sample at a time, forgets on reset, and fills what it is given", (_, batch, stream) => {
    const twin = stream();
    twin.process(noise(700));
    twin.reset();
    const x = voice.subarray(0, 300);
    const room = new Float32Array(2048);
    const out = Array.from(x, (_, i) => [...twin.process(x.subarray(i, i + 1), room)]).flat();
    out.push(...twin.flush());
    expect(worst(out, [...batch(x)])).toBeLessThan(1e-4);
  });

  it("allocate nothing in the steady state: the same arrays come back", () => {
    for (const stream of [dsp.timeStretchStream({ rate: 1, nFft: 128 }), dsp.convolveStream(kernel)]) {
      const chunk = noise(32);
      for (let i = 0; i < 40; i++) stream.process(chunk);
      const seen = new Set(Array.from({ length: 40 }, () => stream.process(chunk)));
      for (let i = 0; i < 40; i++) expect(seen.has(stream.process(chunk))).toBe(true);
    }
  });

  it("name what is wrong", () => {
    expect(() => dsp.timeStretchStream({ rate: 0 })).toThrow(
      new RangeError("timeStretchStream: rate must be a finite number above 0, got 0."),
    );
    expect(() => dsp.pitchShiftStream({ nSteps: 60 })).toThrow(
      new RangeError("pitchShiftStream: nSteps must be in [-48, 48], got 60."),
    );
    expect(() => dsp.speedStream({ factor: -1 })).toThrow(
      new RangeError("speedStream: factor must be a finite number above 0, got -1."),
    );
    expect(() => dsp.convolveStream(new Float32Array(0))).toThrow(
      new RangeError("convolveStream: kernel must have at least one sample, got 0."),
    );
    expect(() => dsp.bandLimitStream({ sampleRate, lowHz: 5000 })).toThrow(
      new RangeError(
        "bandLimitStream: lowHz must be at least 0 and below highHz and 4000 (half the sample rate), got 5000 and Infinity.",
      ),
    );
    for (const [name, , stream] of twins) {
      expect(() => stream().process(Float32Array.of(0, Number.NaN)), name).toThrow(RangeError);
    }
  });
});

/** Complex rows as one list. */
const flat = ({ re, im }: dsp.ComplexMatrix): number[] => [...re.data].flatMap((v, i) => [v, im.data[i]]);

describe("streaming twins of complex spectra", () => {
  const cases: [string, (x: Float32Array) => dsp.ComplexMatrix, () => dsp.SpectrumStream][] = [
    ["stft", (x) => dsp.stft(x, { nFft: 64, hopLength: 25 }), () => dsp.stftStream({ nFft: 64, hopLength: 25 })],
    [
      "stft of an odd length, not centred",
      (x) => dsp.stft(x, { nFft: 33, hopLength: 40, center: false }),
      () => dsp.stftStream({ nFft: 33, hopLength: 40, center: false }),
    ],
    [
      "cqt",
      (x) => dsp.cqt(x, { sampleRate, hopLength: 64, fMin: 300, nBins: 30 }),
      () => dsp.cqtStream({ sampleRate, hopLength: 64, fMin: 300, nBins: 30 }),
    ],
    [
      "cqt of hops that cannot be halved",
      (x) => dsp.cqt(x, { sampleRate, hopLength: 99, fMin: 500, nBins: 16, padMode: "edge" }),
      () => dsp.cqtStream({ sampleRate, hopLength: 99, fMin: 500, nBins: 16, padMode: "edge" }),
    ],
  ];
  it.each(cases)("%s equals its batch result under any chunking, and again after flush", (_, batch, stream) => {
    const twin = stream();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), cuts, (n, where) => {
        const x = voice.subarray(0, n);
        const rows = cut(x, where).flatMap((chunk) => flat(twin.process(chunk)));
        rows.push(...flat(twin.flush()));
        expect(rows).toEqual(flat(batch(x)));
      }),
      { numRuns: 4 },
    );
  });

  it("cqcc equals its batch result under any chunking", () => {
    const options = { sampleRate, hopLength: 64, fMin: 300, nBins: 30, nCqcc: 7, nLinear: 40 };
    const twin = dsp.cqccStream(options);
    for (const pieces of [
      [50, 51, 700],
      [1, 2, 3],
    ]) {
      const x = voice.subarray(0, 1500);
      const rows = cut(x, pieces).flatMap((chunk) => [...twin.process(chunk).data]);
      rows.push(...twin.flush().data);
      expect(rows).toEqual([...dsp.cqcc(x, options).data]);
    }
  });

  it.each([
    { nFft: 64, hopLength: 16 },
    { nFft: 64, hopLength: 64, window: "boxcar" as const },
    { nFft: 33, hopLength: 10 },
    { nFft: 64, hopLength: 20, center: false },
  ])("istft with %o undoes stft in blocks as in one", (options) => {
    const twin = dsp.istftStream(options);
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 900 }), cuts, (n, where) => {
        const spectrum = dsp.stft(voice.subarray(0, n), options);
        const { rows, cols } = spectrum.re;
        const edges = [0, ...where.map((c) => c % (rows + 1)).sort((a, b) => a - b), rows];
        const part = ({ data }: dsp.Matrix, i: number) => ({
          data: data.slice(edges[i] * cols, edges[i + 1] * cols),
          rows: edges[i + 1] - edges[i],
          cols,
        });
        const out = edges
          .slice(1)
          .flatMap((_, i) => [...twin.process({ re: part(spectrum.re, i), im: part(spectrum.im, i) })]);
        out.push(...twin.flush());
        expect(worst(out, [...dsp.istft(spectrum, options)])).toBeLessThan(2e-6);
      }),
      { numRuns: 8 },
    );
  });

  it("name what does not fit", () => {
    const { re, im } = dsp.stft(voice, { nFft: 64 });
    expect(() => dsp.istftStream({ nFft: 128 }).process({ re, im })).toThrow(
      new RangeError(
        "istftStream: nFft = 128 needs re and im of one shape with 65 columns, got 313 × 33 and 313 × 33.",
      ),
    );
    expect(() => dsp.cqtStream({ sampleRate, nBins: 20, fMin: 300, padMode: "reflect" })).toThrow(
      new RangeError(
        'cqtStream: padMode must be "constant" or "edge" when centred, since others look ahead, got reflect; or set center: false.',
      ),
    );
  });
});

describe("pyinStream", () => {
  const options = { sampleRate, fMin: 80, fMax: 500, frameLength: 512, hopLength: 128, resolution: 0.2 };
  const x = Float32Array.from([...voice.subarray(0, 4000), ...new Float32Array(3000), ...voice.subarray(0, 2000)]);

  it("equals pyin under any chunking, though its frames leave as soon as they are decided", () => {
    const { f0, voiced, voicedProb } = dsp.pyin(x, options);
    const want = [...f0].flatMap((hz, t) => [hz, voiced[t], voicedProb[t]]);
    const twin = dsp.pyinStream(options);
    for (const length of [1000, 177, x.length]) {
      const rows: number[] = [];
      let early = 0;
      for (let at = 0; at < x.length; at += length) {
        rows.push(...twin.process(x.subarray(at, at + length)).data);
        if (at + length < x.length) early = rows.length / 3;
      }
      rows.push(...twin.flush().data);
      expect(rows).toEqual(want);
      if (length < 200) expect(early).toBeGreaterThan(f0.length - 40);
    }
  });

  it("waits no longer than it is told to", () => {
    const stream = dsp.pyinStream({ ...options, fillNa: null, maxDelayFrames: 32 });
    let frames = 0;
    for (let at = 0; at < x.length; at += 128) {
      frames += stream.process(x.subarray(at, at + 128)).rows;
      expect(frames).toBeGreaterThanOrEqual(Math.floor(at / 128) - 2 - 32);
    }
    expect(frames + stream.flush().rows).toBe(1 + Math.floor(x.length / 128));
    expect(() => dsp.pyinStream({ ...options, maxDelayFrames: 3 })).toThrow(
      new RangeError("pyinStream: maxDelayFrames must be an integer in [32, 10000000], got 3."),
    );
  });
});
