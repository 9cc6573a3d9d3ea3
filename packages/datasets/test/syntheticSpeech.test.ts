import { createRng } from "@earshot/dsp";
import { describe, expect, it } from "vitest";
import { drawVoice, speakDigits, syntheticEmotions, syntheticSpeech } from "../src/index.js";

const rms = (x: Float32Array): number => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);

describe("syntheticSpeech", () => {
  it("has speakers × digits × takes items, grouped by speaker", () => {
    const corpus = syntheticSpeech({ speakers: 5, takes: 3 });
    expect(corpus.items).toHaveLength(150);
    expect(new Set(corpus.items.map((i) => i.id)).size).toBe(150);
    expect(corpus.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(corpus.items.find((i) => i.id === "s03_7_neutral_1")).toMatchObject({
      label: "7",
      group: "s03",
      attributes: { take: 1 },
    });
  });

  it("gives the same samples for the same seed, and others for another", async () => {
    const take = async (seed: number) => (await syntheticSpeech({ seed, speakers: 2 }).items[7].load()).samples;
    expect(await take(3)).toEqual(await take(3));
    expect(await take(3)).not.toEqual(await take(4));
  });

  it("speaks a clip the same whatever else was loaded, and whoever else is in the corpus", async () => {
    const small = syntheticSpeech({ speakers: 2, takes: 1 }).items;
    const large = syntheticSpeech({ speakers: 30, takes: 4 }).items;
    await large[5].load();
    const id = "s02_4_neutral_0";
    const [a, b] = await Promise.all([small, large].map((items) => items.find((i) => i.id === id)!.load()));
    expect(a).toEqual(b);
  });

  it("makes finite sound of a natural length that does not clip", async () => {
    for (const item of syntheticSpeech({ speakers: 20, takes: 1, digits: [0, 6, 8] }).items) {
      const { samples, sampleRate } = await item.load();
      expect(samples.every((x) => Math.abs(x) <= 1)).toBe(true);
      expect(rms(samples)).toBeGreaterThan(0.001);
      const seconds = samples.length / sampleRate;
      expect(seconds).toBeGreaterThan(0.2);
      expect(seconds).toBeLessThan(1.6);
    }
  });

  it("draws the same throats before all kinds of microphones when told to", async () => {
    const plain = drawVoice(3, createRng(7));
    const wide = drawVoice(3, createRng(7), { variety: "wide" });
    expect(wide).toMatchObject({ f0: plain.f0, formantScale: plain.formantScale, accent: plain.accent });
    expect([plain.microphone, typeof wide.microphone?.lowCut]).toEqual([undefined, "number"]);
    for (const item of syntheticSpeech({ variety: "wide", speakers: 12, takes: 1, digits: [9] }).items)
      expect((await item.load()).samples.every((x) => Math.abs(x) <= 1)).toBe(true);
    const brightness = (highDb: number): number => {
      const microphone = { lowCut: 40, highDb, peak: { frequency: 1000, gainDb: 0, q: 1 } };
      const { samples } = speakDigits("9", { voice: { ...plain, microphone }, sampleRate: 16000, seed: 1 });
      return rms(samples.slice(1).map((x, t) => x - samples[t])) / rms(samples);
    };
    expect(brightness(6)).toBeGreaterThan(1.3 * brightness(-10));
  });

  it("hisses faintly where the rate holds little of an s, as recordings of telephones do", async () => {
    // The first 60 ms of a six are its s.
    const hiss = (sampleRate: number): number => {
      const voice = drawVoice(0, createRng(5));
      const room = { ...voice.room, reverbSec: 0, snrDb: 80 };
      const { samples } = speakDigits("6", { voice, room, sampleRate, seed: 1 });
      const start = samples.findIndex((x) => Math.abs(x) > 0.003);
      return rms(samples.slice(start, start + 0.06 * sampleRate)) / rms(samples);
    };
    expect(hiss(8000)).toBeLessThan(0.6 * hiss(16000));
  });

  it("labels speakers and emotions when told to", () => {
    expect(syntheticSpeech({ label: "speaker", speakers: 2 }).classes).toEqual(["s01", "s02"]);
    const emotions = syntheticSpeech({ label: "emotion", speakers: 1, takes: 1 });
    expect(emotions.classes).toEqual(syntheticEmotions);
    expect(emotions.items).toHaveLength(60);
  });

  it("names options out of range", () => {
    expect(() => syntheticSpeech({ speakers: 0 })).toThrow(
      new RangeError("syntheticSpeech: speakers must be a whole number in [1, 1000], got 0."),
    );
    expect(() => syntheticSpeech({ takes: 1.5 })).toThrow(
      new RangeError("syntheticSpeech: takes must be a whole number in [1, 1000], got 1.5."),
    );
    expect(() => syntheticSpeech({ sampleRate: 4000 })).toThrow(
      new RangeError("syntheticSpeech: sampleRate must be in [8000, 48000], got 4000."),
    );
    expect(() => syntheticSpeech({ digits: [10] })).toThrow(
      new RangeError("syntheticSpeech: digits must be whole numbers 0 to 9, got 10."),
    );
    expect(() => syntheticSpeech({ variety: "huge" as "wide" })).toThrow(
      new RangeError('syntheticSpeech: variety must be "plain" or "wide", got "huge".'),
    );
    expect(() => syntheticSpeech({ label: "word" as "digit" })).toThrow(
      new RangeError('syntheticSpeech: label must be "digit" or "speaker" or "emotion", got "word".'),
    );
  });
});

describe("speakDigits", () => {
  const voice = drawVoice(0, createRng(5));
  it("says numbers of several digits, at any rate of speech", () => {
    const one = speakDigits("4", { voice, sampleRate: 16000, seed: 1 });
    const four = speakDigits("2024", { voice, sampleRate: 44100, seed: 1 });
    expect(four.samples.length / 44100).toBeGreaterThan((2 * one.samples.length) / 16000);
  });
  it("is louder and faster in anger than in sorrow", () => {
    const room = { ...voice.room, peakDb: -12 };
    const angry = speakDigits("55555", { voice, room, emotion: "angry", sampleRate: 8000, seed: 2 });
    const sad = speakDigits("55555", { voice, room, emotion: "sad", sampleRate: 8000, seed: 2 });
    expect(rms(angry.samples)).toBeGreaterThan(2 * rms(sad.samples));
    expect(angry.samples.length).toBeLessThan(0.9 * sad.samples.length);
  });
  it("names what it cannot say", () => {
    expect(() => speakDigits("1a", { sampleRate: 8000, seed: 0 })).toThrow(
      new RangeError('speakDigits: digits must be 0 to 9, got "1a".'),
    );
    expect(() => speakDigits("1", { sampleRate: 8000, seed: 0, emotion: "smug" as "sad" })).toThrow(
      new RangeError('speakDigits: emotion must be one of neutral, happy, sad, angry, fearful, bored, got "smug".'),
    );
  });
});
