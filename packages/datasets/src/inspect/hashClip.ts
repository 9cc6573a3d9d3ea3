import type { AudioClip } from "../decode/clip.js";

/**
 * Fingerprint of the decoded samples and the rate: equal for equal sound, whatever file it came from.
 *
 * @returns 16 hexadecimal digits; two different clips share them with a chance of 2⁻⁶⁴
 */
export function hashClip({ samples, sampleRate }: AudioClip): string {
  const words = new Uint32Array(samples.buffer, samples.byteOffset, samples.length);
  let a = 0x9e3779b9 ^ sampleRate;
  let b = 0x85ebca6b ^ samples.length;
  for (let i = 0; i < words.length; i++) {
    // Minus zero is zero.
    const w = words[i] === 0x80000000 ? 0 : words[i];
    a = Math.imul(a ^ w, 0xcc9e2d51);
    a ^= a >>> 15;
    b = Math.imul(((b << 13) | (b >>> 19)) ^ w, 0x1b873593);
    b ^= b >>> 13;
  }
  return hex(finish(a ^ (b >>> 3))) + hex(finish(b));
}

function finish(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

const hex = (x: number): string => x.toString(16).padStart(8, "0");
