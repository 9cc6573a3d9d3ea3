import { type ByteSource, bytesOf, bytesSource, isByteSource } from "./byteSource.js";
import type { AudioInfo } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { describeContent, sniffAudio } from "./sniff.js";
import { parseFormat, type WavFormat } from "./wavFormat.js";

/** Everything needed to read the samples of a WAV file. */
export interface WavHeader extends Omit<AudioInfo, "bitsPerSample">, WavFormat {
  container: "wav" | "rf64" | "rifx";
  frames: number;
  durationSec: number;
  /** First byte of the samples. */
  dataOffset: number;
  /** Bytes of samples. */
  dataBytes: number;
  /** Numbers have their high byte first (RIFX). */
  bigEndian: boolean;
}

/** Options of {@link parseWavHeader}. */
export interface WavHeaderOptions {
  /**
   * What to do with a file that ends before its header says: "error" (default), or "keep" what is there,
   * as a recorder leaves it when its battery dies.
   */
  truncated?: "error" | "keep";
}

/** Size fields that mean "not known": what programs write into a pipe. */
const unknownSize = 0xffffffff;

/**
 * Reads the header of a WAV file: RIFF, RIFX, RF64 or BW64, with any chunks in any number before the samples.
 *
 * A size of 2³²−1 means "until the end", as ffmpeg and sox write into pipes. Bytes after the RIFF chunk are not read.
 *
 * @param file bytes, or a source of which only the header is read
 * @throws AudioFormatError naming the chunk and the byte, if the header is cut, contradicts itself or the file, or names an unknown coding
 * Source: Microsoft & IBM, Multimedia Programming Interface 1.0; EBU Tech 3306 (RF64); ITU-R BS.2088 (BW64).
 */
export function parseWavHeader(
  file: ByteSource | Uint8Array | ArrayBuffer,
  { truncated = "error" }: WavHeaderOptions = {},
): WavHeader {
  const source = isByteSource(file) ? file : bytesSource(bytesOf("parseWavHeader", file));
  const { container, bigEndian, riffEnd } = parseRiff(source, truncated);
  let format: WavFormat | undefined;
  let data64: number | undefined;
  let fact: number | undefined;

  for (let at = 12; ; ) {
    if (at + 8 > riffEnd) {
      const missing = format ? "data" : "fmt";
      fail(`the file has no ${missing} chunk; its last chunk ends at byte ${Math.min(at, riffEnd)}`, at);
    }
    const head = viewOf(source.read(at, 8));
    const id = idOf(head, 0);
    const size = head.getUint32(4, !bigEndian);
    const start = at + 8;
    if (id === "data") {
      if (!format) return fail(`the data chunk at byte ${at} comes before the fmt chunk`, at);
      const claimed = size === unknownSize ? (data64 ?? source.size - start) : size;
      return finish(source, { container, bigEndian, format, fact, at, start, claimed, truncated, riffEnd });
    }
    if (start + size > riffEnd) {
      fail(`chunk ${quote(id)} at byte ${at} claims ${size} bytes, but only ${riffEnd - start} follow`, at);
    }
    if (id === "fmt ") {
      if (format) fail(`a second fmt chunk stands at byte ${at}`, at);
      format = parseFormat(source.read(start, Math.min(size, 1024)), start, bigEndian);
    } else if (id === "ds64" && container === "rf64") {
      if (size < 24) fail(`chunk "ds64" at byte ${at} holds ${size} bytes, at least 24 are needed`, at);
      data64 = Number(viewOf(source.read(start, 24)).getBigUint64(8, true));
    } else if (id === "fact" && size >= 4) {
      fact = viewOf(source.read(start, 4)).getUint32(0, !bigEndian);
    } else if (id === "LIST" && size >= 4 && idOf(viewOf(source.read(start, 4)), 0) === "wavl") {
      fail(`the samples are in a wavl list at byte ${at}, which is not supported`, at);
    }
    at = start + size + (size & 1);
  }
}

function parseRiff(source: ByteSource, truncated: "error" | "keep") {
  const bytes = source.read(0, Math.min(64, source.size));
  const content = sniffAudio(bytes);
  if (content === "empty") fail("the file is empty", 0);
  if (content !== "wav") fail(`this is not a WAV file: it is ${describeContent(content)}`, 0);
  if (bytes.length < 12) fail(`the file is cut in its first ${bytes.length} bytes`, 0);
  const view = viewOf(bytes);
  const id = idOf(view, 0);
  const bigEndian = id === "RIFX";
  const container = id === "RIFF" ? "wav" : bigEndian ? "rifx" : "rf64";
  const form = idOf(view, 8);
  if (form !== "WAVE") fail(`a RIFF file of form ${quote(form)}, not "WAVE"`, 8);

  const claimed = view.getUint32(4, !bigEndian);
  let riffEnd = source.size;
  if (claimed !== unknownSize) {
    // The pad byte of a last odd chunk is often forgotten: one byte short is whole.
    if (claimed + 8 > source.size + 1 && truncated === "error") {
      fail(`the header claims ${claimed + 8} bytes, but the file has ${source.size}; it looks truncated`, 4);
    }
    riffEnd = Math.min(claimed + 8, source.size);
  }
  return { container, bigEndian, riffEnd } as const;
}

interface DataChunk {
  container: "wav" | "rf64" | "rifx";
  bigEndian: boolean;
  format: WavFormat;
  fact: number | undefined;
  at: number;
  start: number;
  claimed: number;
  truncated: "error" | "keep";
  riffEnd: number;
}

function finish(source: ByteSource, chunk: DataChunk): WavHeader {
  const { container, bigEndian, format, fact, at, start, claimed, truncated, riffEnd } = chunk;
  const there = Math.max(0, riffEnd - start);
  if (claimed > there && truncated === "error") {
    const cause = riffEnd < source.size ? "; the RIFF chunk is shorter than its parts" : "; it looks truncated";
    fail(`the data chunk at byte ${at} claims ${claimed} bytes, but only ${there} follow${cause}`, at);
  }
  const { blockAlign, samplesPerBlock } = format;
  let dataBytes = Math.min(claimed, there);
  const rest = dataBytes % blockAlign;
  if (rest !== 0 && samplesPerBlock === 1) {
    if (truncated === "error" && claimed !== unknownSize) {
      fail(`the data chunk at byte ${at} holds ${dataBytes} bytes, no whole number of ${blockAlign}-byte frames`, at);
    }
    dataBytes -= rest;
  }
  const frames = samplesPerBlock === 1 ? dataBytes / blockAlign : format.framesIn(dataBytes, fact);
  return {
    ...format,
    container,
    frames,
    durationSec: frames / format.sampleRate,
    dataOffset: start,
    dataBytes,
    bigEndian,
  };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const idOf = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
/** A chunk's name with unprintable bytes as \xNN. */
const quote = (id: string): string =>
  `"${id.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;

function fail(message: string, byte: number): never {
  throw new AudioFormatError(`decodeWav: ${message}.`, { byte });
}
