import type { Chance } from "./chance.js";

/** Numbers at which parsers go wrong. */
const edges = [
  ...[0, 1, 2, 3, 4, 7, 8, 16, 44, 127, 128, 255, 256, 1024, 32767, 32768, 65535, 65536],
  ...[2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1],
];

/**
 * A few random changes to a file: flipped bits, edge numbers, cuts, copies, pieces of another file or of a dictionary.
 *
 * @param words pieces that matter in the format, which random bytes would take for ever to hit (default none)
 */
export function mutate(
  seed: Uint8Array,
  other: Uint8Array,
  chance: Chance,
  words: readonly Uint8Array[] = [],
): Uint8Array {
  let bytes: Uint8Array = seed.slice();
  for (let changes = chance.integer(1, 4); changes > 0; changes--) bytes = change(bytes, other, chance, words);
  return bytes;
}

function change(bytes: Uint8Array, other: Uint8Array, chance: Chance, words: readonly Uint8Array[]): Uint8Array {
  if (bytes.length === 0) return other.slice();
  // Headers are where the trouble is: half of the changes fall into the first 64 bytes.
  const at = chance.integer(0, (chance.next() < 0.5 ? Math.min(64, bytes.length) : bytes.length) - 1);
  if (words.length > 0 && chance.next() < 0.3) {
    const over = chance.next() < 0.5 ? 0 : chance.integer(1, 8);
    return spliced(bytes, at, Math.min(bytes.length, at + over), chance.of(words));
  }
  switch (chance.integer(0, 8)) {
    case 0:
      bytes[at] ^= 1 << chance.integer(0, 7);
      return bytes;
    case 1:
      bytes[at] = chance.integer(0, 255);
      return bytes;
    case 2:
      return withNumber(bytes, at, chance.of(edges), 4, chance.next() < 0.8);
    case 3:
      return withNumber(bytes, at, chance.of(edges), 2, chance.next() < 0.8);
    case 4:
      return bytes.slice(0, at);
    case 5: {
      const end = Math.min(bytes.length, at + chance.integer(1, 32));
      return spliced(bytes, end, end, bytes.subarray(at, end));
    }
    case 6:
      return spliced(bytes, at, Math.min(bytes.length, at + chance.integer(1, 16)), bytes.subarray(0, 0));
    case 7: {
      const from = chance.integer(0, Math.max(0, other.length - 1));
      return spliced(bytes, at, at, other.subarray(from, from + chance.integer(1, 64)));
    }
    default: {
      const from = chance.integer(0, Math.max(0, other.length - 1));
      bytes.set(other.subarray(from, from + Math.min(32, bytes.length - at)), at);
      return bytes;
    }
  }
}

/** The bytes with those from `from` to `to` replaced. */
function spliced(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length - (to - from) + by.length);
  out.set(bytes.subarray(0, from));
  out.set(by, from);
  out.set(bytes.subarray(to), from + by.length);
  return out;
}

function withNumber(bytes: Uint8Array, at: number, value: number, width: number, little: boolean): Uint8Array {
  for (let k = 0; k < width && at + k < bytes.length; k++) {
    const shift = little ? k : width - 1 - k;
    bytes[at + k] = Math.floor(value / 256 ** shift) & 255;
  }
  return bytes;
}
