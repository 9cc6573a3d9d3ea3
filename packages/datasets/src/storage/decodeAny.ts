import type { AudioClip } from "../decode/clip.js";
import { type DecodeOptions, decode as decodeBytes } from "../decode/decode.js";
import { loadClip } from "./loadClip.js";

/**
 * Decodes sound to mono, from bytes or from a file: `decode(bytes)` is that of browsers, `decode(path)` is `loadClip`.
 *
 * @throws AudioFormatError if it is of no known format, cut or damaged; with a path, naming the file
 * @throws RangeError if a time or the rate is out of range
 */
export function decode(source: Uint8Array | ArrayBuffer | string, options: DecodeOptions = {}): Promise<AudioClip> {
  return typeof source === "string" ? loadClip(source, options) : decodeBytes(source, options);
}
