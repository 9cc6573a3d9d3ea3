import { resample } from "@earshot/dsp";
import { bytesOf, bytesSource } from "./byteSource.js";
import { type AudioClip, type AudioInfo, type MultichannelClip, mixDown } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { decodeFlac, readFlacInfo } from "./flac.js";
import { decodeMp3, readMp3Info } from "./mp3.js";
import { findMpegFrames } from "./mpegFrames.js";
import { readOggChain } from "./ogg.js";
import { decodeOpus, readOpusInfo } from "./opus.js";
import { describeContent, sniffAudio } from "./sniff.js";
import type { SpanOptions } from "./span.js";
import { decodeVorbis, readVorbisInfo } from "./vorbis.js";
import { decodeWav, decodeWavChannels } from "./wav.js";
import { parseWavHeader } from "./wavHeader.js";

/** Options of {@link decode} and {@link decodeChannels}. */
export interface DecodeOptions extends SpanOptions {
  /** Rate of the result, Hz: the sound is resampled to it (default: the file's own). */
  sampleRate?: number;
  /** What to do with a file that ends too early: "error" (default), or "keep" what it holds. */
  truncated?: "error" | "keep";
}

/**
 * Decodes sound to mono: WAV in TypeScript; FLAC, MP3, Ogg Vorbis and Opus in WebAssembly, loaded when first needed. Node and browsers.
 *
 * The content decides what it is, not a name.
 *
 * @param bytes the whole file
 * @throws AudioFormatError if it is of no known format, cut or damaged
 * @throws TypeError of what holds no bytes, such as a path or a Blob
 * @throws RangeError if a time or the rate is out of range
 * @see decodeChannels for the channels apart
 */
export async function decode(
  bytes: Uint8Array | ArrayBuffer,
  { sampleRate, ...options }: DecodeOptions = {},
): Promise<AudioClip> {
  const all = bytesOf("decode", bytes);
  if (sniffAudio(all) === "wav") return atRate(decodeWav(all, options), sampleRate);
  const clip = await decodeCompressed(all, options);
  return atRate({ samples: mixDown(clip.channels), sampleRate: clip.sampleRate }, sampleRate);
}

/** {@link decode} with the channels apart. */
export async function decodeChannels(
  bytes: Uint8Array | ArrayBuffer,
  { sampleRate, ...options }: DecodeOptions = {},
): Promise<MultichannelClip> {
  const all = bytesOf("decodeChannels", bytes);
  const clip = sniffAudio(all) === "wav" ? decodeWavChannels(all, options) : await decodeCompressed(all, options);
  const channels = clip.channels.map((samples) => atRate({ samples, sampleRate: clip.sampleRate }, sampleRate).samples);
  return { channels, sampleRate: sampleRate ?? clip.sampleRate };
}

/**
 * What a file says about itself; its samples are not decoded.
 *
 * @param bytes the whole file
 * @throws AudioFormatError if it is of no known format, or its head is damaged
 */
export function readAudioInfo(bytes: Uint8Array | ArrayBuffer): AudioInfo {
  const all = bytesOf("readAudioInfo", bytes);
  const content = sniffAudio(all);
  if (content === "wav") {
    const { container, codec, sampleRate, channels, bitsPerSample, frames, durationSec } = parseWavHeader(
      bytesSource(all),
    );
    return { container, codec, sampleRate, channels, bitsPerSample, frames, durationSec };
  }
  if (content === "flac") {
    const { audioOffset: _, blockSize: __, ...info } = readFlacInfo(all);
    return info;
  }
  if (content === "mp3") return readMp3Info(findMpegFrames(all));
  if (content === "ogg-vorbis") {
    const infos = readOggChain(all).map(readVorbisInfo);
    const { blockSizes: _, ...info } = infos[0];
    return chainInfo(info, infos);
  }
  if (content === "ogg-opus") {
    const infos = readOggChain(all).map(readOpusInfo);
    const { preSkip: _, ...info } = infos[0];
    return chainInfo(info, infos);
  }
  throw unknownFormat(all);
}

/** What all streams of a file hold together. */
function chainInfo(info: AudioInfo, streams: readonly { frames: number }[]): AudioInfo {
  const frames = streams.reduce((sum, stream) => sum + stream.frames, 0);
  return { ...info, frames, durationSec: frames / info.sampleRate };
}

/** Is this a content that {@link decode} decodes without help? */
export const decodesHere = (bytes: Uint8Array): boolean =>
  ["wav", "flac", "ogg-flac", "mp3", "ogg-vorbis", "ogg-opus"].includes(sniffAudio(bytes));

function decodeCompressed(bytes: Uint8Array, options: Omit<DecodeOptions, "sampleRate">): Promise<MultichannelClip> {
  switch (sniffAudio(bytes)) {
    case "flac":
    case "ogg-flac":
      return decodeFlac(bytes, options);
    case "mp3":
      return decodeMp3(bytes, options);
    case "ogg-vorbis":
      return decodeVorbis(bytes, options);
    case "ogg-opus":
      return decodeOpus(bytes, options);
    default:
      throw unknownFormat(bytes);
  }
}

function unknownFormat(bytes: Uint8Array): AudioFormatError {
  const content = sniffAudio(bytes);
  const what =
    content === "empty" ? "the file is empty" : `this is no sound we decode: it is ${describeContent(content)}`;
  return new AudioFormatError(`decode: ${what}.`, { byte: 0 });
}

/** The clip at another rate; the same clip where there is none to change. */
export function atRate(clip: AudioClip, sampleRate: number | undefined): AudioClip {
  if (sampleRate === undefined || sampleRate === clip.sampleRate) return clip;
  if (!Number.isInteger(sampleRate) || sampleRate < 1 || sampleRate > 1e7) {
    throw new RangeError(`decode: sampleRate must be a whole number in [1, 10000000], got ${sampleRate}.`);
  }
  return { samples: resample(clip.samples, { from: clip.sampleRate, to: sampleRate }), sampleRate };
}
