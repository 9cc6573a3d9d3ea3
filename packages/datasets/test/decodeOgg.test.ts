import { describe, expect, it, vi } from "vitest";
import { oggPage as page, writeOgg } from "../fuzz/oggFiles.js";
import { joined } from "../fuzz/zooParts.js";
import { decode, decodeChannels, readAudioInfo } from "../src/index.js";
import { sentenceOf } from "./support.js";
import { packetsOf, tiny } from "./tinyFiles.js";

// Decoders from npm print what they dislike.
vi.spyOn(console, "error").mockImplementation(() => undefined);

const oneOpus = "Opus, 1 channel, 20 ms";
const threeOpus = "Opus, 3 channels";
const vorbis = "Vorbis, 1 channel at 8 kHz";
const pagedVorbis = "Vorbis, 1 channel, a page a packet";

/** The file with packet `at` made another by `change`. */
function changed(name: string, at: number, change: (packet: Uint8Array) => Uint8Array | undefined, granule?: number) {
  const { packets, granules, lastGranule } = packetsOf(name);
  packets[at] = change(packets[at]) ?? packets[at];
  // Positions of all but the last page are those of a stream that starts at 0.
  return writeOgg(packets, [...granules.slice(0, -1).map((g) => Math.max(0, g)), granule ?? lastGranule]);
}
const set =
  (at: number, ...values: number[]) =>
  (packet: Uint8Array) => {
    packet.set(values, at);
    return packet;
  };

describe("decode of Ogg pages", () => {
  it("puts packets together that lie on several pages", async () => {
    const { packets, lastGranule } = packetsOf(oneOpus);
    const whole = await decode(tiny(oneOpus));
    const long = packets[1];
    const file = joined(
      page(0, [packets[0].length], packets[0], { flags: 2, granule: 0 }),
      // A segment of 255 bytes at the end of a page says that the packet goes on.
      page(1, [255], joined(long, new Uint8Array(255)).subarray(0, 255)),
      page(2, [1], Uint8Array.of(0), { flags: 1, granule: 0 }),
      page(3, [...packets.slice(2).map((p) => p.length)], joined(...packets.slice(2)), {
        flags: 4,
        granule: lastGranule,
      }),
    );
    expect(await decode(file)).toEqual(whole);
  });

  it("misses a page that is not there, and one that goes on with nothing", async () => {
    const { packets, lastGranule } = packetsOf(oneOpus);
    const [head, tags, ...sound] = packets;
    const last = (sequence: number, flags: number) =>
      page(sequence, [sound[0].length], sound[0], { flags: 4 | flags, granule: lastGranule });
    const first = page(0, [head.length], head, { flags: 2, granule: 0 });
    const second = page(1, [tags.length], tags, { granule: 0 });
    expect(await sentenceOf(joined(first, last(2, 0)))).toBe(
      `decodeOgg: page 1 is missing before byte ${first.length}.`,
    );
    expect(await sentenceOf(joined(first, second, last(2, 1)))).toBe(
      `decodeOgg: the page at byte ${first.length + second.length} does not continue the one before.`,
    );
  });

  it("passes by the pages of a stream beside the first", async () => {
    const bytes = tiny(oneOpus);
    const other = page(0, [4], Uint8Array.of(1, 2, 3, 4), { flags: 2 });
    new DataView(other.buffer).setUint32(14, 77, true);
    const { pageCrc } = await import("../src/decode/ogg.js");
    new DataView(other.buffer).setUint32(22, pageCrc(other, 0, other.length), true);
    const firstPage = 28 + 19;
    const file = joined(bytes.subarray(0, firstPage), other, bytes.subarray(firstPage));
    expect(await decode(file)).toEqual(await decode(bytes));
  });
});

describe("decode of Opus", () => {
  it.each<[string, Uint8Array, string]>([
    [
      "no packet",
      page(0, [255], joined(new TextEncoder().encode("OpusHead"), new Uint8Array(247)), { flags: 6 }),
      "the stream holds no packet.",
    ],
    ["a short head", changed(oneOpus, 0, (head) => head.slice(0, 18)), "the head has 18 bytes, not 19."],
    ["another version", changed(oneOpus, 0, set(8, 0x11)), "version 17 is not known."],
    ["no channel", changed(oneOpus, 0, set(9, 0)), "the head says 0 channels."],
    ["three channels, not mapped", changed(oneOpus, 0, set(9, 3)), "the head says 3 channels without a mapping."],
    ["a mapping that is cut", changed(threeOpus, 0, (head) => head.slice(0, 23)), "the head has 23 bytes, not 24."],
    ["no streams", changed(threeOpus, 0, set(19, 0)), "the head says 0 streams of which 1 are stereo."],
    ["too many stereo", changed(threeOpus, 0, set(20, 3)), "the head says 2 streams of which 3 are stereo."],
    ["too many streams", changed(threeOpus, 0, set(19, 255)), "the head says 255 streams of which 1 are stereo."],
    ["a wrong map", changed(threeOpus, 0, set(22, 9)), "the head maps a channel to number 9, but only 3 are coded."],
    ["heads alone", writeOgg(packetsOf(oneOpus).packets.slice(0, 2), [0, 0]), "the stream holds no sound."],
    [
      "more than there is",
      changed(oneOpus, 2, () => undefined, 99_999),
      "the stream claims 99687 samples, but its packets hold 1608.",
    ],
    [
      "a packet of no length",
      changed(oneOpus, 2, () => Uint8Array.of(0x03)),
      "the stream claims 960 samples, but its packets hold 648.",
    ],
  ])("refuses %s, and says so", async (_, file, sentence) => {
    expect(await sentenceOf(file)).toBe(`decodeOpus: ${sentence}`);
  });

  it("refuses a damaged packet, and keeps the others with silence for it when told to", async () => {
    // Two frames of the same length cannot make an odd number of bytes.
    const file = changed(oneOpus, 2, (packet) => Uint8Array.of((packet[0] & 0xfc) | 1, 1, 2, 3), 312 + 960);
    expect(await sentenceOf(file)).toMatch(/^decodeOpus: a packet is damaged \(libopus -4 .*\)\.$/);
    const { samples } = await decode(file, { truncated: "keep" });
    expect(samples).toHaveLength(960);
  });

  it("keeps no more than the packets hold, whatever the last page says", async () => {
    const file = changed(oneOpus, 2, () => undefined, 2 ** 50);
    const { samples } = await decode(file, { truncated: "keep" });
    expect(samples).toHaveLength(1608);
    expect((await decode(tiny(oneOpus))).samples).toEqual(samples.slice(0, 960));
  });

  it("is as loud as the head asks for", async () => {
    const quiet = await decode(tiny(oneOpus));
    // 6.0206 dB in steps of 1/256 dB.
    const { samples } = await decode(changed(oneOpus, 0, set(16, 1541 & 255, 1541 >> 8)));
    samples.forEach((x, t) => {
      expect(Math.abs(x - 2 * quiet.samples[t])).toBeLessThan(2e-4);
    });
  });

  it("starts where a stream starts that was recorded from its middle on", async () => {
    const bytes = tiny(oneOpus);
    const { packets, lastGranule } = packetsOf(oneOpus);
    const sound = packets.slice(2);
    const from = 480_000;
    const file = joined(
      page(0, [packets[0].length], packets[0], { flags: 2, granule: 0 }),
      page(1, [packets[1].length], packets[1], { granule: 0 }),
      page(2, [sound[0].length], sound[0], { granule: from + 960 }),
      page(3, [...sound.slice(1).map((p) => p.length)], joined(...sound.slice(1)), {
        flags: 4,
        granule: from + lastGranule,
      }),
    );
    expect(readAudioInfo(file)).toMatchObject({ frames: 960, sampleRate: 48_000 });
    expect(await decode(file)).toEqual(await decode(bytes));
  });

  it("plays a stream of one packet a page, and one whose only page has no position", async () => {
    const { packets } = packetsOf(oneOpus);
    const file = writeOgg(
      packets,
      packets.map(() => -1),
    );
    expect(readAudioInfo(file).frames).toBe(0);
    expect((await decode(file)).samples).toHaveLength(0);
  });

  it("silences the channel that is mapped to none, and swaps those that are swapped", async () => {
    const plain = await decodeChannels(tiny(threeOpus));
    const { channels } = await decodeChannels(changed(threeOpus, 0, set(21, 1, 255, 0)));
    const table = [...packetsOf(threeOpus).packets[0].subarray(21, 24)];
    expect(channels[0]).toEqual(plain.channels[table.indexOf(1)]);
    expect(channels[1].every((x) => x === 0)).toBe(true);
    expect(channels[2]).toEqual(plain.channels[table.indexOf(0)]);
  });
});

describe("decode of Vorbis", () => {
  it.each<[string, Uint8Array, string]>([
    [
      "no packet",
      page(0, [255], joined(new TextEncoder().encode("\x01vorbis"), new Uint8Array(248)), { flags: 6 }),
      "the stream holds no packet.",
    ],
    [
      "a short head",
      changed(vorbis, 0, (head) => head.slice(0, 29)),
      "the identification header has 29 bytes, not 30.",
    ],
    ["another version", changed(vorbis, 0, set(7, 1)), "version 1 is not known."],
    ["no channel", changed(vorbis, 0, set(11, 0)), "channels must be 1 to 8, the header says 0."],
    ["nine channels", changed(vorbis, 0, set(11, 9)), "channels must be 1 to 8, the header says 9."],
    ["no rate", changed(vorbis, 0, set(12, 0, 0, 0, 0)), "the sample rate must be 1 to 768000 Hz, the header says 0."],
    ["blocks that are none", changed(vorbis, 0, set(28, 0x78)), "block sizes 256 and 128 are not allowed."],
    ["heads alone", writeOgg(packetsOf(vorbis).packets.slice(0, 2), [0, 0]), "the file has no setup header."],
    [
      "more than there can be",
      changed(vorbis, 0, () => undefined, 999_999),
      "the stream claims 999999 samples, more than its 6 packets can hold.",
    ],
    [
      "more than there is",
      changed(vorbis, 0, () => undefined, 1200),
      "the stream claims 1200 samples, but 512 were decoded.",
    ],
  ])("refuses %s, and says so", async (_, file, sentence) => {
    expect(await sentenceOf(file)).toBe(`decodeVorbis: ${sentence}`);
  });

  it("refuses a packet that is larger than the decoder's memory", async () => {
    const { packets } = packetsOf(vorbis);
    const huge = 131_073;
    const full = new Array(255).fill(255);
    const head = packets.slice(0, 3).map((packet, i) => {
      const laces = [...new Array(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
      return page(i, laces, packet, { flags: i === 0 ? 2 : 0, granule: 0 });
    });
    const rest = huge - 2 * 65_025;
    const laces = [...new Array(Math.floor(rest / 255)).fill(255), rest % 255];
    const file = joined(
      ...head,
      page(3, full, new Uint8Array(65_025)),
      page(4, full, new Uint8Array(65_025), { flags: 1 }),
      page(5, laces, new Uint8Array(rest), { flags: 5, granule: 100 }),
    );
    expect(await sentenceOf(file)).toBe("decodeVorbis: a packet has 131073 bytes, more than 131072.");
  });

  it("decodes no page that lies before the part wanted", async () => {
    const bytes = tiny(pagedVorbis);
    const { samples: whole } = await decode(bytes);
    for (const first of [900, 2500, 3900]) {
      const { samples } = await decode(bytes, { offsetSec: first / 8000, durationSec: 100 / 8000 });
      expect(samples).toHaveLength(100);
      const error = samples.reduce((most, x, t) => Math.max(most, Math.abs(x - whole[first + t])), 0);
      expect(error).toBeLessThan(1e-6);
    }
    // The first sound packet, broken: what lies far behind it does not care.
    const { packets, granules } = packetsOf(pagedVorbis);
    const far = await decode(bytes, { offsetSec: 0.4, durationSec: 0.05 });
    packets[3] = Uint8Array.of(0xff, 0xff);
    expect(await decode(writeOgg(packets, granules), { offsetSec: 0.4, durationSec: 0.05 })).toEqual(far);
  });

  it("says so when the decoder gives up", async () => {
    const { packets, granules } = packetsOf(vorbis);
    packets[2].fill(0xff, 7);
    expect(await sentenceOf(writeOgg(packets, granules))).toMatch(/^decodeVorbis: .+\.$/);
  });
});
