import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Face, FaceDetector, FaceLandmarks } from "../src/faces/index.js";
import { createImage, type Image, loadOpenCv } from "../src/index.js";
import {
  audioVisualOffset,
  createFaceTrack,
  createMouthTrack,
  createShotCuts,
  createSoundLevel,
  createTalkAnalyser,
  levelAt,
  mouthMotion,
  mouthOpening,
  mouthPatch,
} from "../src/video/index.js";

beforeAll(loadOpenCv);

/** Repeatable numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A loudness that comes and goes as speech does: decibels, a value a picture. */
function talk(n: number, seed: number): number[] {
  const random = numbers(seed);
  const syllables = Array.from({ length: n / 4 }, () => ({
    at: n * random(),
    high: 10 + 20 * random(),
    wide: 1 + 2 * random(),
  }));
  return Array.from({ length: n }, (_, t) =>
    syllables.reduce((sum, { at, high, wide }) => Math.max(sum, high * Math.exp(-(((t - at) / wide) ** 2) / 2)), 0),
  );
}

/** A mouth that opens with a loudness heard `late` pictures after it, and moves as it opens and shuts. */
function mouthOf(level: readonly number[], late: number) {
  const opening = level.map((_, t) => 0.1 + 0.005 * (level[t + late] ?? 0));
  const motion = opening.map((v, t) => 0.01 + Math.abs(v - (opening[t - 1] ?? v)) + 0.1 * (v - 0.1));
  return { opening, motion };
}

describe("audioVisualOffset", () => {
  it("finds by how many pictures the sound is late or early", () => {
    fc.assert(
      fc.property(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 1, max: 1000 }), (late, seed) => {
        const level = talk(100, seed);
        const found = audioVisualOffset({ ...mouthOf(level, late), level }, { fps: 25 });
        expect(Math.abs((found?.offsetFrames ?? Infinity) - late)).toBeLessThan(0.75);
        expect(found?.offsetSec).toBeCloseTo((found?.offsetFrames ?? 0) / 25, 12);
      }),
      { seed: 4, numRuns: 40 },
    );
  });

  it("is sure of a mouth with its own sound, and unsure of one with another's", () => {
    const level = talk(100, 3);
    expect(audioVisualOffset({ ...mouthOf(level, 5), level }, { fps: 25 })?.sure).toBe(true);
    expect(audioVisualOffset({ ...mouthOf(talk(100, 99), 5), level }, { fps: 25 })?.sure).toBe(false);
  });

  it("passes over pictures without a face", () => {
    const level = talk(120, 8);
    const { opening, motion } = mouthOf(level, -7);
    for (const gap of [opening, motion]) gap.fill(Number.NaN, 40, 60);
    expect(audioVisualOffset({ opening, motion, level }, { fps: 25 })?.offsetFrames).toBeCloseTo(-7, 0);
  });

  it("is undefined where nothing can be told: less than a second, no face, nothing that moves", () => {
    const short = talk(20, 1);
    expect(audioVisualOffset({ ...mouthOf(short, 0), level: short }, { fps: 25 })).toBeUndefined();
    const level = talk(100, 1);
    const none = level.map(() => Number.NaN);
    expect(audioVisualOffset({ opening: none, motion: none, level }, { fps: 25 })).toBeUndefined();
    const still = level.map(() => 0.1);
    expect(audioVisualOffset({ opening: still, motion: still, level }, { fps: 25 })).toBeUndefined();
  });

  it("refuses curves of different lengths and options out of range", () => {
    expect(() => audioVisualOffset({ opening: [1], motion: [1, 2], level: [1, 2] }, { fps: 25 })).toThrow(
      "audioVisualOffset: needs a value a picture of each curve, got 1, 2 and 2.",
    );
    expect(() => audioVisualOffset({ opening: [], motion: [], level: [] }, { fps: 0 })).toThrow(
      "audioVisualOffset: fps must be in [1, 1000], got 0.",
    );
  });
});

/** A picture of coloured blocks that differ by their seed, moved by some pixels. */
function scene(seed: number, moved = 0): Image {
  const image = createImage(96, 72, 3);
  for (let y = 0; y < 72; y++) {
    for (let x = 0; x < 96; x++) {
      const random = numbers(seed * 7919 + 131 * ((x + moved) >> 3) + (y >> 3));
      random();
      for (let c = 0; c < 3; c++) image.data[3 * (96 * y + x) + c] = 255 * random();
    }
  }
  return image;
}

describe("createShotCuts", () => {
  it("finds where another scene begins, and no cut in what moves", () => {
    const cuts = createShotCuts();
    const pictures = [0, 1, 2, 3].map((k) => scene(1, k)).concat([0, 1, 2].map((k) => scene(2, k)));
    const seen = pictures.map((picture) => cuts.process(picture));
    expect(seen.map(({ cut }) => cut)).toEqual([false, false, false, false, true, false, false]);
    expect(seen[0].change).toBe(0);
    for (const { change } of seen) expect(change).toBeLessThanOrEqual(1);
    const gray = createShotCuts({ threshold: 0.5 });
    expect([20, 20, 220].map((v) => gray.process(createImage(30, 30, 1, [v])).cut)).toEqual([false, false, true]);
    expect(() => createShotCuts({ threshold: 2 })).toThrow("createShotCuts: threshold must be in [0, 1], got 2.");
  });
});

const landmarksAt = (x: number, y: number): FaceLandmarks => ({
  leftEye: { x: x - 13, y: y - 10 },
  rightEye: { x: x + 13, y: y - 10 },
  nose: { x, y: y + 5 },
  leftMouth: { x: x - 11, y: y + 20 },
  rightMouth: { x: x + 11, y: y + 20 },
});
const faceAt = (x: number, y: number, size = 60): Face => ({
  x: x - size / 2,
  y: y - size / 2,
  width: size,
  height: size,
  score: 0.9,
  landmarks: landmarksAt(x, y),
});

/** A face with a dark mouth of a height. */
function picture(open: number, x = 60): Image {
  const image = createImage(120, 120, 1, [180]);
  for (let dy = -open; dy < open; dy++) for (let dx = -9; dx < 9; dx++) image.data[120 * (80 + dy) + x + dx] = 30;
  return image;
}

describe("createFaceTrack", () => {
  it("takes the largest face, stays with it while it is there, and chooses anew after a cut or a long absence", () => {
    const track = createFaceTrack({ patience: 2 });
    const [a, b] = [faceAt(40, 50, 60), faceAt(100, 50, 50)];
    expect(track.process([b, a], false)).toBe(a);
    const larger = faceAt(100, 50, 90);
    const moved = faceAt(44, 52, 60);
    expect(track.process([larger, moved], false)).toBe(moved);
    expect(track.process([larger], false)).toBeUndefined();
    expect(track.process([larger, a], false)).toBe(a);
    expect(track.process([larger, a], true)).toBe(larger);
    for (let i = 0; i < 3; i++) expect(track.process([a], false)).toBeUndefined();
    expect(track.process([a], false)).toBe(a);
  });
});

describe("mouths", () => {
  it("are the more open the more dark they show, wherever the face is", () => {
    const openings = [0, 2, 4, 6].map((open) => mouthOpening(mouthPatch(picture(open), landmarksAt(60, 60))));
    for (let i = 1; i < openings.length; i++) expect(openings[i]).toBeGreaterThan(openings[i - 1] + 0.02);
    expect(mouthOpening(mouthPatch(picture(4, 50), landmarksAt(50, 60)))).toBeCloseTo(openings[2], 2);
    expect(mouthMotion(Float32Array.of(1, 2), Float32Array.of(2, 0))).toBe(1.5);
  });

  it("are followed a value a picture, NaN where the face is long away, and without motion across a cut", () => {
    const track = createMouthTrack({ fps: 25 });
    const seen = Array.from({ length: 60 }, (_, t) => t < 20 || t >= 40);
    for (let t = 0; t < 60; t++) {
      track.process(picture(t % 2 === 0 ? 2 : 5), seen[t] ? landmarksAt(60, 60) : undefined, t === 50);
    }
    const { opening, motion } = track.flush();
    expect([opening.length, motion.length]).toEqual([60, 60]);
    expect(opening.slice(24, 36).every(Number.isNaN)).toBe(true);
    expect(opening.slice(0, 20).every(Number.isFinite)).toBe(true);
    expect(motion[0]).toBeNaN();
    expect(motion[50]).toBeNaN();
    expect(motion[10]).toBeGreaterThan(0.05);
  });
});

/** Bursts of 1.5 kHz in the second half of each second. */
function beeps(seconds: number, sampleRate: number): Float32Array {
  return Float32Array.from({ length: seconds * sampleRate }, (_, i) =>
    (i / sampleRate) % 1 > 0.5 ? 0.3 * Math.sin((2 * Math.PI * 1500 * i) / sampleRate) : 0,
  );
}

describe("createSoundLevel", () => {
  it("is loud when the sound is, for any chunking", () => {
    const samples = beeps(2, 16_000);
    const whole = createSoundLevel({ sampleRate: 16_000 });
    whole.process(samples);
    const parts = createSoundLevel({ sampleRate: 16_000 });
    for (let at = 0; at < samples.length; at += 777) parts.process(samples.slice(at, at + 777));
    const level = whole.flush();
    if (!level) throw new Error("no sound");
    expect(parts.flush()).toEqual(level);
    const [quiet, loud, late] = levelAt(level, [0.25, 0.75, 99]);
    expect(loud - quiet).toBeCloseTo(45, 1);
    expect(late).toBe(level.db[level.db.length - 1]);
  });

  it("is undefined of silence and of nothing, and refuses rates without the band of speech", () => {
    expect(createSoundLevel({ sampleRate: 16_000 }).flush()).toBeUndefined();
    const silent = createSoundLevel({ sampleRate: 16_000 });
    silent.process(new Float32Array(8000));
    expect(silent.flush()).toBeUndefined();
    expect(() => createSoundLevel({ sampleRate: 4000 })).toThrow(
      "createSoundLevel: sampleRate must be at least 6000, got 4000.",
    );
  });
});

describe("createTalkAnalyser", () => {
  const detector: FaceDetector = { kind: "yunet", detect: async () => [faceAt(60, 60)], dispose: () => {} };

  it("sees a mouth that opens with the sound, keeps a strip of pictures, and tells the offset", async () => {
    const analyser = createTalkAnalyser({ detector, fps: 25, sampleRate: 16_000, strip: 4, stripWidth: 30 });
    const random = numbers(5);
    const loud = Array.from({ length: 75 }, () => random() < 0.4);
    for (let index = 0; index < 75; index++) {
      await analyser.frame({ index, timeSec: index / 25, image: picture(loud[index] ? 6 : 1) });
    }
    // The sound of a picture comes three pictures after it.
    analyser.sound(
      Float32Array.from({ length: 48_000 }, (_, i) =>
        loud[Math.round((25 * i) / 16_000) - 3] ? 0.3 * Math.sin((2 * Math.PI * 1500 * i) / 16_000) : 0,
      ),
    );
    const report = analyser.finish();
    expect(report.frames).toBe(75);
    expect(report.offset?.offsetFrames).toBeCloseTo(3, 0);
    expect(report.strip.map(({ image }) => image.width)).toEqual([30, 30, 30, 30]);
    expect(report.strip[0].face?.width).toBeCloseTo(15, 6);
    expect(report.cutsSec).toEqual([]);
  });

  it("looks at cuts and sound alone without a detector, and has no offset without sound", async () => {
    const analyser = createTalkAnalyser({ fps: 10, sampleRate: 16_000 });
    for (let index = 0; index < 12; index++) {
      await analyser.frame({
        index,
        timeSec: index / 10,
        image: createImage(40, 30, 3, index < 6 ? [250, 9, 9] : [9, 9, 90]),
      });
    }
    const report = analyser.finish();
    expect(report.cutsSec).toEqual([0.6]);
    expect(report.opening.every(Number.isNaN)).toBe(true);
    expect([report.level, report.offset]).toEqual([undefined, undefined]);
    expect(() => createTalkAnalyser({ fps: 25, sampleRate: 16_000, strip: 0 })).toThrow(
      "createTalkAnalyser: strip must be in [1, 100], got 0.",
    );
  });
});
