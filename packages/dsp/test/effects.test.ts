import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyImpulseResponse,
  bandLimit,
  clip,
  fixLength,
  frequencyMask,
  gain,
  loudness,
  mixAtSnr,
  muLaw,
  noise,
  normalizeLoudness,
  normalizePeak,
  normalizeRms,
  quantize,
  removeSilence,
  roomImpulseResponse,
  saturate,
  speed,
  timeMask,
  timeShift,
  tone,
} from "../src/index.js";
import { testSignal } from "./testSignal.js";

const voice = testSignal(8000);
const power = (x: Float32Array) => x.reduce((sum, v) => sum + v * v, 0) / x.length;
const x = Float32Array.of(1, 2, 3, 4);

describe("fixLength", () => {
  it("cuts and pads where it is told", () => {
    expect([...fixLength(x, { length: 6 })]).toEqual([1, 2, 3, 4, 0, 0]);
    expect([...fixLength(x, { length: 6, side: "start" })]).toEqual([0, 0, 1, 2, 3, 4]);
    expect([...fixLength(x, { length: 7, side: "both" })]).toEqual([0, 1, 2, 3, 4, 0, 0]);
    expect([...fixLength(x, { length: 2 })]).toEqual([1, 2]);
    expect([...fixLength(x, { length: 2, side: "start" })]).toEqual([3, 4]);
    expect([...fixLength(x, { length: 2, side: "both" })]).toEqual([2, 3]);
    expect([...fixLength(x, { length: 9, side: "both", padMode: "wrap" })]).toEqual([3, 4, 1, 2, 3, 4, 1, 2, 3]);
    expect([...fixLength(x, { length: 4 })]).toEqual([...x]);
    expect([...fixLength(new Float32Array(0), { length: 2, padMode: "wrap" })]).toEqual([0, 0]);
  });

  it("names what is wrong", () => {
    expect(() => fixLength(x, { length: 1.5 })).toThrow(
      new RangeError("fixLength: length must be an integer of at least 0, got 1.5."),
    );
  });
});

describe("timeShift", () => {
  it("moves, fills or wraps, and never changes the length", () => {
    expect([...timeShift(x, { shift: 1 })]).toEqual([0, 1, 2, 3]);
    expect([...timeShift(x, { shift: -3 })]).toEqual([4, 0, 0, 0]);
    expect([...timeShift(x, { shift: 9 })]).toEqual([0, 0, 0, 0]);
    expect([...timeShift(x, { shift: -9 })]).toEqual([0, 0, 0, 0]);
    expect([...timeShift(x, { shift: 5, mode: "wrap" })]).toEqual([4, 1, 2, 3]);
    expect([...timeShift(x, { shift: -1, mode: "wrap" })]).toEqual([2, 3, 4, 1]);
    expect(timeShift(new Float32Array(0), { shift: 3 })).toHaveLength(0);
  });
});

describe("levels", () => {
  it("are what was asked for, and silence stays silence", () => {
    expect([...gain(x, { gainDb: 20 })]).toEqual([10, 20, 30, 40]);
    expect(Math.max(...normalizePeak(voice, { peak: 0.5 }).map(Math.abs))).toBeCloseTo(0.5, 6);
    expect(10 * Math.log10(power(normalizeRms(voice, { rmsDb: -26 })))).toBeCloseTo(-26, 4);
    const quiet = normalizeLoudness(voice, { sampleRate: 8000, targetLufs: -30 });
    expect(loudness(quiet, { sampleRate: 8000 }).integrated).toBeCloseTo(-30, 4);
    const loud = normalizeLoudness(voice, { sampleRate: 8000, targetLufs: 0 });
    expect(Math.max(...loud.map(Math.abs))).toBeCloseTo(1, 6);
    for (const silence of [new Float32Array(0), new Float32Array(9000)]) {
      expect(normalizePeak(silence)).toEqual(silence);
      expect(normalizeRms(silence)).toEqual(silence);
      expect(normalizeLoudness(silence, { sampleRate: 8000 })).toEqual(silence);
    }
  });
});

describe("mixAtSnr", () => {
  it("has the ratio asked for, whatever the noise's length and level", () => {
    for (const [length, rms] of [
      [8000, 0.1],
      [333, 0.001],
      [20000, 0.5],
    ]) {
      const mixed = mixAtSnr(voice, noise({ length, seed: 1, rms }), { snrDb: 7, offset: 100 });
      const added = mixed.map((v, i) => v - voice[i]);
      expect(10 * Math.log10(power(voice) / power(added))).toBeCloseTo(7, 3);
    }
  });

  it("leaves the signal alone when either is silent", () => {
    expect(mixAtSnr(voice, new Float32Array(5), { snrDb: 0 })).toEqual(voice);
    expect(mixAtSnr(new Float32Array(3), x, { snrDb: 0 })).toEqual(new Float32Array(3));
  });

  it("asks for noise", () => {
    expect(() => mixAtSnr(voice, new Float32Array(0), { snrDb: 0 })).toThrow(
      new RangeError("mixAtSnr: noise must have at least one sample, got 0."),
    );
  });
});

describe("distortions", () => {
  it("clip, saturate and quantise", () => {
    expect([...clip(Float32Array.of(-1, 0.25, 0.7), { threshold: 0.5 })]).toEqual([-0.5, 0.25, 0.5]);
    expect([...quantize(Float32Array.of(-2, -0.3, 0.3, 0.9), { bits: 2 })]).toEqual([-1, -0.5, 0.5, 0.5]);
    const soft = saturate(Float32Array.of(-1, 0, 0.5, 1), { driveDb: 12 });
    expect([soft[0], soft[1], soft[3]]).toEqual([-1, 0, 1]);
    expect(soft[2]).toBeGreaterThan(0.9);
  });

  it("µ-law keeps 256 levels and about 37 dB", () => {
    const out = muLaw(voice);
    expect(new Set(muLaw(Float32Array.from({ length: 60001 }, (_, i) => i / 30000 - 1))).size).toBe(256);
    const error = out.map((v, i) => v - voice[i]);
    expect(10 * Math.log10(power(voice) / power(error))).toBeGreaterThan(35);
    expect(muLaw(Float32Array.of(0, 7, -7))[0]).toBe(0);
  });
});

describe("masks", () => {
  const matrix = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), rows: 3, cols: 3 };
  it("replace frames or bands, by a number or the mean, and cut what reaches beyond", () => {
    expect([...timeMask(matrix, { start: 1, width: 1 }).data]).toEqual([1, 2, 3, 0, 0, 0, 7, 8, 9]);
    expect([...frequencyMask(matrix, { start: 2, width: 9, value: "mean" }).data]).toEqual([1, 2, 5, 4, 5, 5, 7, 8, 5]);
    expect(timeMask(matrix, { start: 7, width: 2 }).data).toEqual(matrix.data);
    expect(frequencyMask(matrix, { start: 7, width: 2 }).data).toEqual(matrix.data);
    expect([...matrix.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("removeSilence", () => {
  it("takes pauses out, inside too", () => {
    const gaps = new Float32Array(16000);
    gaps.set(voice.subarray(0, 3000), 2000);
    gaps.set(voice.subarray(0, 3000), 10000);
    const kept = removeSilence(gaps, { topDb: 40, frameLength: 256, hopLength: 64 });
    expect(kept.length).toBeGreaterThan(5900);
    expect(kept.length).toBeLessThan(6800);
    expect(removeSilence(new Float32Array(0))).toHaveLength(0);
  });
});

describe("speed", () => {
  it("changes duration and pitch together", () => {
    const fast = speed(tone({ frequency: 500, sampleRate: 8000, length: 8000 }), { factor: 1.25 });
    expect(fast).toHaveLength(6400);
    const want = tone({ frequency: 625, sampleRate: 8000, length: 6400 });
    for (let t = 200; t < 6200; t += 61) expect(fast[t]).toBeCloseTo(want[t], 4);
  });
});

describe("bandLimit", () => {
  it("keeps the band and takes the rest", () => {
    const level = (frequency: number, zeroPhase: boolean) => {
      const filtered = bandLimit(tone({ frequency, sampleRate: 16000, length: 16000 }), {
        sampleRate: 16000,
        lowHz: 300,
        highHz: 3400,
        order: 6,
        zeroPhase,
      });
      return 10 * Math.log10(2 * power(filtered.subarray(4000, 12000)));
    };
    for (const zeroPhase of [false, true]) {
      expect(level(1000, zeroPhase)).toBeCloseTo(0, 2);
      expect(level(60, zeroPhase)).toBeLessThan(-80);
      expect(level(7000, zeroPhase)).toBeLessThan(-50);
    }
    expect(bandLimit(voice, { sampleRate: 8000 })).toEqual(voice);
    expect(bandLimit(x, { sampleRate: 8000, highHz: 100, zeroPhase: true })).toHaveLength(4);
  });

  it("asks for rising edges", () => {
    expect(() => bandLimit(voice, { sampleRate: 8000, lowHz: 500, highHz: 400 })).toThrow(
      new RangeError(
        "bandLimit: lowHz must be at least 0 and below highHz and 4000 (half the sample rate), got 500 and 400.",
      ),
    );
  });
});

describe("roomImpulseResponse", () => {
  /** Reverberation time from the −5 to −25 dB stretch of the backward-integrated energy. */
  const measuredRt60 = (response: Float32Array, sampleRate: number) => {
    const left = new Float64Array(response.length + 1);
    for (let t = response.length - 1; t >= 0; t--) left[t] = left[t + 1] + response[t] ** 2;
    const at = (db: number) => left.findIndex((v) => v <= left[0] * 10 ** (db / 10));
    return ((at(-25) - at(-5)) * 3) / sampleRate;
  };

  it.each([0.2, 0.4, 0.8])("decays in about %f s", (rt60Sec) => {
    const image = roomImpulseResponse({ sampleRate: 16000, rt60Sec });
    expect(Math.abs(measuredRt60(image, 16000) / rt60Sec - 1)).toBeLessThan(0.15);
    const decay = roomImpulseResponse({ sampleRate: 16000, rt60Sec, kind: "exponential", directToReverbDb: -20 });
    expect(Math.abs(measuredRt60(decay, 16000) / rt60Sec - 1)).toBeLessThan(0.1);
  });

  it("begins with the direct sound at height 1", () => {
    const options = { sampleRate: 16000, rt60Sec: 0.3, sourceM: [2, 2, 1.5], microphoneM: [3, 2, 1.5] } as const;
    const response = roomImpulseResponse(options);
    // One metre is 46.6 samples: the sinc's two highest samples are around there, minus what is cut before it.
    const peak = Math.max(...response);
    expect(response.indexOf(peak)).toBeLessThan(18);
    expect(peak).toBeGreaterThan(0.6);
    expect(peak).toBeLessThanOrEqual(1.01);
  });

  it("names what is wrong", () => {
    expect(() => roomImpulseResponse({ sampleRate: 16000, rt60Sec: 0.3, sourceM: [7, 1, 1] })).toThrow(
      new RangeError("roomImpulseResponse: sourceM[0] must be inside the room (0, 6), got 7."),
    );
    expect(() => roomImpulseResponse({ sampleRate: 16000, rt60Sec: 99 })).toThrow(
      new RangeError("roomImpulseResponse: rt60Sec must be at most 20, got 99."),
    );
  });
});

describe("applyImpulseResponse", () => {
  it("does nothing with a single impulse, however late", () => {
    const late = new Float32Array(50);
    late[30] = 0.5;
    const out = applyImpulseResponse(voice, late);
    for (let t = 0; t < voice.length; t += 97) expect(out[t]).toBeCloseTo(voice[t], 5);
    expect(applyImpulseResponse(voice, late, { wet: 0 })).toEqual(voice);
    expect(applyImpulseResponse(voice, late, { align: false, keepLevel: false })[29]).toBeCloseTo(0, 6);
  });

  it("keeps length and level", () => {
    const room = roomImpulseResponse({ sampleRate: 8000, rt60Sec: 0.3, kind: "exponential" });
    const out = applyImpulseResponse(voice, room);
    expect(out).toHaveLength(voice.length);
    expect(power(out)).toBeCloseTo(power(voice), 6);
  });
});

describe("every effect", () => {
  const effects: Record<string, (x: Float32Array) => Float32Array> = {
    fixLength: (s) => fixLength(s, { length: 9 }),
    timeShift: (s) => timeShift(s, { shift: 2 }),
    gain: (s) => gain(s, { gainDb: 1 }),
    normalizePeak: (s) => normalizePeak(s),
    normalizeRms: (s) => normalizeRms(s),
    mixAtSnr: (s) => mixAtSnr(s, x, { snrDb: 3 }),
    clip: (s) => clip(s, { threshold: 0.5 }),
    saturate: (s) => saturate(s, { driveDb: 3 }),
    quantize: (s) => quantize(s, { bits: 8 }),
    muLaw: (s) => muLaw(s),
    bandLimit: (s) => bandLimit(s, { sampleRate: 8000, highHz: 1000 }),
    speed: (s) => speed(s, { factor: 1.1 }),
    removeSilence: (s) => removeSilence(s),
    applyImpulseResponse: (s) => applyImpulseResponse(s, x),
  };

  it.each(Object.entries(effects))(
    "%s takes any finite signal, leaves it alone and returns finite samples",
    (_, effect) => {
      const signal = fc.float32Array({ min: -1, max: 1, noNaN: true, noDefaultInfinity: true, maxLength: 80 });
      fc.assert(
        fc.property(signal, (samples) => {
          const copy = samples.slice();
          expect(effect(samples).every(Number.isFinite)).toBe(true);
          expect(samples).toEqual(copy);
        }),
        { seed: 7, numRuns: 40 },
      );
    },
  );

  it.each(Object.entries(effects))("%s names a sample that is not finite", (name, effect) => {
    expect(() => effect(Float32Array.of(0, Number.NaN))).toThrow(/samples must be finite, got NaN at index 1\.$/);
    expect(name).not.toBe("");
  });
});
