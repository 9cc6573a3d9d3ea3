import { describe, expect, it, vi } from "vitest";
import { joined } from "../fuzz/zooParts.js";
import { withFileName } from "../src/decode/errors.js";
import { findMpegFrames } from "../src/decode/mpegFrames.js";
import {
  AudioFormatError,
  decode,
  decodeChannels,
  decodeWav,
  decodeWavChannels,
  mixDown,
  readAudioInfo,
} from "../src/index.js";
import { ascii, fmt, riff, sentenceOf, toneWav } from "./support.js";
import { tiny } from "./tinyFiles.js";

// Decoders from npm print what they dislike.
vi.spyOn(console, "error").mockImplementation(() => undefined);

describe("decode of what it does not decode", () => {
  it.each<[string, Uint8Array]>([
    ["an AU file", ascii(".snd\0\0\0\x18")],
    ["a CAF file", ascii("caff\0\x01\0\0")],
    ["an AMR file", ascii("#!AMR\n\x04")],
    ["a NIST SPHERE file", ascii("NIST_1A\n   1024\n")],
    ["an MPEG file", ascii("\0\0\x01\xba\x44")],
    ["an MPEG file", ascii("\0\0\x01\xb3\x44")],
    ["an AAC file", ascii("\xff\xf1\x50\x80")],
    ["a WMA or ASF file", ascii("0&\xb2u\x8e\x66")],
    ["a Matroska or WebM file", ascii("\x1aE\xdf\xa3\x01")],
    ["an AIFF file", ascii("FORM\0\0\0\x10AIFFCOMM")],
    ["an AVI file", ascii("RIFF\x20\0\0\0AVI LIST")],
    ["a Wave64 file", ascii("riff\x2e\x91\xcf\x11")],
    ["an Ogg file", ascii(`OggS${"\0".repeat(22)}\x01\x04abcd`)],
    ["an Ogg file", ascii("OggS")],
    ["of no known audio format", ascii("\xff\xff\xff\0")],
    ["of no known audio format", ascii("\xff\0")],
  ])("calls it %s", async (what, bytes) => {
    expect(await sentenceOf(bytes)).toBe(`decode: this is no sound we decode: it is ${what}.`);
    expect(() => readAudioInfo(bytes)).toThrow(`decode: this is no sound we decode: it is ${what}.`);
  });
});

describe("decode", () => {
  it("takes an ArrayBuffer as it takes bytes", async () => {
    const wav = toneWav();
    const buffer = wav.slice().buffer as ArrayBuffer;
    expect(await decode(buffer)).toEqual(decodeWav(wav));
    expect(decodeWav(buffer)).toEqual(decodeWav(wav));
    expect(readAudioInfo(buffer)).toMatchObject({ container: "wav", codec: "pcm_s16le", frames: 400 });
  });

  it("mixes no channels down to no sound", () => {
    expect(mixDown([])).toHaveLength(0);
  });
});

describe("withFileName", () => {
  it("names the file once, and leaves other errors alone", () => {
    const error = new AudioFormatError("decode: the file is empty.", { byte: 0 });
    const named = withFileName(error, "a.wav") as AudioFormatError;
    expect([named.message, named.file, named.byte]).toEqual(["a.wav: decode: the file is empty.", "a.wav", 0]);
    expect(withFileName(named, "b.wav")).toBe(named);
    const other = new RangeError("x");
    expect(withFileName(other, "a.wav")).toBe(other);
  });
});

describe("decode of ADPCM", () => {
  const pairs = [256, 0, 512, -256, 0, 0, 192, 64, 240, 0, 460, -208, 392, -232];
  const extra = new Uint8Array(Uint16Array.of(32, 8, 7, ...pairs.map((v) => v & 0xffff)).buffer);
  // One channel: predictor, delta, two samples, then two samples a byte.
  const block = [0, 16, 0, 100, 0, 50, 0, 0x11, 0x11, 0x11];
  const file = (data: number[], format = fmt({ tag: 2, bits: 4, blockAlign: 10, extra })) =>
    riff([
      ["fmt ", format],
      ["data", Uint8Array.from(data)],
    ]);

  it("gives the samples of a last block that is short, and none of one that is no block", () => {
    const whole = decodeWav(file([...block, ...block])).samples;
    expect(whole).toHaveLength(16);
    expect([...whole.subarray(0, 2)].map((x) => x * 32768)).toEqual([50, 100]);
    expect([...decodeWav(file([...block, ...block.slice(0, 8)])).samples]).toEqual([...whole.subarray(0, 12)]);
    expect(decodeWav(file([...block, ...block.slice(0, 4)])).samples).toHaveLength(8);
  });

  it("gives the first sample of a block alone, and nothing where nothing is wanted", () => {
    const bytes = file([...block, ...block]);
    const rate = 8000;
    expect([...decodeWav(bytes, { offsetSec: 8 / rate, durationSec: 1 / rate }).samples]).toEqual([50 / 32768]);
    expect(decodeWav(bytes, { offsetSec: 8 / rate, durationSec: 0 }).samples).toHaveLength(0);
    expect(decodeWavChannels(bytes, { offsetSec: 9 }).channels[0]).toHaveLength(0);
  });

  it("refuses a header that ends before its predictors", () => {
    const short = fmt({ tag: 2, bits: 4, blockAlign: 10, extra: extra.subarray(0, 4) });
    expect(() => decodeWav(file(block, short))).toThrow(
      "decodeWav: MS-ADPCM needs at least 7 predictor pairs, the fmt chunk has 0 in 20 bytes.",
    );
  });
});

describe("decode of FLAC", () => {
  const flac = tiny("FLAC, 1 channel, 8 bits, one frame");

  it("says where a file ends too early", async () => {
    expect(await sentenceOf(flac.subarray(0, 30))).toMatch(/^decodeFlac: the metadata block at byte 4 claims 34 bytes/);
    const bare = tiny("FLAC, 6 channels");
    expect(await sentenceOf(bare.subarray(0, 42))).toBe(
      "decodeFlac: the file ends after its metadata; it looks truncated.",
    );
    expect(await sentenceOf(joined(bare.subarray(0, 42), ascii("abc")))).toBe(
      "decodeFlac: no FLAC frame starts at byte 42.",
    );
  });

  it("takes the whole file for a part where it does not say how long it is", async () => {
    const unknown = flac.slice();
    unknown[21] &= 0xf0;
    unknown.fill(0, 22, 26);
    expect(readAudioInfo(unknown).frames).toBeUndefined();
    const whole = (await decodeChannels(flac)).channels[0];
    const { channels } = await decodeChannels(unknown, { offsetSec: 10 / 8000, durationSec: 20 / 8000 });
    expect([...channels[0]]).toEqual([...whole.subarray(10, 30)]);
  });
});

describe("decode of MPEG audio", () => {
  const plain = tiny("MP3 at 8 kHz, 1 channel");
  const tagged = tiny("MP3 at 22 kHz, 2 channels, with tags");
  const other = tiny("MP3 at 32 kHz, 1 channel");

  it("refuses frames of another rate behind those of one, and keeps the first when told to", async () => {
    const mixed = joined(plain, other.subarray(findMpegFrames(other).offsets[0]));
    expect(await sentenceOf(mixed)).toBe("decodeMp3: the frame at byte 288 has another rate or layer than the first.");
    expect(await decode(mixed, { truncated: "keep" })).toEqual(await decode(plain));
  });

  it("misses frames that the information frame counts", async () => {
    const { offsets } = findMpegFrames(tagged);
    const cut = tagged.subarray(0, offsets[3]);
    expect(await sentenceOf(cut)).toBe("decodeMp3: the file claims 4 frames, but has 3; it looks truncated.");
    expect((await decode(cut, { truncated: "keep" })).samples.length).toBeLessThan(900);
  });

  it("leaves out tags of APE behind the sound, with and without a head of their own", async () => {
    const sound = await decode(plain);
    const tag = (hasHead: boolean): Uint8Array => {
      const item = ascii("\x01\0\0\0\0\0\0\0Title\0t");
      const foot = new Uint8Array(32);
      foot.set(ascii("APETAGEX"));
      const view = new DataView(foot.buffer);
      view.setUint32(8, 2000, true);
      view.setUint32(12, item.length + 32, true);
      view.setUint32(16, 1, true);
      view.setUint32(20, hasHead ? 0x80000000 : 0, true);
      return hasHead ? joined(foot, item, foot) : joined(item, foot);
    };
    expect(await decode(joined(plain, tag(false)))).toEqual(sound);
    expect(await decode(joined(plain, tag(true)))).toEqual(sound);
    const id3v1 = joined(ascii("TAG"), new Uint8Array(125));
    expect(await decode(joined(plain, tag(true), id3v1))).toEqual(sound);
  });

  it("passes over several ID3 tags and the nothing behind them", async () => {
    const sound = await decode(plain);
    const id3 = (flags: number) => joined(ascii("ID3\x04\0"), Uint8Array.of(flags, 0, 0, 0, 5), ascii("title"));
    const footer = ascii("3DI\x04\0\x10\0\0\0\x05");
    expect(await decode(joined(id3(0), id3(0x10), footer, new Uint8Array(9), plain))).toEqual(sound);
    expect(await sentenceOf(joined(ascii("ID3\x04\0\0\x7f\0\0\0"), plain))).toBe(
      "decodeMp3: the ID3 tag at byte 0 claims more than the file holds.",
    );
    expect(await sentenceOf(joined(id3(0), ascii("no sound")))).toBe("decodeMp3: no MPEG frame starts at byte 15.");
  });

  it("counts the frames of layer 1 at both families of rates", () => {
    // 32 kb/s at 44.1 kHz and at 22.05 kHz.
    const layer1 = (version: number, length: number) =>
      joined(...[1, 2].map(() => joined(Uint8Array.of(0xff, version, 0x10, 0xc0), new Uint8Array(length - 4))));
    expect(readAudioInfo(layer1(0xff, 32))).toMatchObject({
      codec: "mp1",
      sampleRate: 44_100,
      channels: 1,
      frames: 768,
    });
    expect(readAudioInfo(layer1(0xf7, 68))).toMatchObject({ codec: "mp1", sampleRate: 22_050, frames: 768 });
  });

  it("does not look for information in a frame that is too short for it", () => {
    // 8 kb/s at 24 kHz: 24 bytes a frame; the tag would stand in the next.
    const short = Array.from({ length: 3 }, () =>
      joined(Uint8Array.of(0xff, 0xf3, 0x14, 0xc0), ascii("Xing".repeat(5))),
    );
    const stream = findMpegFrames(joined(...short));
    expect(stream.offsets).toEqual([0, 24, 48]);
    expect(stream.infoOffset).toBeUndefined();
  });

  it("takes an information frame at its word that says no more than its name, and no silence where none is told", () => {
    const infoAt = findMpegFrames(tagged).infoOffset as number;
    const { offsets } = findMpegFrames(tagged);
    const at = infoAt + 4 + 17;
    const bare = tagged.slice();
    bare.fill(0, at + 4, offsets[0]);
    expect(findMpegFrames(bare)).toMatchObject({ infoOffset: infoAt, padding: undefined });
  });

  it("refuses bit rates that each frame chooses for itself", async () => {
    expect(await sentenceOf(joined(Uint8Array.of(0xff, 0xfb, 0x00, 0xc0), new Uint8Array(400)))).toBe(
      "decodeMp3: no MPEG frame starts at byte 0.",
    );
  });
});
