import { AudioFormatError } from "./errors.js";

/** Codings of the samples in a WAV file, by ffmpeg's names without the byte order. */
export type WavCoding =
  | "pcm_u8"
  | "pcm_s16"
  | "pcm_s24"
  | "pcm_s32"
  | "pcm_f32"
  | "pcm_f64"
  | "alaw"
  | "mulaw"
  | "adpcm_ms"
  | "adpcm_ima";

/** What the fmt chunk says. */
export interface WavFormat {
  coding: WavCoding;
  /** The coding by ffmpeg's full name, such as "pcm_s16le". */
  codec: string;
  sampleRate: number;
  channels: number;
  /** Bits of a sample that carry sound; containers may be wider. */
  bitsPerSample: number;
  /** Bytes a frame (one sample of each channel), or a block of ADPCM. */
  blockAlign: number;
  /** 1, or the frames in a block of ADPCM. */
  samplesPerBlock: number;
  /** Predictor pairs of MS-ADPCM. */
  coefficients?: readonly (readonly [number, number])[];
  /** Frames in that many bytes of data; ADPCM may be told the true number by a fact chunk. */
  framesIn(dataBytes: number, fact?: number): number;
}

const names: Record<number, string> = {
  49: "GSM 6.10",
  80: "MPEG layer 2",
  85: "MP3",
  353: "WMA 2",
  26447: "Vorbis",
  255: "AAC",
};

/** Bytes 2–15 of the format GUIDs in WAVE_FORMAT_EXTENSIBLE; the first two are the format tag. */
const guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/**
 * Parses a fmt chunk.
 *
 * @param bytes the chunk's content
 * @param start where it stands in the file, for messages
 * @throws AudioFormatError if a field is impossible, contradicts another, or the coding is unknown
 */
export function parseFormat(bytes: Uint8Array, start: number, bigEndian: boolean): WavFormat {
  const fail = (message: string, offset = 0): never => {
    throw new AudioFormatError(`decodeWav: ${message}.`, { byte: start + offset });
  };
  if (bytes.length < 16) fail(`the fmt chunk at byte ${start - 8} holds ${bytes.length} bytes, at least 16 are needed`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = !bigEndian;
  let tag = view.getUint16(0, little);
  const channels = view.getUint16(2, little);
  const sampleRate = view.getUint32(4, little);
  const blockAlign = view.getUint16(12, little);
  const containerBits = view.getUint16(14, little);
  let bitsPerSample = containerBits;

  if (tag === 0xfffe) {
    if (bytes.length < 40) fail(`the extensible fmt chunk holds ${bytes.length} bytes, at least 40 are needed`);
    if (guidTail.some((b, i) => bytes[26 + i] !== b)) fail("the fmt chunk names an unknown format GUID", 24);
    tag = view.getUint16(24, little);
    const valid = view.getUint16(18, little);
    if (valid > containerBits) fail(`the fmt chunk claims ${valid} valid bits in ${containerBits}`, 18);
    if (valid > 0) bitsPerSample = valid;
  }
  if (channels === 0 || channels > 1024) fail(`channels must be 1 to 1024, the fmt chunk says ${channels}`, 2);
  if (sampleRate === 0 || sampleRate > 1e7)
    fail(`the sample rate must be 1 to 10000000 Hz, the fmt chunk says ${sampleRate}`, 4);
  if (blockAlign === 0) fail("the fmt chunk says 0 bytes a frame", 12);

  const common = { sampleRate, channels, bitsPerSample, blockAlign };
  if (tag === 2 || tag === 0x11) {
    if (containerBits !== 4) fail(`ADPCM has 4 bits a sample, the fmt chunk says ${containerBits}`, 14);
    return adpcmFormat(tag, view, little, common, fail);
  }

  const sampleBytes = blockAlign / channels;
  const coding = linearCoding(tag, containerBits);
  if (coding === undefined) {
    if (tag === 1 || tag === 3)
      fail(`${tag === 1 ? "PCM" : "float"} samples of ${containerBits} bits are not a thing`, 14);
    const name = names[tag] ? ` (${names[tag]})` : "";
    fail(`the samples are coded as format 0x${tag.toString(16)}${name}, which is not supported in WAV`);
  }
  if (sampleBytes !== Math.ceil(containerBits / 8)) {
    fail(
      `the fmt chunk says ${blockAlign} bytes a frame, but ${channels} × ${containerBits} bits make ${channels * Math.ceil(containerBits / 8)}`,
      12,
    );
  }
  const order = coding?.startsWith("pcm_") && coding !== "pcm_u8" ? (bigEndian ? "be" : "le") : "";
  return {
    ...common,
    coding: coding as WavCoding,
    codec: `${coding}${order}`,
    samplesPerBlock: 1,
    framesIn: (dataBytes) => Math.floor(dataBytes / blockAlign),
  };
}

function linearCoding(tag: number, bits: number): WavCoding | undefined {
  if (tag === 6) return bits === 8 ? "alaw" : undefined;
  if (tag === 7) return bits === 8 ? "mulaw" : undefined;
  if (tag === 3) return bits === 32 ? "pcm_f32" : bits === 64 ? "pcm_f64" : undefined;
  if (tag !== 1 || bits === 0 || bits > 32) return undefined;
  return (["pcm_u8", "pcm_s16", "pcm_s24", "pcm_s32"] as const)[Math.ceil(bits / 8) - 1];
}

type Common = Pick<WavFormat, "sampleRate" | "channels" | "bitsPerSample" | "blockAlign">;

function adpcmFormat(
  tag: number,
  view: DataView,
  little: boolean,
  common: Common,
  fail: (message: string, offset?: number) => never,
): WavFormat {
  const { channels, blockAlign } = common;
  if (view.byteLength < 20) fail("the fmt chunk lacks the fields of ADPCM");
  const samplesPerBlock = view.getUint16(18, little);
  const ms = tag === 2;
  const headBytes = (ms ? 7 : 4) * channels;
  const fits = ms
    ? Math.floor(((blockAlign - headBytes) * 2) / channels) + 2
    : Math.floor((blockAlign - headBytes) / (4 * channels)) * 8 + 1;
  if (channels > 2) fail(`ADPCM with ${channels} channels is not supported`, 2);
  if (blockAlign < headBytes || samplesPerBlock < 2 || samplesPerBlock > fits) {
    fail(
      `the fmt chunk says ${samplesPerBlock} samples in a block of ${blockAlign} bytes, which hold ${Math.max(fits, 0)}`,
      18,
    );
  }
  const framesOf = (bytes: number): number => {
    if (bytes < headBytes) return 0;
    return Math.min(
      samplesPerBlock,
      ms
        ? Math.floor(((bytes - headBytes) * 2) / channels) + 2
        : Math.floor((bytes - headBytes) / (4 * channels)) * 8 + 1,
    );
  };
  return {
    ...common,
    coding: ms ? "adpcm_ms" : "adpcm_ima",
    codec: ms ? "adpcm_ms" : "adpcm_ima_wav",
    samplesPerBlock,
    ...(ms && { coefficients: msCoefficients(view, little, fail) }),
    framesIn(dataBytes, fact) {
      const held = Math.floor(dataBytes / blockAlign) * samplesPerBlock + framesOf(dataBytes % blockAlign);
      // The last block is filled up; the fact chunk tells where the sound ends.
      return fact !== undefined && fact > held - samplesPerBlock && fact < held ? fact : held;
    },
  };
}

function msCoefficients(view: DataView, little: boolean, fail: (message: string, offset?: number) => never) {
  const count = view.byteLength >= 22 ? view.getUint16(20, little) : 0;
  if (count < 7 || 22 + 4 * count > view.byteLength) {
    fail(`MS-ADPCM needs at least 7 predictor pairs, the fmt chunk has ${count} in ${view.byteLength} bytes`, 20);
  }
  return Array.from(
    { length: count },
    (_, i) => [view.getInt16(22 + 4 * i, little), view.getInt16(24 + 4 * i, little)] as const,
  );
}
