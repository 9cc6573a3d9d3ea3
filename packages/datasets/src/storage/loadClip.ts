import { readFileSync } from "node:fs";
import type { ByteSource } from "../decode/byteSource.js";
import { type AudioClip, mixDown } from "../decode/clip.js";
import { atRate, type DecodeOptions, decode, decodeChannels, decodesHere } from "../decode/decode.js";
import { AudioFormatError, withFileName } from "../decode/errors.js";
import { sniffAudio } from "../decode/sniff.js";
import { decodeWav } from "../decode/wav.js";
import { decodeWithFfmpeg } from "./ffmpeg.js";
import { withFile } from "./fileSource.js";

/** Options of {@link loadClip}. */
export interface LoadClipOptions extends DecodeOptions {
  /** What errors call the file (default: its path). */
  name?: string;
}

/**
 * Reads and decodes an audio file to mono; of a WAV file, only what is wanted is read.
 *
 * WAV, FLAC, MP3, Ogg Vorbis and Opus are decoded here; everything else (m4a, AIFF, WMA, the sound of videos) by ffmpeg, where it is installed.
 *
 * @param path file on this machine
 * @throws AudioFormatError naming the file, if it is not there, cannot be read, or is not the audio it should be
 */
export async function loadClip(path: string, { name = path, ...options }: LoadClipOptions = {}): Promise<AudioClip> {
  try {
    const wav = withFile(path, (source) => decodeIfWav(source, options));
    if (wav) return wav;
    const bytes = readFileSync(path);
    if (decodesHere(bytes)) return await decode(bytes, options);
    if (["empty", "text"].includes(sniffAudio(bytes))) return await decode(bytes);
    return await decodeByFfmpeg(path, options);
  } catch (error) {
    throw withFileName(withSystemReason(error), name);
  }
}

function decodeIfWav(source: ByteSource, { sampleRate, ...options }: DecodeOptions): AudioClip | undefined {
  const content = sniffAudio(source.read(0, 64));
  // What bears the name of a WAV file but is text or nothing is best explained by the WAV decoder.
  return content === "wav" || content === "empty" || content === "text"
    ? atRate(decodeWav(source, options), sampleRate)
    : undefined;
}

async function decodeByFfmpeg(path: string, { offsetSec, durationSec, sampleRate }: DecodeOptions): Promise<AudioClip> {
  const wav = await decodeWithFfmpeg(path, { offsetSec, durationSec });
  const clip = await decodeChannels(wav, { truncated: "keep" });
  return atRate({ samples: mixDown(clip.channels), sampleRate: clip.sampleRate }, sampleRate);
}

const reasons: Record<string, string> = {
  ENOENT: "the file does not exist",
  EACCES: "the file may not be read",
  EISDIR: "this is a folder, not a file",
};

/** ENOENT and its kin as a sentence. */
function withSystemReason(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined || error instanceof AudioFormatError) return error;
  return new AudioFormatError(`${reasons[code] ?? `the file cannot be read (${code})`}.`, { cause: error });
}
