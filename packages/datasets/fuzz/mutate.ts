import type { Rng } from "@earshot/dsp";
import { joined } from "./zooParts.js";

/** Numbers at which parsers go wrong. */
const edges = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  16,
  44,
  127,
  128,
  255,
  256,
  1024,
  32767,
  32768,
  65535,
  65536,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 2,
  2 ** 32 - 1,
];

/** A few random changes to a file: flipped bits, edge numbers, cuts, copies, pieces of another file. */
export function mutate(seed: Uint8Array, other: Uint8Array, rng: Rng): Uint8Array {
  let bytes: Uint8Array = seed.slice();
  for (let changes = rng.integer(1, 4); changes > 0; changes--) bytes = change(bytes, other, rng);
  return bytes;
}

function change(bytes: Uint8Array, other: Uint8Array, rng: Rng): Uint8Array {
  if (bytes.length === 0) return other.slice();
  // Headers are where the trouble is: half of the changes fall into the first 64 bytes.
  const at = rng.integer(0, (rng.next() < 0.5 ? Math.min(64, bytes.length) : bytes.length) - 1);
  switch (rng.integer(0, 8)) {
    case 0:
      bytes[at] ^= 1 << rng.integer(0, 7);
      return bytes;
    case 1:
      bytes[at] = rng.integer(0, 255);
      return bytes;
    case 2:
      return withNumber(bytes, at, edges[rng.integer(0, edges.length - 1)], 4, rng.next() < 0.8);
    case 3:
      return withNumber(bytes, at, edges[rng.integer(0, edges.length - 1)], 2, rng.next() < 0.8);
    case 4:
      return bytes.slice(0, at);
    case 5: {
      const end = Math.min(bytes.length, at + rng.integer(1, 32));
      return joined(bytes.subarray(0, end), bytes.subarray(at));
    }
    case 6:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + rng.integer(1, 16))));
    case 7: {
      const from = rng.integer(0, Math.max(0, other.length - 1));
      return joined(bytes.subarray(0, at), other.subarray(from, from + rng.integer(1, 64)), bytes.subarray(at));
    }
    default: {
      const from = rng.integer(0, Math.max(0, other.length - 1));
      bytes.set(other.subarray(from, from + Math.min(32, bytes.length - at)), at);
      return bytes;
    }
  }
}

function withNumber(bytes: Uint8Array, at: number, value: number, width: number, little: boolean): Uint8Array {
  for (let k = 0; k < width && at + k < bytes.length; k++) {
    const shift = little ? k : width - 1 - k;
    bytes[at + k] = Math.floor(value / 256 ** shift) & 255;
  }
  return bytes;
}
