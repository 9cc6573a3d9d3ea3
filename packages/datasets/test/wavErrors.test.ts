import { describe, expect, it } from "vitest";
import { AudioFormatError, decodeWav } from "../src/index.js";
import { ascii, fmt, riff, words } from "./support.js";

const errorOf = (work: () => unknown): AudioFormatError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AudioFormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("decodeWav", () => {
  const data = words(1, 2, 3, 4);
  const plain = riff([
    ["fmt ", fmt()],
    ["data", data],
  ]);
  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "decodeWav: the file is empty."],
    ["text", ascii("this is not sound at all"), "decodeWav: this is not a WAV file: it is text."],
    ["another format", ascii("fLaC\0\0\0\x22"), "decodeWav: this is not a WAV file: it is a FLAC file."],
    ["a cut header", plain.subarray(0, 9), "decodeWav: the file is cut in its first 9 bytes."],
    ["another form", riff([], { form: "WEBP" }), 'decodeWav: a RIFF file of form "WEBP", not "WAVE".'],
    [
      "a cut file",
      plain.subarray(0, 46),
      "decodeWav: the header claims 52 bytes, but the file has 46; it looks truncated.",
    ],
    [
      "data that reach past the end",
      riff([
        ["fmt ", fmt()],
        ["data", data, 800],
      ]),
      "decodeWav: the data chunk at byte 36 claims 800 bytes, but only 8 follow; it looks truncated.",
    ],
    [
      "a chunk that reaches past the end",
      riff([["JUNK", new Uint8Array(4), 2 ** 31]]),
      'decodeWav: chunk "JUNK" at byte 12 claims 2147483648 bytes, but only 4 follow.',
    ],
    ["no format", riff([["LIST", data]]), "decodeWav: the file has no fmt chunk; its last chunk ends at byte 28."],
    ["no data", riff([["fmt ", fmt()]]), "decodeWav: the file has no data chunk; its last chunk ends at byte 36."],
    [
      "data before the format",
      riff([
        ["data", data],
        ["fmt ", fmt()],
      ]),
      "decodeWav: the data chunk at byte 12 comes before the fmt chunk.",
    ],
    [
      "two formats",
      riff([
        ["fmt ", fmt()],
        ["fmt ", fmt()],
        ["data", data],
      ]),
      "decodeWav: a second fmt chunk stands at byte 36.",
    ],
    [
      "a short format",
      riff([
        ["fmt ", fmt().subarray(0, 12)],
        ["data", data],
      ]),
      "decodeWav: the fmt chunk at byte 12 holds 12 bytes, at least 16 are needed.",
    ],
    [
      "no channels",
      riff([
        ["fmt ", fmt({ channels: 0, blockAlign: 2 })],
        ["data", data],
      ]),
      "decodeWav: channels must be 1 to 1024, the fmt chunk says 0.",
    ],
    [
      "no rate",
      riff([
        ["fmt ", fmt({ sampleRate: 0 })],
        ["data", data],
      ]),
      "decodeWav: the sample rate must be 1 to 10000000 Hz, the fmt chunk says 0.",
    ],
    [
      "a wild rate",
      riff([
        ["fmt ", fmt({ sampleRate: 2 ** 31 })],
        ["data", data],
      ]),
      "decodeWav: the sample rate must be 1 to 10000000 Hz, the fmt chunk says 2147483648.",
    ],
    [
      "no frame size",
      riff([
        ["fmt ", fmt({ blockAlign: 0 })],
        ["data", data],
      ]),
      "decodeWav: the fmt chunk says 0 bytes a frame.",
    ],
    [
      "a wrong frame size",
      riff([
        ["fmt ", fmt({ blockAlign: 4 })],
        ["data", data],
      ]),
      "decodeWav: the fmt chunk says 4 bytes a frame, but 1 × 16 bits make 2.",
    ],
    [
      "40-bit samples",
      riff([
        ["fmt ", fmt({ bits: 40 })],
        ["data", data],
      ]),
      "decodeWav: PCM samples of 40 bits are not a thing.",
    ],
    [
      "half a sample",
      riff([
        ["fmt ", fmt()],
        ["data", new Uint8Array(7)],
      ]),
      "decodeWav: the data chunk at byte 36 holds 7 bytes, no whole number of 2-byte frames.",
    ],
    [
      "MP3 in WAV",
      riff([
        ["fmt ", fmt({ tag: 0x55, bits: 0, blockAlign: 1 })],
        ["data", data],
      ]),
      "decodeWav: the samples are coded as format 0x55 (MP3), which is not supported in WAV.",
    ],
    [
      "NaN",
      riff([
        ["fmt ", fmt({ tag: 3, bits: 32 })],
        ["data", new Uint8Array(Float32Array.of(0, Number.NaN).buffer)],
      ]),
      "decodeWav: sample 1 of channel 1 is NaN.",
    ],
    [
      "infinity",
      riff([
        ["fmt ", fmt({ tag: 3, bits: 32 })],
        ["data", new Uint8Array(Float32Array.of(Number.NEGATIVE_INFINITY).buffer)],
      ]),
      "decodeWav: sample 0 of channel 1 is -Infinity.",
    ],
  ])("refuses %s, saying what and where", (_, file, message) => {
    expect(errorOf(() => decodeWav(file)).message).toBe(message);
  });

  it("refuses every cut of a whole file", () => {
    for (let length = 0; length < plain.length; length++) {
      expect(errorOf(() => decodeWav(plain.subarray(0, length)))).toBeInstanceOf(AudioFormatError);
    }
  });

  it("names a time that cannot be", () => {
    expect(() => decodeWav(plain, { offsetSec: -1 })).toThrow(
      new RangeError("decodeWav: offsetSec must be 0 or more, got -1."),
    );
    expect(() => decodeWav(plain, { durationSec: Number.NaN })).toThrow(
      new RangeError("decodeWav: durationSec must be 0 or more, got NaN."),
    );
  });
});
