import { describe, expect, it, vi } from "vitest";
import { damageFlacFrame } from "../fuzz/flips.js";
import { joined } from "../fuzz/zooParts.js";
import { crc8, crc16, cutFlac } from "../src/decode/flacFrames.js";
import { decodeChannels } from "../src/index.js";
import { tiny } from "./tinyFiles.js";

// Decoders from npm print what they dislike.
vi.spyOn(console, "error").mockImplementation(() => undefined);

interface FrameFields {
  /** The number of the frame, or of its first sample where blocks are of various sizes. */
  number: number;
  variable?: boolean;
  sizeCode?: number;
  rateCode?: number;
  channelCode?: number;
  /** Bytes of a size or a rate that the codes do not name. */
  extra?: number[];
  body?: number[];
}

/** A number as FLAC writes it: one byte up to 127, else as UTF-8 goes on beyond its four bytes. */
function coded(value: number): number[] {
  if (value < 0x80) return [value];
  let length = 2;
  while (value >= 2 ** (5 * length + 1) && length < 7) length++;
  const tail = Array.from({ length: length - 1 }, (_, i) => 0x80 | (Math.floor(value / 64 ** (length - 2 - i)) % 64));
  const head = ((0xff << (8 - length)) & 0xff) | Math.floor(value / 64 ** (length - 1));
  return [head, ...tail];
}

function frame({ number, variable, sizeCode = 8, rateCode = 0, channelCode = 0, extra = [], body }: FrameFields) {
  const head = [0xff, variable ? 0xf9 : 0xf8, (sizeCode << 4) | rateCode, channelCode << 4, ...coded(number), ...extra];
  const start = Uint8Array.from([...head, crc8(Uint8Array.from(head), 0, head.length), ...(body ?? [1, 2, 3])]);
  const sum = crc16(start, 0, start.length);
  return joined(start, Uint8Array.of(sum >> 8, sum & 255));
}

const head = new Uint8Array(42);
const stream = { audioOffset: 42, blockSize: 256, channels: 1, frames: 1024 };
/** The body of the part that a cut makes of frames, as hexadecimal digits, and what is to be skipped of it. */
function cut(frames: Uint8Array[], first: number, count: number, change: Partial<typeof stream> = {}) {
  const part = cutFlac(joined(head, ...frames), { ...stream, ...change }, first, count);
  return part && { body: Buffer.from(part.bytes.subarray(42)).toString("hex"), skip: part.skip };
}
const hex = (...frames: Uint8Array[]) => Buffer.from(joined(...frames)).toString("hex");

describe("cutFlac", () => {
  const four = [0, 1, 2, 3].map((number) => frame({ number }));

  it("takes the frames that hold the part", () => {
    expect(cut(four, 300, 10)).toEqual({ body: hex(four[1]), skip: 44 });
    expect(cut(four, 255, 2)).toEqual({ body: hex(four[0], four[1]), skip: 255 });
    expect(cut(four, 1000, 24)).toEqual({ body: hex(four[3]), skip: 232 });
  });

  it("finds nothing where there is nothing to cut by", () => {
    expect(cut(four, 0, 0)).toBeUndefined();
    expect(cut(four, 0, 10, { blockSize: 0 })).toBeUndefined();
    expect(cut([], 0, 10)).toBeUndefined();
    expect(cut(four.slice(0, 3), 0, 10)).toBeUndefined();
  });

  it("leaves the file whole where a frame on the way, or a wanted one, is damaged", () => {
    const damaged = four.map((one) => one.slice());
    damaged[1][8] ^= 1;
    // The last frame cannot be found behind a damaged one.
    expect(cut(damaged, 0, 10)).toBeUndefined();
    // With two halves far apart it is found; the part that needs the damaged one is not.
    const long = [0, 1, 2, 3].map((number) => frame({ number, body: new Array(3000).fill(7) }));
    long[1][100] ^= 1;
    expect(cut(long, 800, 10)).toEqual({ body: hex(long[3]), skip: 32 });
    expect(cut(long, 300, 10)).toBeUndefined();
    expect(cut(long, 250, 100)).toBeUndefined();
    // Near enough to be walked to, over the damaged one.
    const five = [0, 1, 2, 3, 4].map((number) => frame({ number, body: new Array(900).fill(7) }));
    five[1][100] ^= 1;
    expect(cut(five, 600, 10, { frames: 1280 })).toBeUndefined();
  });

  it("reads block sizes and rates in all their codings", () => {
    const sizes: [FrameFields, number][] = [
      [{ number: 0, sizeCode: 1 }, 192],
      [{ number: 192, sizeCode: 2 }, 576],
      [{ number: 768, sizeCode: 6, extra: [99] }, 100],
      [{ number: 868, sizeCode: 7, extra: [1, 0x2b] }, 300],
      [{ number: 1168, rateCode: 12, extra: [8] }, 256],
      [{ number: 1424, rateCode: 13, extra: [0x1f, 0x40] }, 256],
      [{ number: 1680, rateCode: 14, extra: [3, 0x20] }, 256],
    ];
    const frames = sizes.map(([fields]) => frame({ ...fields, variable: true }));
    for (const [i, [{ number }, size]] of sizes.entries()) {
      const expected = { body: hex(frames[i]), skip: size - 1 };
      expect(cut(frames, number + size - 1, 1, { frames: 1936 })).toEqual(expected);
    }
  });

  it.each([
    1,
    0x7f,
    0x80,
    0x7ff,
    0x800,
    0xffff,
    0x10000,
    0x1fffff,
    0x200000,
    0x3ffffff,
    0x4000000,
    0x7fffffff,
    2 ** 31,
  ])("reads the number %i of a frame", (number) => {
    const frames = [frame({ number: 0, sizeCode: 8 }), frame({ number, variable: true })];
    // Two frames that do not follow each other: only the first can be had, and it is not followed by its next.
    expect(cut(frames, number, 10, { frames: number + 256 })).toBeUndefined();
    const alone = cut([frame({ number, variable: true })], number + 7, 10, { frames: number + 256 });
    expect(alone).toEqual({ body: hex(frame({ number, variable: true })), skip: 7 });
  });

  it.each<[string, Uint8Array | number[]]>([
    ["another number of channels", frame({ number: 1, channelCode: 1 })],
    ["a pair of channels", frame({ number: 1, channelCode: 9 })],
    ["a reserved number of channels", frame({ number: 1, channelCode: 12 })],
    ["a reserved size", frame({ number: 1, sizeCode: 0 })],
    ["a rate that is none", frame({ number: 1, rateCode: 15 })],
    ["a number that begins in its middle", [0xff, 0xf8, 0x80, 0, 0x80, 0, 0, 0]],
    ["a number of eight bytes", [0xff, 0xf8, 0x80, 0, 0xff, 0, 0, 0]],
    ["a number that breaks off", [0xff, 0xf8, 0x80, 0, 0xc2, 0x01, 0, 0]],
    ["a wrong check sum", [0xff, 0xf8, 0x80, 0, 1, 0, 0, 0]],
    ["a frame beyond the end", frame({ number: 99 })],
  ])("is not deceived by %s within a frame", (_, body) => {
    const frames = [frame({ number: 0, body: [...body, 5] }), frame({ number: 1 })];
    expect(cut(frames, 3, 10, { frames: 512 })).toEqual({ body: hex(frames[0]), skip: 3 });
  });

  it("is not deceived by a head at the very end", () => {
    const frames = [frame({ number: 0 }), frame({ number: 1, body: [0xff, 0xf8, 0x80, 0] })];
    expect(cut(frames, 3, 10, { frames: 512 })).toEqual({ body: hex(frames[0]), skip: 3 });
    // Its last bytes, check sum included, begin a number of two bytes that the file does not hold.
    const bytes = joined(head, frame({ number: 0 }), Uint8Array.of(0xff, 0xf8, 0x80, 0, 0, 0xc2));
    expect(cutFlac(bytes, { ...stream, frames: 256 }, 0, 5)).toBeUndefined();
  });
});

describe("decode of a FLAC file whose check sums hold and whose content does not", () => {
  const bytes = tiny("FLAC, 2 channels, three frames of 64");
  const firstFrame = 42;

  it("gives part and whole of pairs of channels alike", async () => {
    const whole = await decodeChannels(bytes);
    const { channels } = await decodeChannels(bytes, { offsetSec: 70 / 8000, durationSec: 50 / 8000 });
    channels.forEach((channel, c) => {
      expect([...channel]).toEqual([...whole.channels[c].subarray(70, 120)]);
    });
  });

  it("refuses it, and keeps the frames that can be decoded when told to", async () => {
    const broken = bytes.slice();
    // The first byte behind the head tells the kind of the first channel: 0x7e is reserved.
    const headEnd = [...Array(16).keys()]
      .map((i) => firstFrame + 5 + i)
      .find((at) => crc8(broken, firstFrame, at) === broken[at]);
    broken[(headEnd ?? 0) + 1] = 0x7e;
    const next = [...Array(broken.length).keys()].find(
      (at) => at > firstFrame && crc16(bytes, firstFrame, at) === 0 && bytes[at] === 0xff,
    ) as number;
    const sum = crc16(broken, firstFrame, next - 2);
    broken.set([sum >> 8, sum & 255], next - 2);
    const part = { offsetSec: 0, durationSec: 100 / 8000 };
    await expect(decodeChannels(broken, part)).rejects.toThrow(/^decodeFlac: .+\.$/);
    const kept = await decodeChannels(broken, { truncated: "keep" });
    expect(kept.channels[0].length).toBeLessThan(170);
    // The part alone gives fewer samples than asked for: it is looked for in what the whole file gives.
    expect((await decodeChannels(broken, { ...part, truncated: "keep" })).channels[0]).toHaveLength(100);
  });

  it("survives any flipped bits", async () => {
    const { createChance } = await import("@earshot/testing/fuzz");
    const chance = createChance(3);
    for (let i = 0; i < 20; i++) {
      const result = await decodeChannels(damageFlacFrame(bytes, chance)).catch((error) => error);
      if (result instanceof Error) expect(result.message).toMatch(/^decodeFlac: .+\.$/);
      else expect(result.channels[0]).toHaveLength(170);
    }
  });
});
