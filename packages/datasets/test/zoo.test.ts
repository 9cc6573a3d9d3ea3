import { describe, expect, it } from "vitest";
import { illegalFiles } from "../fuzz/illegalFiles.js";
import { legalFiles } from "../fuzz/legalFiles.js";
import { AudioFormatError, decodeWav, decodeWavChannels } from "../src/index.js";

const legal = legalFiles();
const illegal = illegalFiles();

describe("the folder of odd WAV files", () => {
  it("holds at least 150 legal and 150 illegal ones, no two of one name", () => {
    expect(legal.length).toBeGreaterThanOrEqual(150);
    expect(illegal.length).toBeGreaterThanOrEqual(150);
    expect(new Set(legal.map((f) => f.name)).size).toBe(legal.length);
    expect(new Set(illegal.map((f) => f.name)).size).toBe(illegal.length);
  });

  it.each(legal)("$name decodes to its samples", ({ bytes, sampleRate, channels }) => {
    const clip = decodeWavChannels(bytes);
    expect(clip.sampleRate).toBe(sampleRate);
    expect(clip.channels.map((c) => [...c])).toEqual(channels.map((c) => c.map(Math.fround)));
  });

  it("every illegal one is a named error", () => {
    for (const { name, bytes } of illegal) {
      let message = "";
      try {
        decodeWav(bytes);
      } catch (error) {
        expect([name, error instanceof AudioFormatError]).toEqual([name, true]);
        message = (error as Error).message;
      }
      expect([name, /^decodeWav: .+\.$/.test(message)]).toEqual([name, true]);
    }
  });

  it("every illegal one is refused without looking at more than its header", () => {
    // What a header claims must not become memory: the largest claim of the zoo is 4 GiB.
    const before = process.memoryUsage().arrayBuffers;
    for (const { bytes } of illegal) expect(() => decodeWav(bytes)).toThrow(AudioFormatError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });
});
