import { decodeAdpcm } from "./adpcm.js";
import { type ByteSource, bytesOf, bytesSource, isByteSource } from "./byteSource.js";
import { type AudioClip, type MultichannelClip, mixDown } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { requireSpan, type SpanOptions } from "./span.js";
import { parseWavHeader, type WavHeader, type WavHeaderOptions } from "./wavHeader.js";
import { type LinearCoding, sampleBytes, swapBytes, toFloats } from "./wavSamples.js";

/** Options of {@link decodeWav} and {@link decodeWavChannels}. */
export interface DecodeWavOptions extends SpanOptions, WavHeaderOptions {}

/**
 * Decodes a WAV file to mono, the mean of its channels.
 *
 * Reads 8, 16, 24 and 32-bit PCM, 32 and 64-bit float, A-law, µ-law, MS and IMA ADPCM; plain and WAVE_FORMAT_EXTENSIBLE headers; RIFF,
 * RIFX, RF64 and BW64; other chunks are passed over. An n-bit sample is divided by 2ⁿ⁻¹. Floats above ±1 are kept.
 *
 * @param file bytes, or a source of which only the header and the wanted part are read
 * @param options.offsetSec start, s, ≥ 0 (default 0); beyond the end there is nothing
 * @param options.durationSec length, s, ≥ 0 (default: to the end)
 * @param options.truncated "error" (default) or "keep" what a cut file holds
 * @throws AudioFormatError naming chunk and byte, if the file is cut, contradicts itself, or holds NaN or ±∞
 * @throws RangeError if offset or duration are negative or NaN
 * @see decodeWavChannels for the channels apart, parseWavHeader for the header alone
 * Agrees with libsndfile exactly, golden files of every coding.
 */
export function decodeWav(file: ByteSource | Uint8Array | ArrayBuffer, options: DecodeWavOptions = {}): AudioClip {
  const { samples, header } = decodeInterleaved(file, options, "decodeWav");
  const { channels, sampleRate } = header;
  if (channels === 1) return { samples, sampleRate };
  if (channels !== 2) return { samples: mixDown(separate(samples, channels)), sampleRate };
  const mono = new Float32Array(samples.length / 2);
  for (let t = 0; t < mono.length; t++) mono[t] = (samples[2 * t] + samples[2 * t + 1]) * 0.5;
  return { samples: mono, sampleRate };
}

/** {@link decodeWav} with the channels apart. */
export function decodeWavChannels(
  file: ByteSource | Uint8Array | ArrayBuffer,
  options: DecodeWavOptions = {},
): MultichannelClip {
  const { samples, header } = decodeInterleaved(file, options, "decodeWavChannels");
  return { channels: separate(samples, header.channels), sampleRate: header.sampleRate };
}

function decodeInterleaved(
  file: ByteSource | Uint8Array | ArrayBuffer,
  { truncated, ...span }: DecodeWavOptions,
  fn: string,
): { samples: Float32Array; header: WavHeader } {
  const source = isByteSource(file) ? file : bytesSource(bytesOf(fn, file));
  const header = parseWavHeader(source, { truncated });
  const [first, count] = requireSpan(fn, span, header.frames, header.sampleRate);
  const samples = readFrames(source, header, first, count);
  if (header.coding === "pcm_f32" || header.coding === "pcm_f64") requireFinite(samples, header, first);
  return { samples, header };
}

/**
 * Reads some frames of a WAV file.
 *
 * @param first frame to start with
 * @param count frames to read; both within the header's frames
 * @returns interleaved samples, full scale ±1
 */
export function readFrames(source: ByteSource, header: WavHeader, first: number, count: number): Float32Array {
  const { coding, blockAlign, samplesPerBlock, channels, dataOffset, dataBytes } = header;
  if (coding === "adpcm_ms" || coding === "adpcm_ima") {
    const block = Math.floor(first / samplesPerBlock);
    const skipped = first - block * samplesPerBlock;
    const from = block * blockAlign;
    const to = Math.min(dataBytes, Math.ceil((first + count) / samplesPerBlock) * blockAlign);
    const bytes = source.read(dataOffset + from, Math.max(0, to - from));
    return decodeAdpcm(bytes, header, count === 0 ? 0 : skipped + count).subarray(skipped * channels);
  }
  const bytes = source.read(dataOffset + first * blockAlign, count * blockAlign);
  const width = sampleBytes[coding as LinearCoding];
  return toFloats(header.bigEndian && width > 1 ? swapBytes(bytes, width) : bytes, coding as LinearCoding);
}

/** Interleaved samples as one array a channel; the samples themselves where there is one. */
export function separate(interleaved: Float32Array, channels: number): Float32Array[] {
  if (channels === 1) return [interleaved];
  const frames = interleaved.length / channels;
  return Array.from({ length: channels }, (_, c) => {
    const out = new Float32Array(frames);
    for (let t = 0, i = c; t < frames; t++, i += channels) out[t] = interleaved[i];
    return out;
  });
}

function requireFinite(samples: Float32Array, { channels, dataOffset, blockAlign }: WavHeader, first: number): void {
  for (let i = 0; i < samples.length; i++) {
    // NaN − NaN and ∞ − ∞ are NaN: one comparison finds both.
    if (samples[i] - samples[i] !== 0) {
      const frame = first + Math.floor(i / channels);
      throw new AudioFormatError(`decodeWav: sample ${frame} of channel ${(i % channels) + 1} is ${samples[i]}.`, {
        byte: dataOffset + frame * blockAlign,
      });
    }
  }
}
