import type { AudioClip, MultichannelClip } from "../decode/clip.js";

/** Codings that {@link encodeWav} writes. */
export type WavEncoding = "pcm_u8" | "pcm_s16" | "pcm_s24" | "pcm_s32" | "pcm_f32";

/** Options of {@link encodeWav}. */
export interface EncodeWavOptions {
  /** How samples are stored (default "pcm_s16"). */
  encoding?: WavEncoding;
}

const widths: Record<WavEncoding, number> = { pcm_u8: 1, pcm_s16: 2, pcm_s24: 3, pcm_s32: 4, pcm_f32: 4 };

/**
 * Encodes a clip as a WAV file.
 *
 * Integers are rounded to the nearest and clipped at full scale, without dither; floats are stored as they are.
 *
 * @param clip mono, or channels of one length
 * @returns the whole file; plain headers, samples from byte 44 on (58 for float, which needs a fact chunk)
 * @throws RangeError if samples are not finite, lengths differ, there is no channel, or the rate is no whole number in [1, 10⁷]
 * @throws RangeError if the file would pass 4 GiB
 */
export function encodeWav(
  clip: AudioClip | MultichannelClip,
  { encoding = "pcm_s16" }: EncodeWavOptions = {},
): Uint8Array {
  const channels = "channels" in clip ? clip.channels : [clip.samples];
  const { sampleRate } = clip;
  const width = widths[encoding];
  if (width === undefined) {
    throw new RangeError(`encodeWav: encoding must be one of ${Object.keys(widths).join(", ")}, got ${encoding}.`);
  }
  if (!Number.isInteger(sampleRate) || sampleRate < 1 || sampleRate > 1e7) {
    throw new RangeError(`encodeWav: sampleRate must be a whole number in [1, 10000000], got ${sampleRate}.`);
  }
  if (channels.length === 0 || channels.length > 1024) {
    throw new RangeError(`encodeWav: a clip has 1 to 1024 channels, got ${channels.length}.`);
  }
  const frames = channels[0].length;
  const uneven = channels.find((c) => c.length !== frames);
  if (uneven) throw new RangeError(`encodeWav: channels must be of one length, got ${frames} and ${uneven.length}.`);

  const float = encoding === "pcm_f32";
  const headBytes = float ? 58 : 44;
  const dataBytes = frames * channels.length * width;
  const size = headBytes + dataBytes + (dataBytes & 1);
  if (size > 0xffffffff)
    throw new RangeError(`encodeWav: ${frames} frames make ${size} bytes, more than a WAV file holds.`);

  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => {
    for (let i = 0; i < value.length; i++) bytes[at + i] = value.charCodeAt(i);
  };
  text(0, "RIFF");
  view.setUint32(4, size - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, float ? 18 : 16, true);
  view.setUint16(20, float ? 3 : 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, Math.min(0xffffffff, sampleRate * channels.length * width), true);
  view.setUint16(32, channels.length * width, true);
  view.setUint16(34, width * 8, true);
  if (float) {
    text(38, "fact");
    view.setUint32(42, 4, true);
    view.setUint32(46, frames, true);
  }
  text(headBytes - 8, "data");
  view.setUint32(headBytes - 4, dataBytes, true);
  writeSamples(view, headBytes, channels, encoding);
  return bytes;
}

function writeSamples(view: DataView, start: number, channels: readonly Float32Array[], encoding: WavEncoding): void {
  const width = widths[encoding];
  const scale = 2 ** (8 * width - 1);
  const quantise = (x: number): number => Math.max(-scale, Math.min(scale - 1, Math.round(x * scale)));
  const put: Record<WavEncoding, (at: number, x: number) => void> = {
    pcm_u8: (at, x) => view.setUint8(at, quantise(x) + 128),
    pcm_s16: (at, x) => view.setInt16(at, quantise(x), true),
    pcm_s24: (at, x) => {
      const value = quantise(x);
      view.setUint16(at, value & 0xffff, true);
      view.setInt8(at + 2, value >> 16);
    },
    pcm_s32: (at, x) => view.setInt32(at, quantise(x), true),
    pcm_f32: (at, x) => view.setFloat32(at, x, true),
  };
  const write = put[encoding];
  const step = width * channels.length;
  channels.forEach((samples, c) => {
    for (let t = 0, at = start + c * width; t < samples.length; t++, at += step) {
      const x = samples[t];
      if (!Number.isFinite(x)) throw new RangeError(`encodeWav: samples must be finite, got ${x} at index ${t}.`);
      write(at, x);
    }
  });
}
