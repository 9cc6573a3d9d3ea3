import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noise, type VoiceEvent, voiceActivity, voiceActivityStream } from "../src/index.js";
import { chunksOf, testSignal } from "./testSignal.js";

const sampleRate = 8000;
/** Half a second of room noise, a second of voice, a second of noise, half a second of voice, a second of noise. */
const scene = noise({ length: 32000, seed: 1, rms: 0.002 });
const voice = testSignal(12000);
for (let i = 0; i < 8000; i++) scene[4000 + i] += voice[i];
for (let i = 0; i < 4000; i++) scene[20000 + i] += voice[8000 + i];

describe("voiceActivity", () => {
  it("finds the stretches of voice, hangover included", () => {
    const found = voiceActivity(scene, { sampleRate });
    expect(found).toHaveLength(2);
    expect(Math.abs(found[0].start - 4000)).toBeLessThan(400);
    expect(Math.abs(found[0].end - 12000 - 2400)).toBeLessThan(500);
    expect(Math.abs(found[1].start - 20000)).toBeLessThan(400);
    expect(Math.abs(found[1].end - 24000 - 2400)).toBeLessThan(500);
  });

  it("joins stretches when the hangover is long, and splits them when it is short", () => {
    expect(voiceActivity(scene, { sampleRate, hangoverMs: 1500 })).toHaveLength(1);
    expect(voiceActivity(scene, { sampleRate, hangoverMs: 40 })[0].end).toBeLessThan(12800);
  });

  it("hears nothing in silence, in steady noise and in a click", () => {
    expect(voiceActivity(new Float32Array(16000), { sampleRate })).toEqual([]);
    expect(voiceActivity(noise({ length: 32000, seed: 2, rms: 0.002 }), { sampleRate })).toEqual([]);
    const click = noise({ length: 16000, seed: 3, rms: 0.0005 });
    for (let i = 0; i < 80; i++) click[8000 + i] = 0.5;
    expect(voiceActivity(click, { sampleRate })).toEqual([]);
    expect(voiceActivity(new Float32Array(0), { sampleRate })).toEqual([]);
  });

  it("hears a voice in the first frame, and closes what the end leaves open", () => {
    const [{ start, end }] = voiceActivity(voice, { sampleRate });
    expect(start).toBe(0);
    expect(end).toBe(12000);
  });

  it("gets used to noise that stays", () => {
    const loud = noise({ length: 20 * sampleRate, seed: 4, rms: 0.05 });
    const found = voiceActivity(loud, { sampleRate });
    expect(found.every(({ end }) => end < 12 * sampleRate)).toBe(true);
  });

  it("tells the same under any chunking, and again after a reset", () => {
    const stream = voiceActivityStream({ sampleRate });
    const want: VoiceEvent[] = voiceActivity(scene, { sampleRate }).flatMap(({ start, end }) => [
      { kind: "start" as const, at: start },
      { kind: "end" as const, at: end },
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 6 }), (lengths) => {
        stream.reset();
        const events = chunksOf(scene, lengths).flatMap((chunk) => stream.process(chunk));
        expect([...events, ...stream.flush()]).toEqual(want);
        expect(stream.active).toBe(false);
      }),
      { seed: 6, numRuns: 10 },
    );
  });

  it("names what is wrong", () => {
    expect(() => voiceActivity(scene, { sampleRate, frameMs: 0 })).toThrow(
      new RangeError("voiceActivity: frameMs must be in [1, 1000], got 0."),
    );
  });
});
