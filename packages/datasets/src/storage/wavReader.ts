import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../decode/byteSource.js";
import { type AudioClip, mixDown } from "../decode/clip.js";
import { AudioFormatError, withFileName } from "../decode/errors.js";
import { requireSpan, type SpanOptions } from "../decode/span.js";
import { readFrames, separate } from "../decode/wav.js";
import { parseWavHeader, type WavHeader, type WavHeaderOptions } from "../decode/wavHeader.js";

/** Options of {@link readWavChunks}. */
export interface ReadWavOptions extends SpanOptions, WavHeaderOptions {
  /** Length of a chunk, s, > 0 (default 1). */
  chunkSec?: number;
}

/** A part of a recording and where it starts. */
export interface AudioChunk extends AudioClip {
  startSec: number;
}

/**
 * Reads a WAV file of any length in chunks, mixed down to mono; memory holds one chunk at a time. Leaving the loop closes the file.
 *
 * @throws AudioFormatError naming the file, as `decodeWav`
 * @throws RangeError if a time is out of range
 * @returns chunks in order; together exactly the samples of `decodeWav`
 */
export async function* readWavChunks(
  path: string,
  { chunkSec = 1, truncated, ...span }: ReadWavOptions = {},
): AsyncGenerator<AudioChunk> {
  if (!(chunkSec > 0)) throw new RangeError(`readWavChunks: chunkSec must be above 0, got ${chunkSec}.`);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new AudioFormatError(`${path}: the file cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      file: path,
      cause: error,
    });
  }
  try {
    const source = fileBytes(file);
    const header = parseWavHeader(source, { truncated });
    const [first, count] = requireSpan("readWavChunks", span, header.frames, header.sampleRate);
    const size = Math.max(1, Math.round(chunkSec * header.sampleRate));
    for (let at = first; at < first + count; at += size)
      yield readChunk(source, header, at, Math.min(size, first + count - at));
  } catch (error) {
    throw withFileName(error, path);
  } finally {
    closeSync(file);
  }
}

function readChunk(source: ByteSource, header: WavHeader, at: number, count: number): AudioChunk {
  const { channels, sampleRate } = header;
  const samples = mixDown(separate(readFrames(source, header, at, count), channels));
  const bad = samples.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new AudioFormatError(`decodeWav: sample ${at + bad} is ${samples[bad]}.`);
  return { samples, sampleRate, startSec: at / sampleRate };
}

function fileBytes(file: number): ByteSource {
  const { size } = fstatSync(file);
  return {
    size,
    read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let done = 0;
      while (done < bytes.length) {
        const got = readSync(file, bytes, done, bytes.length - done, offset + done);
        if (got === 0) break;
        done += got;
      }
      return bytes.subarray(0, done);
    },
  };
}
