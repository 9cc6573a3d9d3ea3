import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chroma,
  cqcc,
  createFeatureStream,
  extractFeatures,
  type FeatureConfig,
  featureNames,
  gammatoneSpectrogram,
  type Matrix,
  melSpectrogram,
  pcen,
  poolFeatures,
  powerToDb,
  resolveFeatureConfig,
} from "../src/index.js";
import { cut, cuts, golden, noise, type Rows, signalsOf, worst } from "./support.js";

const file = golden<{ signals: Record<string, number[]>; cases: { config: FeatureConfig; values: Rows }[] }>("config");
const { voice } = signalsOf(file.signals);

const examples: FeatureConfig[] = [
  { kind: "spectrogram", sampleRate: 8000, nFft: 128, hopLength: 50, power: 1 },
  { kind: "melSpectrogram", sampleRate: 8000, nFft: 256, nMels: 20, hopLength: 64, melScale: "htk" },
  { kind: "logMel", sampleRate: 8000, nFft: 201, nMels: 12, hopLength: 300, topDb: null, window: "hamming" },
  {
    kind: "mfcc",
    sampleRate: 8000,
    nFft: 256,
    nMels: 24,
    nMfcc: 5,
    hopLength: 80,
    topDb: null,
    deltas: 2,
    preEmphasis: 0.97,
  },
  { kind: "lfcc", sampleRate: 8000, nFft: 256, nFilters: 20, hopLength: 100, topDb: null, deltas: 1 },
  { kind: "gammatone", sampleRate: 8000, nFft: 256, nFilters: 10, hopLength: 90 },
  { kind: "logGammatone", sampleRate: 8000, nFft: 200, nFilters: 8, hopLength: 110, topDb: null },
  { kind: "chroma", sampleRate: 8000, nFft: 256, hopLength: 120, tuning: 0.1 },
  { kind: "pcen", sampleRate: 8000, nFft: 256, nMels: 12, hopLength: 100, timeConstantSec: 0.2 },
];
const cqccExample: FeatureConfig = { kind: "cqcc", sampleRate: 8000, nBins: 30, fMin: 300, hopLength: 64, nCqcc: 6 };

describe("extractFeatures", () => {
  it.each(file.cases.map((c) => [JSON.stringify(c.config), c] as const))(
    "with %s equals the same steps in librosa and NumPy",
    (_, { config, values }) => {
      const { data, rows, cols } = extractFeatures(voice, config);
      expect([rows, cols]).toEqual([values.length, values[0].length]);
      expect(worst(data, values)).toBeLessThan(1e-3);
    },
  );

  it.each([...examples, cqccExample].map((c) => [c.kind, c] as const))("has one name a column: %s", (_, config) => {
    expect(featureNames(config)).toHaveLength(extractFeatures(voice, config).cols);
    const pooled = { ...config, pool: { statistics: ["mean", "skew"], segments: 2 } } as FeatureConfig;
    expect(featureNames(pooled)).toHaveLength(extractFeatures(voice, pooled).cols);
  });

  it("gives what the functions of its kinds give", () => {
    const rate = { sampleRate: 8000 };
    const framing = { ...rate, nFft: 256, hopLength: 90 };
    const same = (config: FeatureConfig, { data }: Matrix, tolerance = 0) =>
      expect(worst(extractFeatures(voice, config).data, [...data])).toBeLessThanOrEqual(tolerance);
    same({ kind: "gammatone", ...framing, nFilters: 10 }, gammatoneSpectrogram(voice, { ...framing, nFilters: 10 }));
    same(
      { kind: "logGammatone", ...framing, nFilters: 10 },
      powerToDb(gammatoneSpectrogram(voice, { ...framing, nFilters: 10 })),
      1e-4,
    );
    same({ kind: "chroma", ...framing }, chroma(voice, framing));
    const mel = melSpectrogram(voice, { ...framing, nMels: 20, power: 1 });
    const loud = { ...mel, data: mel.data.map((v) => v * 2 ** 31) };
    same({ kind: "pcen", ...framing, nMels: 20, gain: 0.8 }, pcen(loud, { ...rate, hopLength: 90, gain: 0.8 }));
    same(cqccExample, cqcc(voice, { ...rate, nBins: 30, fMin: 300, hopLength: 64, nCqcc: 6 }));
  });

  it("names columns by coefficient, derivative, statistic and part", () => {
    const config: FeatureConfig = { kind: "mfcc", sampleRate: 8000, nMels: 40, nMfcc: 1, deltas: 1 };
    expect(featureNames(config)).toEqual(["mfcc0", "mfcc0.delta"]);
    expect(featureNames({ ...config, pool: { statistics: ["std"], segments: 2 } })).toEqual([
      "mfcc0.std.part1of2",
      "mfcc0.delta.std.part1of2",
      "mfcc0.std.part2of2",
      "mfcc0.delta.std.part2of2",
    ]);
  });

  it("crops and pads to durationSec, from the start or about the middle", () => {
    const x = Float32Array.of(1, 2, 3, 4);
    const energy = (config: Partial<FeatureConfig>) => [
      ...extractFeatures(x, {
        kind: "spectrogram",
        sampleRate: 1,
        nFft: 1,
        hopLength: 1,
        power: 1,
        ...config,
      } as FeatureConfig).data,
    ];
    expect(energy({ durationSec: 2 })).toEqual([1, 2]);
    expect(energy({ durationSec: 2, durationAlign: "center" })).toEqual([2, 3]);
    expect(energy({ durationSec: 6 })).toEqual([1, 2, 3, 4, 0, 0]);
    expect(energy({ durationSec: 6, durationAlign: "center" })).toEqual([0, 1, 2, 3, 4, 0]);
  });

  it("gives a short clip deltas by repeating its end rows", () => {
    const { rows, cols } = extractFeatures(noise(300), {
      kind: "mfcc",
      sampleRate: 8000,
      nMels: 40,
      nMfcc: 3,
      deltas: 2,
    });
    expect([rows, cols]).toEqual([1, 9]);
  });

  it("names what is wrong with the samples", () => {
    const config: FeatureConfig = { kind: "mfcc", sampleRate: 8000, nMels: 40, center: false, pool: {} };
    expect(() => extractFeatures(Float32Array.of(Number.NaN), config)).toThrow(
      new RangeError("extractFeatures: samples must be finite, got NaN at index 0."),
    );
    expect(() => extractFeatures(new Float32Array(0), config)).toThrow(
      new RangeError("extractFeatures: samples must not be empty."),
    );
    expect(() => extractFeatures(noise(10), config)).toThrow(
      new RangeError(
        "extractFeatures: 10 samples hold no whole frame of nFft = 2048; set center: true or durationSec.",
      ),
    );
  });
});

describe("resolveFeatureConfig", () => {
  it("fills every default and is its own fixed point", () => {
    const full = resolveFeatureConfig({ kind: "mfcc", sampleRate: 16000, trim: {}, pool: { segments: 2 } });
    expect(full).toMatchObject({
      nFft: 2048,
      hopLength: 512,
      nMels: 128,
      nMfcc: 20,
      fMax: 8000,
      topDb: 80,
      trim: { topDb: 60, frameLength: 2048, hopLength: 512 },
      pool: { statistics: ["mean", "std"], segments: 2 },
    });
    expect(resolveFeatureConfig(full)).toEqual(full);
    expect(JSON.parse(JSON.stringify(full))).toEqual(full);
  });

  it.each([
    [
      null,
      new TypeError(
        'resolveFeatureConfig: config must be an object such as { kind: "mfcc", sampleRate: 16000 }, got null.',
      ),
    ],
    [
      { kind: "mffc" },
      new RangeError(
        "resolveFeatureConfig: kind must be one of spectrogram, melSpectrogram, logMel, mfcc, lfcc, gammatone, logGammatone, chroma, pcen, cqcc, got mffc; did you mean mfcc?",
      ),
    ],
    [
      { kind: "gammatonne" },
      new RangeError(
        "resolveFeatureConfig: kind must be one of spectrogram, melSpectrogram, logMel, mfcc, lfcc, gammatone, logGammatone, chroma, pcen, cqcc, got gammatonne; did you mean gammatone?",
      ),
    ],
    [
      { kind: "pcen", sampleRate: 8000, nMels: 40, gains: 1 },
      new RangeError("resolveFeatureConfig: gains is not a known key; did you mean gain?"),
    ],
    [
      { kind: "pcen", sampleRate: 8000, nMels: 40, eps: 0 },
      new RangeError("resolveFeatureConfig: eps must be a finite number above 0, got 0."),
    ],
    [
      { kind: "chroma", sampleRate: 8000, tuning: 3 },
      new RangeError("resolveFeatureConfig: tuning must be in [-1, 1], got 3."),
    ],
    [
      { kind: "gammatone", sampleRate: 8000, fMin: 0 },
      new RangeError("resolveFeatureConfig: fMin must be a finite number above 0, got 0."),
    ],
    [
      { kind: "logGammatone", sampleRate: 8000, amin: -1 },
      new RangeError("resolveFeatureConfig: amin must be a finite number above 0, got -1."),
    ],
    [
      { kind: "cqcc", sampleRate: 8000, nBins: 120 },
      new RangeError(
        "resolveFeatureConfig: the highest filter must end below 4000 Hz (half the sample rate), ends at 32977; lower nBins or fMin.",
      ),
    ],
    [
      { kind: "cqcc", sampleRate: 8000, nBins: 30, nCqcc: 31 },
      new RangeError("resolveFeatureConfig: nCqcc must be an integer in [1, 30] (nLinear), got 31."),
    ],
    [{ kind: "mfcc" }, new TypeError("resolveFeatureConfig: sampleRate is required, in Hz, got undefined.")],
    [
      { kind: "mfcc", sampleRate: 8000, nMel: 40 },
      new RangeError("resolveFeatureConfig: nMel is not a known key; did you mean nMels?"),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, pool: { segment: 2 } },
      new RangeError("resolveFeatureConfig: pool.segment is not a known key; did you mean pool.segments?"),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, pool: { statistics: ["average"] } },
      new RangeError(
        "resolveFeatureConfig: pool.statistics must be one of mean, std, min, max, range, median, q25, q75, skew, kurtosis, got average.",
      ),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, pool: { statistics: [] } },
      new RangeError(
        "resolveFeatureConfig: pool.statistics must be a list with at least one of mean, std, min, max, range, median, q25, q75, skew, kurtosis.",
      ),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, pool: true },
      new TypeError("resolveFeatureConfig: pool must be an object or null, got true."),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, trim: { topDb: 0 } },
      new RangeError("resolveFeatureConfig: trim.topDb must be a finite number above 0, got 0."),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, deltas: 3 },
      new RangeError("resolveFeatureConfig: deltas must be an integer in [0, 2], got 3."),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, normalize: "max" },
      new RangeError("resolveFeatureConfig: normalize must be one of none, mean, meanVariance, got max."),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, durationSec: 0 },
      new RangeError("resolveFeatureConfig: durationSec must be a finite number above 0, got 0."),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, preEmphasis: 2 },
      new RangeError("resolveFeatureConfig: preEmphasis must be in [0, 1], got 2."),
    ],
    [
      { kind: "mfcc", sampleRate: 8000, nMfcc: 0 },
      new RangeError("resolveFeatureConfig: nMfcc must be an integer in [1, 128] (nMels), got 0."),
    ],
    [
      { kind: "logMel", sampleRate: 8000, fMax: 5000 },
      new RangeError("resolveFeatureConfig: fMax must be in [0, 4000], got 5000."),
    ],
  ])("says what is wrong with %j", (config, error) => {
    expect(() => resolveFeatureConfig(config as FeatureConfig)).toThrow(error);
  });
});

describe("createFeatureStream", () => {
  it.each(examples.flatMap((c) => [[c.kind, true, c] as const, [c.kind, false, c] as const]))(
    "%s, centred %s, equals the batch result under any chunking",
    (_, center, example) => {
      const config = { ...example, center } as FeatureConfig;
      const stream = createFeatureStream(config);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2500 }), cuts, (n, where) => {
          const x = noise(n, n);
          const rows = cut(x, where).flatMap((chunk) => [...stream.process(chunk).data]);
          rows.push(...stream.flush().data);
          expect(rows).toEqual([...extractFeatures(x, config).data]);
        }),
        { numRuns: 8 },
      );
    },
  );

  it("streams constant-Q cepstra too", () => {
    const stream = createFeatureStream({ ...cqccExample, deltas: 1 });
    const x = noise(1600, 3);
    const rows = cut(x, [1, 400, 401, 1500]).flatMap((chunk) => [...stream.process(chunk).data]);
    rows.push(...stream.flush().data);
    expect(rows).toEqual([...extractFeatures(x, { ...cqccExample, deltas: 1 }).data]);
  });

  it("takes one sample at a time", () => {
    const stream = createFeatureStream({ ...examples[3], center: false } as FeatureConfig);
    const x = noise(1500);
    const rows = [...x].flatMap((v) => [...stream.process(Float32Array.of(v)).data]);
    rows.push(...stream.flush().data);
    expect(rows).toEqual([...extractFeatures(x, { ...examples[3], center: false } as FeatureConfig).data]);
  });

  it("forgets on reset", () => {
    const stream = createFeatureStream(examples[4]);
    stream.process(noise(900, 7));
    stream.reset();
    const x = noise(1000, 8);
    const rows = [...stream.process(x).data, ...stream.flush().data];
    expect(rows).toEqual([...extractFeatures(x, examples[4]).data]);
  });

  it("returns the same objects again in the steady state", () => {
    const stream = createFeatureStream({ ...examples[2], hopLength: 100, center: false } as FeatureConfig);
    const chunk = noise(100);
    for (let i = 0; i < 5; i++) stream.process(chunk);
    const first = stream.process(chunk);
    expect(stream.process(chunk)).toBe(first);
  });

  it.each([
    [{ topDb: 80 }, "topDb needs the whole clip; set topDb: null"],
    [{ normalize: "mean" }, 'normalize needs the whole clip; set normalize: "none"'],
    [{ pool: {} }, "pool needs the whole clip; set pool: null"],
    [{ trim: {} }, "trim needs the whole clip; set trim: null"],
    [{ durationSec: 1 }, "durationSec needs the whole clip; set durationSec: null"],
  ])("refuses %j", (step, message) => {
    const config = { ...examples[3], ...step } as FeatureConfig;
    expect(() => createFeatureStream(config)).toThrow(
      new RangeError(`createFeatureStream: ${message}, or call extractFeatures on each window.`),
    );
  });

  it("refuses to look ahead, and names bad samples", () => {
    expect(() => createFeatureStream({ ...examples[3], padMode: "reflect" } as FeatureConfig)).toThrow(
      new RangeError(
        'createFeatureStream: padMode must be "constant" or "edge" when centred, since others look ahead, got reflect; or set center: false.',
      ),
    );
    expect(() => createFeatureStream(examples[1]).process(Float32Array.of(0, Number.NaN))).toThrow(
      new RangeError("createFeatureStream: chunk must be finite, got NaN at index 1."),
    );
  });
});

describe("poolFeatures", () => {
  it("shares frames between segments when there are too few", () => {
    const out = poolFeatures({ data: Float32Array.of(1, 2), rows: 2, cols: 1 }, { statistics: ["mean"], segments: 4 });
    expect([...out.data]).toEqual([1, 1, 2, 2]);
  });

  it("needs a frame", () => {
    expect(() => poolFeatures({ data: new Float32Array(0), rows: 0, cols: 3 })).toThrow(
      new RangeError("poolFeatures: matrix must hold at least 1 frame, got 0."),
    );
  });
});
