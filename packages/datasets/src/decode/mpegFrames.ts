import { AudioFormatError } from "./errors.js";
import { isMpegAudioHeader } from "./sniff.js";

/** Where the frames of an MPEG audio stream lie. */
export interface MpegStream {
  /** First byte of each frame that carries sound (an information frame is left out). */
  offsets: number[];
  /** Byte after the last frame. */
  end: number;
  sampleRate: number;
  channels: number;
  layer: 1 | 2 | 3;
  samplesPerFrame: number;
  /** Samples of silence that the encoder put before and after, where it says so. */
  padding?: { before: number; after: number };
  /** Byte of the information frame, where there is one. */
  infoOffset?: number;
}

const kilobits: Record<string, number[]> = {
  "1-1": [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  "1-2": [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  "1-3": [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  "2-1": [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  "2-2": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const rates = [44100, 48000, 32000];

/**
 * Finds the frames of an MPEG audio file (MP3 and its elder layers), behind ID3 tags.
 *
 * @param options.truncated "error" (default): frames must follow each other to the end, tags apart; "keep": those that do count
 * @throws AudioFormatError naming the byte, if there is no frame, a frame is cut, or something else stands between frames
 * Source: ISO 11172-3, ISO 13818-3; id3.org; LAME's information frame.
 */
export function findMpegFrames(
  bytes: Uint8Array,
  { truncated = "error" }: { truncated?: "error" | "keep" } = {},
): MpegStream {
  let at = skipId3(bytes);
  // Some files carry a few bytes of nothing between tag and sound.
  while (at < bytes.length && bytes[at] === 0) at++;
  const stop = soundEnd(bytes);
  const head = frameAt(bytes, at);
  if (!head) return fail(`no MPEG frame starts at byte ${at}`, at);
  const offsets: number[] = [];
  const info = readInfoFrame(bytes, at, head);
  const first = at;
  for (let frame: Frame | undefined = head; frame; frame = frameAt(bytes, at)) {
    if (frame.sampleRate !== head.sampleRate || frame.layer !== head.layer) {
      if (truncated === "error") fail(`the frame at byte ${at} has another rate or layer than the first`, at);
      break;
    }
    if (at + frame.length > stop) {
      if (truncated === "error") fail(`the frame at byte ${at} is cut; the file looks truncated`, at);
      break;
    }
    if (!(at === first && info)) offsets.push(at);
    at += frame.length;
    if (at >= stop) break;
  }
  if (at < stop && truncated === "error" && bytes.subarray(at, stop).some((b) => b !== 0)) {
    fail(`no MPEG frame starts at byte ${at}, where one should`, at);
  }
  if (info && truncated === "error" && info.frames !== undefined && offsets.length < info.frames) {
    fail(`the file claims ${info.frames} frames, but has ${offsets.length}; it looks truncated`, at);
  }
  const { sampleRate, channels, layer, samplesPerFrame } = head;
  return {
    offsets,
    end: Math.min(at, stop),
    sampleRate,
    channels,
    layer,
    samplesPerFrame,
    padding: info?.padding,
    infoOffset: info ? first : undefined,
  };
}

interface Frame {
  length: number;
  sampleRate: number;
  channels: number;
  layer: 1 | 2 | 3;
  samplesPerFrame: number;
  lowRate: boolean;
}

function frameAt(bytes: Uint8Array, at: number): Frame | undefined {
  if (!isMpegAudioHeader(bytes, at)) return undefined;
  const version = (bytes[at + 1] >> 3) & 3;
  const layer = (4 - ((bytes[at + 1] >> 1) & 3)) as 1 | 2 | 3;
  const lowRate = version !== 3;
  const table = kilobits[lowRate ? (layer === 1 ? "2-1" : "2-2") : `1-${layer}`];
  const bitRate = 1000 * table[bytes[at + 2] >> 4];
  const sampleRate = rates[(bytes[at + 2] >> 2) & 3] / (version === 3 ? 1 : version === 2 ? 2 : 4);
  // Free-format streams say no bit rate; encoders do not make them.
  if (bitRate === 0) return undefined;
  const padding = (bytes[at + 2] >> 1) & 1;
  const samplesPerFrame = layer === 1 ? 384 : layer === 3 && lowRate ? 576 : 1152;
  const length =
    layer === 1
      ? (Math.floor((12 * bitRate) / sampleRate) + padding) * 4
      : Math.floor(((samplesPerFrame / 8) * bitRate) / sampleRate) + padding;
  return { length, sampleRate, channels: bytes[at + 3] >> 6 === 3 ? 1 : 2, layer, samplesPerFrame, lowRate };
}

function skipId3(bytes: Uint8Array): number {
  let at = 0;
  while (at + 10 <= bytes.length && bytes[at] === 0x49 && bytes[at + 1] === 0x44 && bytes[at + 2] === 0x33) {
    const size = (bytes[at + 6] << 21) | (bytes[at + 7] << 14) | (bytes[at + 8] << 7) | bytes[at + 9];
    if (
      ((bytes[at + 6] | bytes[at + 7] | bytes[at + 8] | bytes[at + 9]) & 0x80) !== 0 ||
      at + 10 + size > bytes.length
    ) {
      fail(`the ID3 tag at byte ${at} claims more than the file holds`, at);
    }
    at += 10 + size + ((bytes[at + 5] & 0x10) !== 0 ? 10 : 0);
  }
  return at;
}

/** Where tags at the end begin: ID3v1, Lyrics and APE. */
function soundEnd(bytes: Uint8Array): number {
  const textAt = (at: number, text: string): boolean =>
    at >= 0 && [...text].every((c, i) => bytes[at + i] === c.charCodeAt(0));
  let end = bytes.length;
  if (textAt(end - 128, "TAG")) end -= 128;
  if (textAt(end - 32, "APETAGEX")) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const hasHeader = (view.getUint32(end - 32 + 20, true) & 0x80000000) !== 0;
    end = Math.max(0, end - view.getUint32(end - 32 + 12, true) - (hasHeader ? 32 : 0));
  }
  return end;
}

/** The frame in which LAME and others say how many frames follow and how much silence they added. */
function readInfoFrame(bytes: Uint8Array, at: number, { layer, channels, lowRate, length }: Frame) {
  if (layer !== 3 || at + length > bytes.length) return undefined;
  const side = lowRate ? (channels === 1 ? 9 : 17) : channels === 1 ? 17 : 32;
  let p = at + 4 + side;
  // Tag, flags and the number of frames: a frame that cannot hold them tells nothing.
  if (p + 12 > at + length) return undefined;
  const tag = String.fromCharCode(...bytes.subarray(p, p + 4));
  if (tag !== "Xing" && tag !== "Info") return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint32(p + 4, false);
  p += 8;
  const frames = flags & 1 ? view.getUint32(p, false) : undefined;
  p += (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  if (p + 24 > at + length) return { frames };
  const delays = (bytes[p + 21] << 16) | (bytes[p + 22] << 8) | bytes[p + 23];
  return delays === 0 ? { frames } : { frames, padding: { before: delays >> 12, after: delays & 0xfff } };
}

function fail(message: string, byte: number): never {
  throw new AudioFormatError(`decodeMp3: ${message}.`, { byte });
}
