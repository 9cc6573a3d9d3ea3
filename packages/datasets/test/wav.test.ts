import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesSource, decodeWav, decodeWavChannels, encodeWav, parseWavHeader } from "../src/index.js";
import { ascii, fmt, riff, words } from "./support.js";

interface GoldenCase {
  name: string;
  base64: string;
  sampleRate: number;
  frames: number;
  kept: string;
  sum: number;
  channels: number[][];
}
const golden: { cases: GoldenCase[] } = JSON.parse(readFileSync(new URL("golden/wav.json", import.meta.url), "utf8"));
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
describe("decodeWavChannels", () => {
  it.each(golden.cases)("reads what libsndfile reads: $name", ({ base64, sampleRate, frames, kept, sum, channels }) => {
    const clip = decodeWavChannels(bytesOf(base64));
    expect(clip.sampleRate).toBe(sampleRate);
    expect(clip.channels).toHaveLength(channels.length);
    channels.forEach((expected, c) => {
      const all = [...clip.channels[c]];
      expect(all).toHaveLength(frames);
      const part = kept === "all" ? all : [...all.slice(0, 8), ...all.slice(500, 540), ...all.slice(-8)];
      part.forEach((value, t) => {
        expect(Math.abs(value - expected[t])).toBeLessThan(1e-8);
      });
    });
    expect(clip.channels.flatMap((c) => [...c]).reduce((a, x) => a + Math.abs(x), 0)).toBeCloseTo(sum, 6);
  });
});

describe("decodeWav", () => {
  it("divides an n-bit sample by 2ⁿ⁻¹", () => {
    const file = riff([
      ["fmt ", fmt()],
      ["data", words(0, 16384, -32768, 32767)],
    ]);
    expect([...decodeWav(file).samples]).toEqual([0, 0.5, -1, 32767 / 32768]);
  });

  it("takes the mean of the channels", () => {
    const stereo = riff([
      ["fmt ", fmt({ channels: 2 })],
      ["data", words(16384, 0, -16384, 16384)],
    ]);
    expect([...decodeWav(stereo).samples]).toEqual([0.25, 0]);
    const three = riff([
      ["fmt ", fmt({ channels: 3 })],
      ["data", words(3072, 0, 3072)],
    ]);
    expect(decodeWav(three).samples[0]).toBeCloseTo(2048 / 32768, 7);
  });

  it("passes over chunks it does not know, odd ones with their pad byte", () => {
    const file = riff([
      ["JUNK", new Uint8Array(7)],
      ["fmt ", fmt()],
      ["LIST", ascii("INFOIART")],
      ["cue ", new Uint8Array(3)],
      ["data", words(8192)],
      ["tail", new Uint8Array(5)],
    ]);
    expect([...decodeWav(file).samples]).toEqual([0.25]);
  });

  it("reads a header whose sizes are unknown to the end, as pipes leave it", () => {
    const file = riff(
      [
        ["fmt ", fmt()],
        ["data", words(8192, 16384), 0xffffffff],
      ],
      { size: 0xffffffff },
    );
    expect([...decodeWav(file).samples]).toEqual([0.25, 0.5]);
  });

  it("reads 12 bits in a 16-bit container, and 20 in 24 by the extensible header", () => {
    expect(
      decodeWav(
        riff([
          ["fmt ", fmt({ bits: 12 })],
          ["data", words(16384)],
        ]),
      ).samples[0],
    ).toBe(0.5);
  });

  it("returns nothing for an empty data chunk", () => {
    expect(
      decodeWav(
        riff([
          ["fmt ", fmt()],
          ["data", new Uint8Array(0)],
        ]),
      ).samples,
    ).toHaveLength(0);
  });

  it("reads the wanted part alone", () => {
    const values = Array.from({ length: 800 }, (_, i) => i);
    const file = riff([
      ["fmt ", fmt()],
      ["data", words(...values)],
    ]);
    let read = 0;
    const inner = bytesSource(file);
    const source = {
      size: inner.size,
      read(offset: number, length: number) {
        read += length;
        return inner.read(offset, length);
      },
    };
    const { samples } = decodeWav(source, { offsetSec: 0.05, durationSec: 0.0005 });
    expect([...samples].map((x) => x * 32768)).toEqual([400, 401, 402, 403]);
    expect(read).toBeLessThan(200);
    expect(decodeWav(file, { offsetSec: 5 }).samples).toHaveLength(0);
    expect(decodeWav(file, { offsetSec: 0.0999, durationSec: 9 }).samples).toHaveLength(1);
  });

  it.each(golden.cases.filter((c) => c.name.includes("ADPCM")))(
    "starts in the middle of $name",
    ({ base64, sampleRate }) => {
      const bytes = bytesOf(base64);
      const whole = decodeWav(bytes).samples;
      const part = decodeWav(bytes, { offsetSec: 300 / sampleRate, durationSec: 600 / sampleRate }).samples;
      expect([...part]).toEqual([...whole.subarray(300, 900)]);
    },
  );

  it("keeps what a cut file holds when told to", () => {
    const whole = riff([
      ["fmt ", fmt()],
      ["data", words(8192, 8192, 8192, 8192)],
    ]);
    const cut = whole.subarray(0, whole.length - 3);
    expect([...decodeWav(cut, { truncated: "keep" }).samples]).toEqual([0.25, 0.25]);
  });

  it("keeps what encodeWav wrote", () => {
    const channels = fc.integer({ min: 1, max: 3 }).chain((n) =>
      fc.integer({ min: 0, max: 40 }).chain((length) =>
        fc.array(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length }), {
          minLength: n,
          maxLength: n,
        }),
      ),
    );
    const steps = { pcm_u8: 2 ** -7, pcm_s16: 2 ** -15, pcm_s24: 2 ** -23, pcm_s32: 2 ** -31, pcm_f32: 0 } as const;
    fc.assert(
      fc.property(channels, fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])), (data, encoding) => {
        const clip = { channels: data.map((c) => Float32Array.from(c)), sampleRate: 44100 };
        const back = decodeWavChannels(encodeWav(clip, { encoding }));
        back.channels.forEach((channel, c) => {
          channel.forEach((x, t) => {
            expect(Math.abs(x - clip.channels[c][t])).toBeLessThanOrEqual(steps[encoding] + 1e-9);
          });
          expect(channel).toHaveLength(clip.channels[c].length);
        });
      }),
      { seed: 7 },
    );
  });
});

describe("parseWavHeader", () => {
  it("tells rate, channels, bits, frames and duration without the samples", () => {
    const file = riff([
      ["fmt ", fmt({ channels: 2, sampleRate: 16000, bits: 24 })],
      ["data", new Uint8Array(6 * 800)],
    ]);
    expect(parseWavHeader(file)).toMatchObject({
      container: "wav",
      codec: "pcm_s24le",
      sampleRate: 16000,
      channels: 2,
      bitsPerSample: 24,
      frames: 800,
      durationSec: 0.05,
      dataOffset: 44,
    });
  });
});

describe("encodeWav", () => {
  it("clips at full scale and rounds to the nearest", () => {
    const bytes = encodeWav({ samples: Float32Array.of(1.5, -1.5, 0.6 / 32768), sampleRate: 8000 });
    expect([...decodeWav(bytes).samples].map((x) => x * 32768)).toEqual([32767, -32768, 1]);
  });

  it("names what cannot be written", () => {
    const samples = Float32Array.of(0, Number.NaN);
    expect(() => encodeWav({ samples, sampleRate: 8000 })).toThrow(
      new RangeError("encodeWav: samples must be finite, got NaN at index 1."),
    );
    expect(() => encodeWav({ samples, sampleRate: 0.5 })).toThrow(
      new RangeError("encodeWav: sampleRate must be a whole number in [1, 10000000], got 0.5."),
    );
    expect(() => encodeWav({ channels: [], sampleRate: 8000 })).toThrow(
      new RangeError("encodeWav: a clip has 1 to 1024 channels, got 0."),
    );
    expect(() => encodeWav({ channels: [samples, new Float32Array(3)], sampleRate: 8000 })).toThrow(
      new RangeError("encodeWav: channels must be of one length, got 2 and 3."),
    );
    expect(() => encodeWav({ samples, sampleRate: 8000 }, { encoding: "mp3" as "pcm_s16" })).toThrow(
      new RangeError("encodeWav: encoding must be one of pcm_u8, pcm_s16, pcm_s24, pcm_s32, pcm_f32, got mp3."),
    );
  });
});
