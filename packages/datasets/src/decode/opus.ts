import type { AudioInfo, MultichannelClip } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { type OggPackets, readOggChain } from "./ogg.js";
import { decodeChain } from "./oggChain.js";
import { commonMappings, decodeOpusPackets, type OpusMapping } from "./opusDecoder.js";
import type { SpanOptions } from "./span.js";

interface OpusInfo extends AudioInfo {
  frames: number;
  /** Samples that the decoder needs to settle: they are no sound. */
  preSkip: number;
  /** Factor by which the file wants to be louder. */
  gain: number;
  mapping: OpusMapping;
}

/**
 * What the head of an Ogg Opus stream says. Opus always plays at 48 kHz.
 *
 * @throws AudioFormatError if the head is cut or impossible
 * Source: RFC 7845.
 */
export function readOpusInfo({ packets, granules, lastGranule }: OggPackets): OpusInfo {
  const head = packets[0] ?? fail("the stream holds no packet");
  if (head.length < 19) fail(`the head has ${head.length} bytes, not 19`);
  if (head[8] >> 4 !== 0) fail(`version ${head[8]} is not known`);
  const mapping = readMapping(head);
  if (packets.length < 3) fail("the stream holds no sound");
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const preSkip = view.getUint16(10, true);
  const gain = 10 ** (view.getInt16(16, true) / 5120);
  const frames = Math.max(0, lastGranule - preSkip - startOf(packets, granules));
  const { channels } = mapping;
  const info: AudioInfo = { container: "ogg", codec: "opus", sampleRate: 48000, channels };
  return { ...info, frames, durationSec: frames / 48000, preSkip, gain, mapping };
}

/** Time of the first sample: not 0 where a stream was recorded from its middle on. The last page may claim less than it holds, which is no such case. */
function startOf(packets: readonly Uint8Array[], granules: readonly number[]): number {
  const firstPage = granules.findIndex((granule, i) => i > 1 && granule >= 0);
  if (firstPage < 0) return 0;
  const held = packets.slice(2, firstPage + 1).reduce((sum, packet) => sum + packetSamples(packet), 0);
  return Math.max(0, granules[firstPage] - held);
}

function readMapping(head: Uint8Array): OpusMapping {
  const channels = head[9];
  const family = head[18];
  if (channels === 0) fail("the head says 0 channels");
  if (family === 0) return commonMappings[channels - 1] ?? fail(`the head says ${channels} channels without a mapping`);
  if (head.length < 21 + channels) fail(`the head has ${head.length} bytes, not ${21 + channels}`);
  const [streamCount, coupledStreamCount] = head.subarray(19, 21);
  const channelMappingTable = [...head.subarray(21, 21 + channels)];
  const decoded = streamCount + coupledStreamCount;
  if (streamCount === 0 || coupledStreamCount > streamCount || decoded > 255) {
    fail(`the head says ${streamCount} streams of which ${coupledStreamCount} are stereo`);
  }
  const missing = channelMappingTable.find((source) => source !== 255 && source >= decoded);
  if (missing !== undefined) fail(`the head maps a channel to number ${missing}, but only ${decoded} are coded`);
  return { channels, streamCount, coupledStreamCount, channelMappingTable };
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
  const keep = truncated === "keep";
  const links = readOggChain(bytes, { truncated }).map((ogg) => {
    const info = readOpusInfo(ogg);
    const held = Math.max(
      0,
      ogg.packets.slice(2).reduce((sum, packet) => sum + packetSamples(packet), -info.preSkip),
    );
    if (!keep && info.frames > held) fail(`the stream claims ${info.frames} samples, but its packets hold ${held}`);
    // What a dead recorder left may hold less than its last page says.
    return { packets: ogg.packets, ...info, frames: Math.min(info.frames, held) };
  });
  return decodeChain("decodeOpus", links, span, async (link, first, count) => {
    const { packets, preSkip, mapping, gain } = links[link];
    const part = packetsFor(packets, first + preSkip, first + preSkip + count);
    const { channelData, errors } = await decodeOpusPackets(part.packets, mapping);
    if (!keep && errors.length > 0) fail(`a packet is damaged (${errors[0].message})`);
    const skip = first + preSkip - part.start;
    return channelData.map((channel) => scaled(channel.subarray(skip, skip + count), count, gain));
  });
}

/** As many samples as wanted: those of a packet that could not be decoded are silence at the end. */
function scaled(samples: Float32Array, length: number, gain: number): Float32Array {
  const out = new Float32Array(length);
  out.set(samples);
  if (gain !== 1) for (let t = 0; t < length; t++) out[t] *= gain;
  return out;
}

/** The packets that make decoded samples [first, end), and the sample with which theirs start. */
function packetsFor(packets: readonly Uint8Array[], first: number, end: number) {
  const kept: Uint8Array[] = [];
  let held = 0;
  let start = 0;
  for (let i = 2; i < packets.length && held < end; i++) {
    const duration = packetSamples(packets[i]);
    if (held + duration + preRoll > first) {
      if (kept.length === 0) start = held;
      kept.push(packets[i]);
    }
    held += duration;
  }
  return { packets: kept, start };
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
