import type { MPEGDecoder } from "mpg123-decoder";
import type { AudioInfo, MultichannelClip } from "./clip.js";
import { createPool } from "./decoderPool.js";
import { AudioFormatError } from "./errors.js";
import { findMpegFrames, type MpegStream } from "./mpegFrames.js";
import { requireSpan, type SpanOptions } from "./span.js";

/** Samples by which an MP3 decoder lags: they come before the encoder's own padding. */
const decoderDelay = 529;
/** Frames decoded before the wanted part, so that the bit reservoir and the overlap are there. */
const preroll = 10;

/** What an MP3 file says about itself. */
export function readMp3Info(stream: MpegStream): AudioInfo & { frames: number } {
  const frames = soundSpan(stream).length;
  const { sampleRate, channels, layer } = stream;
  return { container: "mp3", codec: `mp${layer}`, sampleRate, channels, frames, durationSec: frames / sampleRate };
}

/** Samples that are sound, out of those that the frames hold: without decoder's and encoder's silence where the file tells it. */
function soundSpan({ offsets, samplesPerFrame, padding }: MpegStream): { start: number; length: number } {
  const all = offsets.length * samplesPerFrame;
  if (!padding) return { start: 0, length: all };
  const start = Math.min(all, padding.before + decoderDelay);
  const after = Math.max(0, padding.after - decoderDelay);
  return { start, length: Math.max(0, all - start - after) };
}

/**
 * Decodes MP3 (and MPEG layers 1 and 2); of the wanted part alone where there is an offset or a duration.
 *
 * Silence that the encoder says it added is taken away, so that the sound starts where the original did.
 *
 * @throws AudioFormatError naming the byte, if the frames are cut, damaged or mixed with something else
 */
export async function decodeMp3(
  bytes: Uint8Array,
  { truncated, ...span }: SpanOptions & { truncated?: "error" | "keep" } = {},
): Promise<MultichannelClip> {
  const stream = findMpegFrames(bytes, { truncated });
  const { offsets, sampleRate, channels, samplesPerFrame } = stream;
  const sound = soundSpan(stream);
  const [first, count] = requireSpan("decode", span, sound.length, sampleRate);
  if (count === 0) return { channels: Array.from({ length: channels }, () => new Float32Array(0)), sampleRate };

  const start = sound.start + first;
  const from = Math.max(0, Math.floor(start / samplesPerFrame) - preroll);
  const to = Math.min(offsets.length, Math.ceil((start + count) / samplesPerFrame) + 1);
  // One frame beyond the end lets the decoder put out the last wanted one.
  const end = to < offsets.length ? offsets[to] : stream.end;
  const { channelData, samplesDecoded } = await pool.use(
    (decoder) => decoder.decode(bytes.subarray(offsets[from], end)),
    ({ errors }) => errors.length === 0,
  );
  if (samplesDecoded === 0) {
    throw new AudioFormatError("decodeMp3: the frames hold no sound that can be decoded.", { byte: offsets[from] });
  }
  // A stream that starts in the middle of its bit reservoir loses its first frames: they count from the end.
  const missing = (to - from) * samplesPerFrame - samplesDecoded;
  const at = Math.max(0, start - from * samplesPerFrame - Math.max(0, missing));
  return { channels: channelData.slice(0, channels).map((c) => fitted(c.subarray(at), count)), sampleRate };
}

/** The inside of the decoder: the part that makes it anew in the memory it has. */
interface Internals {
  _decoder: number;
  _common: {
    wasm: {
      mpeg_frame_decoder_create(pointer: number, gapless: 0 | 1): number;
      mpeg_frame_decoder_destroy(decoder: number): void;
      free(pointer: number): void;
    };
    allocateTypedArray(length: number, type: Uint32ArrayConstructor): { ptr: number; buf: Uint32Array };
  };
}

const pool = createPool(
  () => import("mpg123-decoder"),
  async ({ MPEGDecoder: Decoder }) => {
    const decoder: MPEGDecoder = new Decoder({ enableGapless: false });
    await decoder.ready;
    return decoder;
  },
  (decoder) => {
    const inner = decoder as unknown as Internals;
    const { wasm } = inner._common;
    wasm.mpeg_frame_decoder_destroy(inner._decoder);
    wasm.free(inner._decoder);
    const slot = inner._common.allocateTypedArray(1, Uint32Array);
    wasm.mpeg_frame_decoder_create(slot.ptr, 0);
    inner._decoder = slot.buf[0];
  },
);

/** As many samples as wanted; a last frame that the decoder kept back is silence. */
function fitted(samples: Float32Array, count: number): Float32Array {
  if (samples.length >= count) return samples.slice(0, count);
  const out = new Float32Array(count);
  out.set(samples);
  return out;
}
