import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeChannels } from "../src/index.js";

interface TinyCase {
  name: string;
  base64: string;
  sampleRate: number;
  frames: number;
  start: number;
  channels: number[][];
}
const golden: { cases: TinyCase[] } = JSON.parse(readFileSync(new URL("golden/tiny.json", import.meta.url), "utf8"));
const bytesOf = ({ base64 }: TinyCase): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

describe("decode of the shortest files", () => {
  it.each(golden.cases)("gives the samples that libsndfile or ffmpeg gives: $name", async (expected) => {
    const bytes = bytesOf(expected);
    const { channels, sampleRate } = await decodeChannels(bytes);
    expect(sampleRate).toBe(expected.sampleRate);
    expect(channels.map((c) => c.length)).toEqual(expected.channels.map(() => expected.frames));
    const tolerance = expected.name.startsWith("FLAC") ? 1e-7 : 2e-4;
    expected.channels.forEach((samples, c) => {
      const error = samples.reduce((most, x, t) => Math.max(most, Math.abs(x - channels[c][expected.start + t])), 0);
      expect(error).toBeLessThanOrEqual(tolerance);
    });
  });
});
