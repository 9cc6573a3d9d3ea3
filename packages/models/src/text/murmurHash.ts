/**
 * MurmurHash3 (x86, 32 bits) of a text's UTF-8 bytes, as a signed number.
 *
 * Source: Appleby 2011, public domain; equals scikit-learn's `murmurhash3_32`.
 */
export function murmurHash(text: string, seed = 0): number {
  const bytes = encoder.encode(text);
  const blocks = bytes.length >> 2;
  let h = seed;
  for (let b = 0; b < blocks; b++) {
    const at = 4 * b;
    h ^= scramble(bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= 4 * blocks; i--) tail = (tail << 8) | bytes[i];
  if (bytes.length & 3) h ^= scramble(tail);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

const encoder = new TextEncoder();

function scramble(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}
