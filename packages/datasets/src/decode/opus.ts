import type { AudioInfo, MultichannelClip } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { type OggPackets, readOggPackets } from "./ogg.js";
import { requireSpan, type SpanOptions } from "./span.js";

/**
 * What the head of an Ogg Opus stream says. Opus always plays at 48 kHz.
 *
 * @throws AudioFormatError if the head is cut or impossible
 * Source: RFC 7845.
 */
export function readOpusInfo({ packets, lastGranule }: OggPackets): AudioInfo & { frames: number } {
  const head = packets[0];
  if (head.length < 19) fail(`the head has ${head.length} bytes, not 19`);
  if (head[8] >> 4 !== 0) fail(`version ${head[8]} is not known`);
  const channels = head[9];
  if (channels === 0) fail("the head says 0 channels");
  if (packets.length < 3) fail("the stream holds no sound");
  const preSkip = head[10] | (head[11] << 8);
  const frames = Math.max(0, lastGranule - preSkip);
  return { container: "ogg", codec: "opus", sampleRate: 48000, channels, frames, durationSec: frames / 48000 };
}

/**
 * Decodes Ogg Opus, at 48 kHz.
 *
 * @throws AudioFormatError if a page is damaged, or the file is cut
 */
export async function decodeOpus(
  bytes: Uint8Array,
  { truncated, ...span }: SpanOptions & { truncated?: "error" | "keep" } = {},
): Promise<MultichannelClip> {
  const { sampleRate, frames, channels } = readOpusInfo(readOggPackets(bytes, { truncated }));
  const { OggOpusDecoder } = await import("ogg-opus-decoder");
  const decoder = new OggOpusDecoder();
  await decoder.ready;
  try {
    const { channelData, errors } = await decoder.decodeFile(bytes);
    if (truncated !== "keep" && errors.length > 0) fail(`a packet is damaged (${errors[0].message})`);
    if (channelData.length !== channels) fail("the stream holds no sound that can be decoded");
    const held = Math.min(frames, channelData[0].length);
    const [first, count] = requireSpan("decode", span, held, sampleRate);
    return { channels: channelData.map((c) => c.subarray(first, first + count)), sampleRate };
  } catch (error) {
    if (error instanceof AudioFormatError || error instanceof RangeError) throw error;
    throw new AudioFormatError(`decodeOpus: the stream cannot be decoded (${String(error).slice(0, 80)}).`, {
      cause: error,
    });
  } finally {
    decoder.free();
  }
}

function fail(message: string): never {
  throw new AudioFormatError(`decodeOpus: ${message}.`);
}
