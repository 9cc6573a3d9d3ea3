import type { AudioClip } from "../decode/clip.js";
import { AudioFormatError, withFileName } from "../decode/errors.js";
import { type DecodeWavOptions, decodeWav } from "../decode/wav.js";
import { withFile } from "./fileSource.js";

/**
 * Reads and decodes an audio file to mono.
 *
 * @param path file on this machine
 * @param options.name what errors call it (default: the path)
 * @throws AudioFormatError naming the file, if it is not there, cannot be read, or is not the audio it should be
 */
export async function loadClip(
  path: string,
  { name = path, ...options }: DecodeWavOptions & { name?: string } = {},
): Promise<AudioClip> {
  try {
    return withFile(path, (source) => decodeWav(source, options));
  } catch (error) {
    throw withFileName(withSystemReason(error), name);
  }
}

const reasons: Record<string, string> = {
  ENOENT: "the file does not exist",
  EACCES: "the file may not be read",
  EISDIR: "this is a folder, not a file",
};

/** ENOENT and its kin as a sentence. */
function withSystemReason(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined) return error;
  return new AudioFormatError(`${reasons[code] ?? `the file cannot be read (${code})`}.`, { cause: error });
}
