import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { augmentFromConfig, compose, createRng, type Transform, transformKinds } from "../src/index.js";
import { testSignal } from "./testSignal.js";

const sampleRate = 8000;
const voice = testSignal(4000);
const assets = {
  street: [testSignal(900, sampleRate, 5), testSignal(7000, sampleRate, 6)],
  hall: [Float32Array.of(1, 0.5, 0.2)],
};
const features = { data: Float32Array.from({ length: 60 }, (_, i) => i + 1), rows: 10, cols: 6 };

/** One example of every kind. */
const examples: Transform[] = [
  { kind: "gain", gainDb: [-6, 6] },
  { kind: "normalizePeak", peak: [0.5, 1] },
  { kind: "normalizeRms" },
  { kind: "normalizeLoudness", targetLufs: [-30, -20] },
  { kind: "noise", snrDb: [5, 20], color: "pink" },
  { kind: "backgroundNoise", snrDb: [0, 10], asset: "street" },
  { kind: "pitchShift", nSteps: [-2, 2] },
  { kind: "timeStretch", rate: [0.8, 1.25] },
  { kind: "speed", factor: [0.9, 1.1] },
  { kind: "timeShift", shiftSec: [-0.1, 0.1], mode: "wrap" },
  { kind: "crop", lengthSec: [0.1, 0.4] },
  { kind: "reverb", rt60Sec: [0.05, 0.2], wet: [0.2, 0.8] },
  { kind: "impulseResponse", asset: "hall" },
  { kind: "bandLimit", lowHz: [100, 400], highHz: [2000, 3800] },
  { kind: "equalizer", gainDb: [-12, 12] },
  { kind: "muLaw" },
  { kind: "clip", share: [0.2, 0.8] },
  { kind: "saturate", driveDb: [6, 20] },
  { kind: "quantize", bits: [6, 10] },
  { kind: "invert" },
  { kind: "timeMask", width: [1, 3], count: 2 },
  { kind: "frequencyMask", width: [1, 2], value: "mean" },
  { kind: "featureNoise", deviation: 0.5 },
  { kind: "oneOf", transforms: [{ kind: "gain", gainDb: -6 }, { kind: "invert" }], weights: [1, 3] },
];

describe("compose", () => {
  it("has an example of every kind here", () => {
    expect(examples.map((t) => t.kind)).toEqual(transformKinds);
  });

  it.each(examples.map((t) => [t.kind, t] as const))(
    "%s changes its data, leaves the input alone, and repeats with its seed",
    (_, t) => {
      const augment = compose([t], { assets });
      const before = voice.slice();
      if (augment.changesSamples) {
        const once = augment.apply(voice, { sampleRate, seed: 3 });
        expect(once).toEqual(augment.apply(voice, { sampleRate, seed: 3 }));
        expect(once).not.toEqual(voice);
        expect(once.every(Number.isFinite)).toBe(true);
        expect(voice).toEqual(before);
        expect(augment.applyToFeatures(features, { seed: 3 })).toEqual(features);
      } else {
        expect(augment.changesFeatures).toBe(true);
        const once = augment.applyToFeatures(features, { seed: 3 });
        expect(once).toEqual(augment.applyToFeatures(features, { seed: 3 }));
        expect(once).not.toEqual(features);
        expect(features.data[7]).toBe(8);
        expect(augment.apply(voice, { sampleRate, seed: 3 })).toEqual(voice);
      }
    },
  );

  it("takes silence, one sample and nothing", () => {
    const augment = compose(examples, { assets });
    for (const samples of [new Float32Array(2000), Float32Array.of(0.5), new Float32Array(0)]) {
      for (let seed = 0; seed < 5; seed++) {
        expect(augment.apply(samples, { sampleRate, seed }).every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("takes a trip through JSON", () => {
    const augment = compose(examples, { assets });
    const copy = augmentFromConfig(JSON.parse(JSON.stringify(augment)), { assets });
    expect(copy.apply(voice, { sampleRate, seed: 9 })).toEqual(augment.apply(voice, { sampleRate, seed: 9 }));
  });

  it("applies each transform with its probability", () => {
    const augment = compose([{ kind: "invert", p: 0.3 }]);
    const one = Float32Array.of(1);
    let turned = 0;
    for (let seed = 0; seed < 4000; seed++) if (augment.apply(one, { sampleRate, seed })[0] === -1) turned++;
    expect(Math.abs(turned / 4000 - 0.3)).toBeLessThan(0.03);
    expect([...compose([{ kind: "invert", p: 0 }]).apply(one, { sampleRate, seed: 1 })]).toEqual([1]);
  });

  it("draws inside the range, over all of it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.nat(),
        (low, width, seed) => {
          const gain = compose([{ kind: "gain", gainDb: [low, low + width] }]);
          const db = 20 * Math.log10(gain.apply(Float32Array.of(1), { sampleRate, seed })[0]);
          expect(db).toBeGreaterThan(low - 1e-5);
          expect(db).toBeLessThan(low + width + 1e-5);
        },
      ),
      { seed: 1 },
    );
    const drawn = Array.from(
      { length: 300 },
      (_, seed) => compose([{ kind: "gain", gainDb: [0, 20] }]).apply(Float32Array.of(1), { sampleRate, seed })[0],
    );
    expect(Math.min(...drawn)).toBeLessThan(1.1);
    expect(Math.max(...drawn)).toBeGreaterThan(9);
  });

  it("does not let the options of one step change what the next draws", () => {
    const tail: Transform = { kind: "timeShift", shiftSec: [0, 0.2], mode: "wrap" };
    const shiftAfter = (first: Transform) => {
      const pulse = new Float32Array(4000);
      pulse[0] = 1;
      return compose([first, tail])
        .apply(pulse, { sampleRate, seed: 4 })
        .findIndex((v) => v !== 0);
    };
    expect(shiftAfter({ kind: "gain", gainDb: [-6, 6] })).toBe(shiftAfter({ kind: "gain", gainDb: 0 }));
    expect(shiftAfter({ kind: "gain", gainDb: 1, p: 0 })).toBe(shiftAfter({ kind: "gain", gainDb: 0 }));
  });

  it("chooses one of several by weight", () => {
    const augment = compose([
      { kind: "oneOf", weights: [1, 3], transforms: [{ kind: "gain", gainDb: 20 }, { kind: "invert" }] },
    ]);
    let inverted = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const [v] = augment.apply(Float32Array.of(1), { sampleRate, seed });
      expect([10, -1]).toContain(v);
      if (v === -1) inverted++;
    }
    expect(Math.abs(inverted / 2000 - 0.75)).toBeLessThan(0.04);
  });

  it("draws from a source that is given", () => {
    const augment = compose([{ kind: "noise", snrDb: 10 }]);
    const rng = createRng(1);
    const first = augment.apply(voice, { sampleRate, seed: rng });
    expect(augment.apply(voice, { sampleRate, seed: rng })).not.toEqual(first);
  });

  it.each([
    [
      [{ kind: "pitchshift", nSteps: 1 }],
      'augment[0]: kind must be a known transform, got "pitchshift"; did you mean pitchShift?',
    ],
    [[{ kind: "gain", gainDB: 1 }], 'augment[0]: gain has no option "gainDB"; did you mean gainDb?'],
    [[{ kind: "gain" }], "augment[0]: gain needs the option gainDb."],
    [
      [{ kind: "gain", gainDb: [3, -3] }],
      "augment[0]: gainDb of gain must be a number in [-120, 120], or a rising pair of them, got [3,-3].",
    ],
    [
      [{ kind: "quantize", bits: 2.5 }],
      "augment[0]: bits of quantize must be a whole number in [1, 24], or a rising pair of them, got 2.5.",
    ],
    [
      [{ kind: "noise", snrDb: 3, color: "blue" }],
      'augment[0]: color of noise must be one of white, pink, brown, got "blue".',
    ],
    [[{ kind: "invert", p: 2 }], "augment[0]: p must be a probability in [0, 1], got 2."],
    [
      [{ kind: "invert" }, { kind: "backgroundNoise", snrDb: 3, asset: "cafe" }],
      'augment[1]: asset must be given and hold at least one clip, got "cafe"; given: street, hall.',
    ],
    [
      [{ kind: "oneOf", transforms: [] }],
      "augment[0]: transforms of oneOf must be a list with at least one transform.",
    ],
    [
      [{ kind: "oneOf", transforms: [{ kind: "x" }] }],
      `augment[0].transforms[0]: kind must be a known transform, got "x"; known: ${transformKinds.join(", ")}.`,
    ],
    [
      [{ kind: "oneOf", transforms: [{ kind: "invert" }], weights: [1, 2] }],
      "augment[0]: weights of oneOf must be 1 numbers of at least 0, not all 0, got [1,2].",
    ],
    [[{ kind: "oneOf", transform: [] }], 'augment[0]: oneOf has no option "transform"; did you mean transforms?'],
    [[{ kind: "bandLimit", order: 99 }], "augment[0]: order of bandLimit must be a number in [1, 30], got 99."],
    [
      [{ kind: "timeMask", width: 1, value: "max" }],
      'augment[0]: value of timeMask must be a number or "mean", got "max".',
    ],
  ])("refuses %j", (config, sentence) => {
    expect(() => augmentFromConfig(config, { assets })).toThrow(new RangeError(sentence));
  });

  it("refuses what is no list of objects", () => {
    expect(() => augmentFromConfig({})).toThrow(new TypeError("augment: must be a list of transforms, got object."));
    expect(() => augmentFromConfig([null])).toThrow(
      new TypeError("augment[0]: must be an object with a kind, got null."),
    );
  });
});
