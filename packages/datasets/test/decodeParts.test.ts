import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AudioFormatError, decode, readAudioInfo } from "../src/index.js";

interface PartCase {
  name: string;
  base64: string;
  sampleRate: number;
  frames: number;
  start: number;
  samples: number[];
}
const golden: { cases: PartCase[] } = JSON.parse(readFileSync(new URL("golden/parts.json", import.meta.url), "utf8"));
const bytesOf = ({ base64 }: PartCase): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const named = (name: string): PartCase => golden.cases.find((c) => c.name === name) as PartCase;
const partOf = ({ start, samples, sampleRate }: PartCase) => ({
  offsetSec: start / sampleRate,
  durationSec: samples.length / sampleRate,
});
/** Lossless codings exactly; others as decoders agree, Opus as its memory of what came before fades. */
const tolerance = (name: string): number => (name.startsWith("FLAC") ? 1e-8 : name.startsWith("Opus") ? 2e-3 : 2e-4);

describe("decode of a part", () => {
  it.each(golden.cases)("gives what libsndfile gives: $name", async (expected) => {
    const bytes = bytesOf(expected);
    expect(readAudioInfo(bytes)).toMatchObject({ frames: expected.frames, sampleRate: expected.sampleRate });
    const { samples } = await decode(bytes, partOf(expected));
    expect(samples).toHaveLength(expected.samples.length);
    const error = expected.samples.reduce((worst, x, t) => Math.max(worst, Math.abs(x - samples[t])), 0);
    expect(error).toBeLessThanOrEqual(tolerance(expected.name));
  });

  it.each(golden.cases)("is a part of the whole, wherever it lies: $name", async (expected) => {
    const bytes = bytesOf(expected);
    const { samples: whole, sampleRate } = await decode(bytes);
    expect(whole).toHaveLength(expected.frames);
    for (const [from, to] of [
      [0, 1],
      [0, 0.3],
      [0.29, 0.62],
      [0.5, 0.51],
      [0.9, 1],
      [0.999, 2],
    ]) {
      const first = Math.round(from * whole.length);
      const count = Math.min(whole.length, Math.round(to * whole.length)) - first;
      const part = await decode(bytes, { offsetSec: first / sampleRate, durationSec: count / sampleRate });
      expect(part.samples).toHaveLength(count);
      const error = part.samples.reduce((worst, x, t) => Math.max(worst, Math.abs(x - whole[first + t])), 0);
      expect(error).toBeLessThanOrEqual(tolerance(expected.name));
    }
  });

  it("touches no FLAC frame beside those wanted", async () => {
    const flac = named("FLAC of 12 frames");
    const bytes = bytesOf(flac);
    const { samples: before } = await decode(bytes, partOf(flac));
    bytes[Math.floor(0.3 * bytes.length)] ^= 0x55;
    expect((await decode(bytes, partOf(flac))).samples).toEqual(before);
    await expect(decode(bytes)).rejects.toThrow(AudioFormatError);
  });

  it("refuses a FLAC file that is cut behind the part wanted", async () => {
    const bytes = bytesOf(named("FLAC of 12 frames"));
    const cut = bytes.subarray(0, Math.floor(0.8 * bytes.length));
    await expect(decode(cut, { offsetSec: 0.1, durationSec: 0.1 })).rejects.toThrow(
      /^decodeFlac: .*looks truncated\.$/,
    );
  });
});

describe("decode of streams joined in one file", () => {
  const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

  it("refuses streams that differ in rate, and says what to do", async () => {
    const compressed = JSON.parse(readFileSync(new URL("golden/compressed.json", import.meta.url), "utf8"));
    const [mono, stereo] = compressed.cases.filter((c: PartCase) => c.name.startsWith("OGG VORBIS")).map(bytesOf);
    await expect(decode(join(mono, stereo))).rejects.toThrow(
      "decodeVorbis: stream 2 of the file has 2 channels at 16000 Hz, the first 1 at 44100 Hz; part them into files of their own.",
    );
  });

  it("leaves alone what follows and is no stream, and refuses a second stream that is cut", async () => {
    const chain = named("Vorbis, two streams in a chain");
    const bytes = bytesOf(chain);
    const tagged = join(bytes, new TextEncoder().encode("TAG and nothing more"));
    expect((await decode(tagged)).samples).toHaveLength(chain.frames);
    const cut = bytes.subarray(0, bytes.length - 50);
    await expect(decode(cut)).rejects.toThrow(AudioFormatError);
    const { samples } = await decode(cut, { truncated: "keep" });
    expect(samples.length).toBeGreaterThanOrEqual(8000);
  });
});
