import type { AudioInfo, MultichannelClip } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { type OggPackets, readOggChain, writeOgg } from "./ogg.js";
import { decodeChain } from "./oggChain.js";
import { release } from "./release.js";
import type { SpanOptions } from "./span.js";

/**
 * What the head of an Ogg Opus stream says. Opus always plays at 48 kHz.
 *
 * @throws AudioFormatError if the head is cut or impossible
 * Source: RFC 7845.
 */
export function readOpusInfo({ packets, lastGranule }: OggPackets): AudioInfo & { frames: number; preSkip: number } {
  const head = packets[0] ?? fail("the stream holds no packet");
  if (head.length < 19) fail(`the head has ${head.length} bytes, not 19`);
  if (head[8] >> 4 !== 0) fail(`version ${head[8]} is not known`);
  const channels = head[9];
  if (channels === 0) fail("the head says 0 channels");
  if (packets.length < 3) fail("the stream holds no sound");
  const preSkip = head[10] | (head[11] << 8);
  const frames = Math.max(0, lastGranule - preSkip);
  return { container: "ogg", codec: "opus", sampleRate: 48000, channels, frames, durationSec: frames / 48000, preSkip };
}

/**
 * Sound before the part that is decoded too: after half a second music is that of the whole within 1e-7, speech within 2e-3
 * (the 80 ms that RFC 7845 asks for leave 0.1).
 */
const preRoll = 24_000;

/**
 * Decodes Ogg Opus at 48 kHz, all streams of a chain; of the wanted part alone where there is an offset or a duration.
 *
 * @throws AudioFormatError if a page is damaged, the file is cut, or streams of a chain differ in channels
 */
export function decodeOpus(
  bytes: Uint8Array,
  { truncated, ...span }: SpanOptions & { truncated?: "error" | "keep" } = {},
): Promise<MultichannelClip> {
  const links = readOggChain(bytes, { truncated }).map((ogg) => ({ ogg, info: readOpusInfo(ogg) }));
  return decodeChain(
    "decodeOpus",
    links.map(({ info }) => info),
    span,
    (link, first, count) => decodeLink(links[link], first, count, truncated),
  );
}

/** Frames [first, first + count) of one stream: the packets around them are decoded as a stream of their own. */
async function decodeLink(
  { ogg, info }: { ogg: OggPackets; info: ReturnType<typeof readOpusInfo> },
  first: number,
  count: number,
  truncated: "error" | "keep" | undefined,
): Promise<Float32Array[]> {
  const { packets, granules, start } = packetsFor(ogg, info.preSkip, first, first + count);
  const { OggOpusDecoder } = await import("ogg-opus-decoder");
  const decoder = new OggOpusDecoder();
  await decoder.ready;
  try {
    const { channelData, errors } = await decoder.decodeFile(writeOgg(packets, granules));
    if (truncated !== "keep" && errors.length > 0) fail(`a packet is damaged (${errors[0].message})`);
    if (channelData.length !== info.channels) fail("the stream holds no sound that can be decoded");
    const skip = first - start;
    if (channelData[0].length < skip + count && truncated !== "keep")
      fail(`the stream claims ${info.frames} samples, but ${start + channelData[0].length} were decoded`);
    // What a dead recorder left may hold less than its last page says.
    return channelData.map((c) => withLength(c.subarray(skip, skip + count), count));
  } catch (error) {
    if (error instanceof AudioFormatError || error instanceof RangeError) throw error;
    throw new AudioFormatError(`decodeOpus: the stream cannot be decoded (${String(error).slice(0, 80)}).`, {
      cause: error,
    });
  } finally {
    release(decoder);
  }
}

function withLength(samples: Float32Array, length: number): Float32Array {
  if (samples.length === length) return samples;
  const out = new Float32Array(length);
  out.set(samples);
  return out;
}

/**
 * The two head packets and those that make frames [first, end), with granules that begin anew.
 *
 * The decoder takes the pre-skip off what it decodes first, so the first frame it gives is that of `start`.
 */
function packetsFor({ packets }: OggPackets, preSkip: number, first: number, end: number) {
  const kept = [packets[0], packets[1]];
  const granules = [0, 0];
  let at = 0;
  let start = 0;
  let begun = false;
  for (const packet of packets.slice(2)) {
    const duration = packetSamples(packet);
    if (!begun && at + duration + preRoll > first) {
      begun = true;
      start = at;
    }
    at += duration;
    if (!begun) continue;
    kept.push(packet);
    granules.push(at - start);
    if (at - preSkip >= end) break;
  }
  return { packets: kept, granules, start };
}

/** Samples a channel, at 48 kHz, of a packet. Source: RFC 6716 §3.1. */
function packetSamples(packet: Uint8Array): number {
  const config = packet[0] >> 3;
  const frame =
    config < 12 ? [480, 960, 1920, 2880][config & 3] : config < 16 ? [480, 960][config & 1] : 120 << (config & 3);
  const code = packet[0] & 3;
  return frame * (code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63);
}

function fail(message: string): never {
  throw new AudioFormatError(`decodeOpus: ${message}.`);
}
