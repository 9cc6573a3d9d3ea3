import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import { decode as decodeBytes } from "../src/decode/decode.js";
import {
  decode,
  decodeChannels,
  encodeWav,
  extractArchive,
  loadClip,
  openStorage,
  readAudioInfo,
  readWavChunks,
  sniffAudio,
} from "../src/node.js";
import { ascii, messageOf, realCache, temporaryFolder, toneWav, writeTree } from "./support.js";

interface GoldenCase {
  name: string;
  base64: string;
  sampleRate: number;
  frames: number;
  rms: number[];
  start: number;
  channels: number[][];
}
const golden: { cases: GoldenCase[] } = JSON.parse(
  readFileSync(new URL("golden/compressed.json", import.meta.url), "utf8"),
);
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const rms = (x: Float32Array): number => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);
const folder = temporaryFolder();

describe("decodeChannels", () => {
  it.each(golden.cases)("gives the samples that libsndfile gives: $name", async (expected) => {
    const clip = await decodeChannels(bytesOf(expected.base64));
    expect(clip.sampleRate).toBe(expected.sampleRate);
    expect(clip.channels.map((c) => c.length)).toEqual(expected.channels.map(() => expected.frames));
    const tolerance = expected.name.startsWith("FLAC") ? 0 : 2e-4;
    expected.channels.forEach((channel, c) => {
      expect(rms(clip.channels[c])).toBeCloseTo(expected.rms[c], 4);
      channel.forEach((value, t) => {
        expect(Math.abs(clip.channels[c][expected.start + t] - value)).toBeLessThanOrEqual(tolerance + 1e-8);
      });
    });
  });

  it.each(golden.cases)("gives a part as the whole has it: $name", async ({ base64, sampleRate }) => {
    const bytes = bytesOf(base64);
    const whole = (await decodeChannels(bytes)).channels[0];
    const offset = Math.floor(whole.length * 0.6);
    const count = Math.floor(whole.length * 0.2);
    const part = (await decodeChannels(bytes, { offsetSec: offset / sampleRate, durationSec: count / sampleRate }))
      .channels[0];
    expect(part).toHaveLength(count);
    part.forEach((x, t) => {
      expect(Math.abs(x - whole[offset + t])).toBeLessThan(1e-4);
    });
    expect((await decodeChannels(bytes, { offsetSec: 99 })).channels[0]).toHaveLength(0);
  });
});

describe("readAudioInfo", () => {
  it.each(golden.cases)(
    "tells rate, channels and length without decoding: $name",
    ({ base64, sampleRate, frames, channels }) => {
      const info = readAudioInfo(bytesOf(base64));
      expect(info).toMatchObject({ sampleRate, channels: channels.length, frames });
      expect(info.durationSec).toBeCloseTo(frames / sampleRate, 9);
    },
  );
});

describe("decode", () => {
  it("takes the mean of the channels and resamples when told to", async () => {
    const stereo = golden.cases.find((c) => c.name.startsWith("FLAC PCM_24"))!;
    const { channels } = await decodeChannels(bytesOf(stereo.base64));
    const mono = await decode(bytesOf(stereo.base64));
    expect(mono.samples[700]).toBeCloseTo((channels[0][700] + channels[1][700]) / 2, 7);
    const slow = await decode(bytesOf(stereo.base64), { sampleRate: 22050 });
    expect(slow.sampleRate).toBe(22050);
    expect(slow.samples.length).toBe(Math.ceil(mono.samples.length / 2));
  });

  it.each(golden.cases)(
    "refuses a cut file, and keeps what it holds when told to: $name",
    async ({ base64, frames, name }) => {
      const bytes = bytesOf(base64);
      const cut = bytes.subarray(0, Math.floor(bytes.length * 0.7));
      expect(await messageOf(decode(cut))).toMatch(/cut|truncated|damaged/);
      if (!name.includes("OPUS") && !name.includes("FLAC")) {
        const { samples } = await decode(cut, { truncated: "keep" });
        expect(samples.length).toBeLessThan(frames);
      }
    },
  );

  it.each(golden.cases.filter((c) => c.name.startsWith("OGG")))("refuses a flipped bit: $name", async ({ base64 }) => {
    const bytes = bytesOf(base64);
    bytes[bytes.length - 300] ^= 4;
    expect(await messageOf(decode(bytes))).toMatch(
      /^decodeOgg: the page at byte \d+ is damaged \(its check sum differs\)\.$/,
    );
  });

  it("says what it was given when that is no sound", async () => {
    expect(await messageOf(decode(new Uint8Array(0)))).toBe("decode: the file is empty.");
    await expect(decodeBytes(new Blob(["RIFF"]) as never)).rejects.toThrow(
      new TypeError("decode: bytes must be a Uint8Array or an ArrayBuffer, got Blob; await its arrayBuffer()."),
    );
    await expect(decodeBytes("a.wav" as never)).rejects.toThrow(
      new TypeError(
        "decode: bytes must be a Uint8Array or an ArrayBuffer, got String; files are read by loadClip(path) of @earshot/datasets/node.",
      ),
    );
    expect(() => sniffAudio(undefined as never)).toThrow(
      new TypeError("sniffAudio: bytes must be a Uint8Array or an ArrayBuffer, got Undefined."),
    );
    expect(sniffAudio(Uint8Array.from("fLaC", (letter) => letter.charCodeAt(0)).buffer)).toBe("flac");
    expect(await messageOf(decode(ascii("hello there")))).toBe("decode: this is no sound we decode: it is text.");
    expect(await messageOf(decode(ascii("\0\0\0\x20ftypM4A ")))).toBe(
      "decode: this is no sound we decode: it is an MP4 or M4A file.",
    );
    await expect(decode(toneWav(), { sampleRate: 0 })).rejects.toThrow(
      new RangeError("decode: sampleRate must be a whole number in [1, 10000000], got 0."),
    );
  });
});

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

describe("loadClip", () => {
  it("goes by the content, not by the name", async () => {
    const flac = golden.cases[0];
    const root = writeTree(folder, { "a.wav": bytesOf(flac.base64), "b.mp3": toneWav(), "c.ogg": "text" });
    expect((await loadClip(join(root, "a.wav"))).samples).toHaveLength(flac.frames);
    expect((await loadClip(join(root, "b.mp3"))).samples).toHaveLength(400);
    expect(await decode(join(root, "a.wav"))).toEqual(await decode(bytesOf(flac.base64)));
    expect(await messageOf(loadClip(join(root, "c.ogg"), { name: "c.ogg" }))).toBe(
      "c.ogg: decodeWav: this is not a WAV file: it is text.",
    );
    expect(await messageOf(loadClip(join(root, "d.wav"), { name: "d.wav" }))).toBe("d.wav: the file does not exist.");
    expect(await messageOf(loadClip(root, { name: "here" }))).toBe("here: this is a folder, not a file.");
  });

  it("reads large files in parts", async () => {
    const samples = Float32Array.from({ length: 400_000 }, (_, t) => (t % 1000) / 1000);
    const path = join(folder, "large.wav");
    writeFileSync(path, encodeWav({ samples, sampleRate: 16000 }, { encoding: "pcm_f32" }));
    // Not toEqual, which takes seconds for so many.
    expect(Buffer.compare(Buffer.from((await loadClip(path)).samples.buffer), Buffer.from(samples.buffer))).toBe(0);
    const part = await loadClip(path, { offsetSec: 10, durationSec: 0.01 });
    expect(part.samples).toEqual(samples.subarray(160_000, 160_160));
  });

  it("says that ffmpeg is missing where only it could help", async () => {
    const path = join(folder, "x.m4a");
    writeFileSync(path, ascii("\0\0\0\x20ftypM4A and so on"));
    const before = process.env.EARSHOT_FFMPEG;
    process.env.EARSHOT_FFMPEG = join(folder, "no-such-program");
    try {
      expect(await messageOf(loadClip(path, { name: "x.m4a" }))).toBe(
        "x.m4a: only ffmpeg reads this kind of file, and it is not installed; install it, or convert the file to WAV or FLAC.",
      );
    } finally {
      if (before === undefined) delete process.env.EARSHOT_FFMPEG;
      else process.env.EARSHOT_FFMPEG = before;
    }
  });

  describe.skipIf(!hasFfmpeg)("with ffmpeg", () => {
    it.each(["m4a", "aiff", "wma", "mkv"])("reads .%s", async (kind) => {
      const source = join(folder, "tone.wav");
      const path = join(folder, `tone.${kind}`);
      writeFileSync(source, toneWav(440, 0.5, 16000));
      expect(spawnSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-i", source, path]).status).toBe(0);
      const { samples, sampleRate } = await loadClip(path);
      expect(sampleRate).toBe(16000);
      expect(Math.abs(samples.length / sampleRate - 0.5)).toBeLessThan(0.15);
      expect(rms(samples)).toBeGreaterThan(0.2);
    });

    it("says so when there is no sound in it", async () => {
      const path = join(folder, "broken.m4a");
      writeFileSync(path, ascii("\0\0\0\x20ftypM4A and so on"));
      expect(await messageOf(loadClip(path, { name: "broken.m4a" }))).toMatch(
        /^broken\.m4a: ffmpeg finds no sound in it \(.+\)\.$/,
      );
    });
  });
});

describe("readWavChunks", () => {
  const samples = Float32Array.from({ length: 50_000 }, (_, t) => Math.fround((t % 977) / 977));
  const path = join(folder, "stream.wav");
  writeFileSync(
    path,
    encodeWav({ channels: [samples, samples.map((x) => -x / 2)], sampleRate: 16000 }, { encoding: "pcm_f32" }),
  );

  it("gives the samples of the whole, part by part, with their times", async () => {
    const chunks = [];
    for await (const chunk of readWavChunks(path, { chunkSec: 0.3 })) chunks.push(chunk);
    expect(chunks.map((c) => c.samples.length)).toEqual([...new Array(10).fill(4800), 2000]);
    expect(chunks[2].startSec).toBe(0.6);
    const whole = await loadClip(path);
    expect(Float32Array.from(chunks.flatMap((c) => [...c.samples]))).toEqual(whole.samples);
  });

  it("starts where it is told to, and may be left early", async () => {
    for await (const { samples: part, startSec } of readWavChunks(path, {
      offsetSec: 1,
      durationSec: 0.5,
      chunkSec: 9,
    })) {
      expect([part.length, startSec]).toEqual([8000, 1]);
      break;
    }
  });

  it("names file and trouble", async () => {
    const bad = join(folder, "bad.wav");
    writeFileSync(bad, "text");
    await expect(readWavChunks(bad).next()).rejects.toThrow(`${bad}: decodeWav: this is not a WAV file: it is text.`);
    await expect(readWavChunks(join(folder, "none.wav")).next()).rejects.toThrow(
      /none\.wav: the file cannot be read \(ENOENT\)\.$/,
    );
    await expect(readWavChunks(path, { chunkSec: 0 }).next()).rejects.toThrow(
      new RangeError("readWavChunks: chunkSec must be above 0, got 0."),
    );
  });
});

describe.skipIf(!dataPath("audio-odds.tar.gz"))("the odd files of the real data", () => {
  it("decode, all of them", async () => {
    const root = await extractArchive(dataPath("audio-odds.tar.gz")!, { cacheDir: realCache });
    const { files, path } = await openStorage(root);
    const sounds = files.filter((f) => /\.(wav|ogg|flac|mp3)$/i.test(f));
    expect(sounds.length).toBeGreaterThan(25);
    for (const file of sounds) {
      const { samples, sampleRate } = await loadClip(path(file), { name: file });
      expect(samples.length / sampleRate).toBeGreaterThan(0);
      expect(samples.every(Number.isFinite)).toBe(true);
    }
  });
});
