import type { FLACDecoder } from "@wasm-audio-decoders/flac";
import type { AudioInfo, MultichannelClip } from "./clip.js";
import { createPool } from "./decoderPool.js";
import { AudioFormatError } from "./errors.js";
import { cutFlac } from "./flacFrames.js";
import { requireSpan, type SpanOptions } from "./span.js";

/**
 * What the stream information of a FLAC file says.
 *
 * @throws AudioFormatError if it is cut or impossible
 * Source: RFC 9639.
 */
export function readFlacInfo(bytes: Uint8Array): AudioInfo & { audioOffset: number; blockSize: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 4;
  let info: AudioInfo | undefined;
  for (let last = false; !last; ) {
    if (at + 4 > bytes.length) fail(`the metadata are cut at byte ${at}; the file looks truncated`, at);
    last = (bytes[at] & 0x80) !== 0;
    const type = bytes[at] & 0x7f;
    const size = view.getUint32(at, false) & 0xffffff;
    if (at + 4 + size > bytes.length) {
      fail(`the metadata block at byte ${at} claims ${size} bytes, but only ${bytes.length - at - 4} follow`, at);
    }
    if (type === 0 && size >= 18) info = parseStreamInfo(view, at + 4);
    at += 4 + size;
  }
  if (!info) return fail("the file has no stream information", 4);
  return { ...info, audioOffset: at, blockSize: view.getUint16(10, false) };
}

function parseStreamInfo(view: DataView, at: number): AudioInfo {
  const word = view.getUint32(at + 10, false);
  const sampleRate = word >>> 12;
  const channels = ((word >>> 9) & 7) + 1;
  const bitsPerSample = ((word >>> 4) & 31) + 1;
  const frames = (word & 15) * 2 ** 32 + view.getUint32(at + 14, false);
  if (sampleRate === 0) fail("the stream information says a sample rate of 0 Hz", at + 10);
  return {
    container: "flac",
    codec: "flac",
    sampleRate,
    channels,
    bitsPerSample,
    ...(frames > 0 && { frames, durationSec: frames / sampleRate }),
  };
}

/**
 * Decodes FLAC; of the frames of the wanted part alone where there is an offset or a duration.
 *
 * @throws AudioFormatError if the file is cut or damaged: the decoded length must be the one it claims
 */
export async function decodeFlac(
  bytes: Uint8Array,
  { truncated = "error", ...span }: SpanOptions & { truncated?: "error" | "keep" } = {},
): Promise<MultichannelClip> {
  const info = bytes[0] === 0x66 ? readFlacInfo(bytes) : undefined;
  if (info) requireFrameSync(bytes, info.audioOffset);
  if (info?.frames !== undefined && (span.offsetSec !== undefined || span.durationSec !== undefined)) {
    const { frames, sampleRate } = info;
    const [first, count] = requireSpan("decode", span, frames, sampleRate);
    const cut = count < frames ? cutFlac(bytes, { ...info, frames }, first, count) : undefined;
    if (cut) {
      const inside = { offsetSec: cut.skip / sampleRate, durationSec: count / sampleRate };
      const part = await decodeFlac(cut.bytes, { truncated, ...inside });
      if (part.channels[0].length === count) return part;
    }
  }
  const { channelData, samplesDecoded, sampleRate, bitDepth, errors } = await decodeWhole(bytes);
  if (truncated === "error" && errors.length > 0) fail(`a frame is damaged (${errors[0].message})`);
  if (truncated === "error" && info?.frames !== undefined && samplesDecoded !== info.frames) {
    fail(
      `the file claims ${info.frames} samples, but ${samplesDecoded} could be decoded; it looks truncated`,
      bytes.length,
    );
  }
  if (channelData.length === 0) fail("the file holds no sound that can be decoded");
  const [first, count] = requireSpan("decode", span, samplesDecoded, sampleRate);
  return { channels: channelData.map((c) => fullScale(c.subarray(first, first + count), bitDepth)), sampleRate };
}

async function decodeWhole(bytes: Uint8Array) {
  try {
    return await pool.use(
      (decoder) => decoder.decodeFile(bytes),
      ({ errors }) => errors.length === 0,
    );
  } catch (error) {
    throw new AudioFormatError(`decodeFlac: the stream cannot be decoded (${String(error).slice(0, 80)}).`, {
      cause: error,
    });
  }
}

/** A number in the decoder's memory. */
interface Slot {
  ptr: number;
}

/** The inside of the decoder: the part that makes it anew in the memory it has. */
interface Internals {
  _decoder: number;
  _common: { wasm: { create_decoder(...pointers: number[]): number; destroy_decoder(decoder: number): void } };
  _channels: Slot;
  _sampleRate: Slot;
  _bitsPerSample: Slot;
  _samplesDecoded: Slot;
  _outputBufferPtr: Slot;
  _outputBufferLen: Slot;
  _errorStringPtr: Slot;
  _stateStringPtr: Slot;
  reset(): Promise<void>;
}

const insideOf = (decoder: FLACDecoder): Internals => (decoder as unknown as { _decoder: Internals })._decoder;

const pool = createPool(
  () => import("@wasm-audio-decoders/flac"),
  async ({ FLACDecoder: Decoder }) => {
    const decoder = new Decoder();
    await decoder.ready;
    // After each file it would take itself a new memory.
    insideOf(decoder).reset = async () => undefined;
    return decoder;
  },
  (decoder) => {
    const inner = insideOf(decoder);
    inner._common.wasm.destroy_decoder(inner._decoder);
    const { _channels, _sampleRate, _bitsPerSample, _samplesDecoded, _outputBufferPtr, _outputBufferLen } = inner;
    const output = [_channels, _sampleRate, _bitsPerSample, _samplesDecoded, _outputBufferPtr, _outputBufferLen];
    const slots = [...output, inner._errorStringPtr, inner._stateStringPtr];
    inner._decoder = inner._common.wasm.create_decoder(...slots.map(({ ptr }) => ptr));
  },
);

/** The decoder divides by 2ⁿ⁻¹ − 1; everywhere else a sample is divided by 2ⁿ⁻¹. Exact up to 24 bits. */
function fullScale(samples: Float32Array, bits: number): Float32Array {
  const highest = 2 ** (bits - 1) - 1;
  const scale = 1 / (highest + 1);
  for (let t = 0; t < samples.length; t++) samples[t] = Math.round(samples[t] * highest) * scale;
  return samples;
}

function requireFrameSync(bytes: Uint8Array, at: number): void {
  if (at + 2 > bytes.length) fail("the file ends after its metadata; it looks truncated", at);
  if (bytes[at] !== 0xff || (bytes[at + 1] & 0xfc) !== 0xf8) fail(`no FLAC frame starts at byte ${at}`, at);
}

function fail(message: string, byte?: number): never {
  throw new AudioFormatError(`decodeFlac: ${message}.`, { byte });
}
