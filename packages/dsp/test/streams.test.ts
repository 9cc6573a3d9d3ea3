import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as dsp from "../src/index.js";
import { cut, cuts, noise } from "./support.js";

type Batch = (samples: Float32Array, options: never) => dsp.Matrix | Float32Array;
type Stream = (options: never) => dsp.FrameStream;

const rate = { sampleRate: 8000 };
const mel = { ...rate, nFft: 256, nMels: 20 };
const twins: [string, Batch, Stream, object][] = [
  ["spectrogram", dsp.spectrogram, dsp.spectrogramStream, { nFft: 128, hopLength: 90 }],
  ["melSpectrogram", dsp.melSpectrogram, dsp.melSpectrogramStream, { ...mel, hopLength: 77 }],
  ["logMelSpectrogram", dsp.logMelSpectrogram, dsp.logMelSpectrogramStream, { ...mel, topDb: null, hopLength: 300 }],
  ["mfcc", dsp.mfcc, dsp.mfccStream, { ...mel, topDb: null, nMfcc: 7, hopLength: 64 }],
  ["lfcc", dsp.lfcc, dsp.lfccStream, { ...rate, nFft: 201, topDb: null, nFilters: 20 }],
  ["rms", dsp.rms, dsp.rmsStream, { frameLength: 200, hopLength: 60 }],
  ["zeroCrossingRate", dsp.zeroCrossingRate, dsp.zeroCrossingRateStream, { frameLength: 128, hopLength: 32 }],
  [
    "zeroCrossingRate of separate frames",
    dsp.zeroCrossingRate,
    dsp.zeroCrossingRateStream,
    { frameLength: 50, hopLength: 90 },
  ],
  ["spectralCentroid", dsp.spectralCentroid, dsp.spectralCentroidStream, { ...rate, nFft: 128, hopLength: 50 }],
  [
    "spectralBandwidth",
    dsp.spectralBandwidth,
    dsp.spectralBandwidthStream,
    { ...rate, nFft: 128, hopLength: 50, p: 3 },
  ],
  ["spectralRolloff", dsp.spectralRolloff, dsp.spectralRolloffStream, { ...rate, nFft: 99, hopLength: 50 }],
  ["spectralFlatness", dsp.spectralFlatness, dsp.spectralFlatnessStream, { nFft: 128, hopLength: 50 }],
  ["spectralFlux", dsp.spectralFlux, dsp.spectralFluxStream, { nFft: 64, hopLength: 31 }],
  [
    "spectralContrast",
    dsp.spectralContrast,
    dsp.spectralContrastStream,
    { ...rate, nFft: 256, hopLength: 128, nBands: 4, topDb: null },
  ],
  ["frame", dsp.frame as Batch, dsp.frameStream as Stream, { frameLength: 90, hopLength: 33, padMode: "edge" }],
  ["chroma", dsp.chroma, dsp.chromaStream, { ...rate, nFft: 256, hopLength: 100 }],
  [
    "gammatoneSpectrogram",
    dsp.gammatoneSpectrogram,
    dsp.gammatoneSpectrogramStream,
    { ...rate, nFft: 128, hopLength: 70, nFilters: 9 },
  ],
  [
    "onsetStrength",
    dsp.onsetStrength,
    dsp.onsetStrengthStream,
    { ...mel, hopLength: 60, lag: 2, maxSize: 3, detrend: true, topDb: null },
  ],
  ["yin", dsp.yin, dsp.yinStream, { ...rate, fMin: 200, fMax: 900, frameLength: 256, hopLength: 64 }],
  [
    "yin of hops that share nothing",
    dsp.yin,
    dsp.yinStream,
    { ...rate, fMin: 200, fMax: 900, frameLength: 200, hopLength: 150, padMode: "edge" },
  ],
];

describe("streaming twins", () => {
  it.each(
    twins.flatMap(([name, batch, stream, options]) =>
      [true, false].map((center) => [name, center, batch, stream, { ...options, center }] as const),
    ),
  )("%s, centred %s, equals its batch result under any chunking", (_, center, batch, stream, options) => {
    const twin = stream(options as never);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), cuts, (n, where) => {
        const x = noise(n, n);
        const rows = cut(x, where).flatMap((chunk) => [...twin.process(chunk).data]);
        rows.push(...twin.flush().data);
        const whole = batch(x, options as never);
        expect(rows).toEqual([...(whole instanceof Float32Array ? whole : whole.data)]);
      }),
      { numRuns: 12 },
    );
    expect(center).toBeTypeOf("boolean");
  });

  it("forget the signal on reset", () => {
    for (const [, batch, stream, options] of twins) {
      const twin = stream(options as never);
      twin.process(noise(777, 3));
      twin.reset();
      const x = noise(600, 4);
      const rows = [...twin.process(x).data];
      rows.push(...twin.flush().data);
      const whole = batch(x, options as never);
      expect(rows).toEqual([...(whole instanceof Float32Array ? whole : whole.data)]);
    }
  });

  it("allocate nothing in the steady state: the same matrix comes back", () => {
    const stream = dsp.logMelSpectrogramStream({ ...mel, topDb: null, hopLength: 80, center: false });
    const chunk = noise(80);
    for (let i = 0; i < 10; i++) stream.process(chunk);
    expect(stream.process(chunk)).toBe(stream.process(chunk));
  });

  it("refuse what needs the whole clip or looks ahead, and bad samples", () => {
    expect(() => dsp.mfccStream(mel)).toThrow(
      new RangeError("mfccStream: topDb needs the whole clip; set topDb: null, got undefined."),
    );
    expect(() => dsp.spectralContrastStream(rate)).toThrow(
      new RangeError("spectralContrastStream: topDb needs the whole clip; set topDb: null or linear: true."),
    );
    expect(() => dsp.rmsStream({ padMode: "reflect" })).toThrow(
      new RangeError(
        'rmsStream: padMode must be "constant" or "edge" when centred, since others look ahead, got reflect; or set center: false.',
      ),
    );
    expect(() => dsp.rmsStream().process(Float32Array.of(1, Number.NaN))).toThrow(
      new RangeError("rmsStream: chunk must be finite, got NaN at index 1."),
    );
  });
});

describe("deltaStream", () => {
  it("equals delta of the whole under any cutting of the rows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 9, max: 40 }), cuts, (rows, where) => {
        const data = noise(rows * 3, rows);
        const stream = dsp.deltaStream({ cols: 3, orders: 1 });
        const edges = [0, ...where.map((c) => c % (rows + 1)).sort((a, b) => a - b), rows];
        const out = edges
          .slice(1)
          .flatMap((end, i) => [
            ...stream.process({ data: data.subarray(edges[i] * 3, end * 3), rows: end - edges[i], cols: 3 }).data,
          ]);
        out.push(...stream.flush().data);
        const expected = dsp.delta({ data, rows, cols: 3 }).data;
        const derived = out.filter((_, i) => i % 6 >= 3);
        expect(derived).toEqual([...expected]);
      }),
    );
  });
});
