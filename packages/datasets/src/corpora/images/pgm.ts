import { CorpusError } from "../types.js";
import type { GrayImage } from "./types.js";

/**
 * Decodes a binary PGM picture (P5) of up to 8 bits.
 *
 * @throws CorpusError if it is none, or cut
 */
export function decodePgm(bytes: Uint8Array, name = "pgm"): GrayImage {
  const fields: string[] = [];
  let at = 0;
  while (fields.length < 4 && at < bytes.length && at < 4096) {
    const c = bytes[at];
    if (c === 0x23) {
      while (at < bytes.length && bytes[at] !== 10) at++;
    } else if (c <= 32) {
      at++;
    } else {
      const from = at;
      while (at < bytes.length && bytes[at] > 32) at++;
      fields.push(String.fromCharCode(...bytes.subarray(from, at)));
    }
  }
  const [magic, ...numbers] = fields;
  const [width, height, highest] = numbers.map(Number);
  if (magic !== "P5" || !(width > 0 && height > 0 && highest > 0 && highest < 256)) {
    throw new CorpusError(`${name}: this is no 8-bit PGM picture (P5).`);
  }
  const size = width * height;
  const there = Math.max(0, bytes.length - at - 1);
  if (there < size) throw new CorpusError(`${name}: ${width} × ${height} pixels are claimed, but ${there} are there.`);
  return { pixels: new Uint8Array(bytes.buffer, bytes.byteOffset + at + 1, size), width, height };
}
