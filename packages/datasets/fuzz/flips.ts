import type { Chance } from "@earshot/testing/fuzz";
import { crc8, crc16 } from "../src/decode/flacFrames.js";

/** One to four bits of bytes [from, to) turned over, in a copy. */
export function flipBits(seed: Uint8Array, from: number, to: number, chance: Chance): Uint8Array {
  const bytes = seed.slice();
  for (let flips = chance.integer(1, 4); flips > 0 && to > from; flips--) {
    bytes[chance.integer(from, to - 1)] ^= 1 << chance.integer(0, 7);
  }
  return bytes;
}

/** Flipped bits within a frame of a FLAC file, whose check sums are put right; anywhere in files without a frame. */
export function damageFlacFrame(seed: Uint8Array, chance: Chance): Uint8Array {
  const frames = flacFrames(seed);
  if (frames.length === 0) return flipBits(seed, 0, seed.length, chance);
  const { at, headEnd, end } = chance.of(frames);
  const bytes = flipBits(seed, at + 2, end - 2, chance);
  bytes[headEnd] = crc8(bytes, at, headEnd);
  const sum = crc16(bytes, at, end - 2);
  bytes.set([sum >> 8, sum & 255], end - 2);
  return bytes;
}

/** Where the frames of a whole file lie, by the check sums of their heads. */
function flacFrames(bytes: Uint8Array): { at: number; headEnd: number; end: number }[] {
  const frames: { at: number; headEnd: number; end: number }[] = [];
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if ((bytes[at + 1] & 0xfe) !== 0xf8) continue;
    for (let headEnd = at + 5; headEnd < Math.min(at + 16, bytes.length); headEnd++) {
      if (crc8(bytes, at, headEnd) !== bytes[headEnd]) continue;
      frames.push({ at, headEnd, end: bytes.length });
      break;
    }
  }
  return frames.map((frame, i) => ({ ...frame, end: frames[i + 1]?.at ?? bytes.length }));
}
