import type { WavCoding } from "./wavFormat.js";

/** Bytes of one sample in memory. */
export const sampleBytes: Record<Exclude<WavCoding, "adpcm_ms" | "adpcm_ima">, number> = {
  pcm_u8: 1,
  pcm_s16: 2,
  pcm_s24: 3,
  pcm_s32: 4,
  pcm_f32: 4,
  pcm_f64: 8,
  alaw: 1,
  mulaw: 1,
};

export type LinearCoding = keyof typeof sampleBytes;

/**
 * Turns little-endian samples into floats, full scale ±1 (an n-bit sample is divided by 2ⁿ⁻¹, as libsndfile does).
 *
 * @param bytes whole samples
 * @returns one float a sample
 */
export function toFloats(bytes: Uint8Array, coding: LinearCoding): Float32Array {
  const width = sampleBytes[coding];
  const count = Math.floor(bytes.length / width);
  const out = new Float32Array(count);
  switch (coding) {
    case "pcm_u8":
      for (let i = 0; i < count; i++) out[i] = (bytes[i] - 128) / 128;
      return out;
    case "pcm_s16": {
      const words = aligned(bytes, count, Int16Array);
      for (let i = 0; i < count; i++) out[i] = words[i] * 2 ** -15;
      return out;
    }
    case "pcm_s24":
      for (let i = 0, j = 0; i < count; i++, j += 3) {
        out[i] = ((bytes[j] << 8) | (bytes[j + 1] << 16) | (bytes[j + 2] << 24)) * 2 ** -31;
      }
      return out;
    case "pcm_s32": {
      const words = aligned(bytes, count, Int32Array);
      for (let i = 0; i < count; i++) out[i] = words[i] * 2 ** -31;
      return out;
    }
    case "pcm_f32":
      out.set(aligned(bytes, count, Float32Array));
      return out;
    case "pcm_f64":
      out.set(aligned(bytes, count, Float64Array));
      return out;
    case "alaw":
    case "mulaw": {
      const table = coding === "alaw" ? alawTable() : mulawTable();
      for (let i = 0; i < count; i++) out[i] = table[bytes[i]];
      return out;
    }
  }
}

/** Reverses the bytes of each sample: RIFX to RIFF. */
export function swapBytes(bytes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i + width <= bytes.length; i += width) {
    for (let k = 0; k < width; k++) out[i + k] = bytes[i + width - 1 - k];
  }
  return out;
}

type Words<T> = { new (buffer: ArrayBufferLike, byteOffset: number, length: number): T; BYTES_PER_ELEMENT: number };

/** A typed view of the bytes, copied only where they start at an odd place. All machines that run V8 are little-endian. */
function aligned<T>(bytes: Uint8Array, count: number, type: Words<T>): T {
  if (bytes.byteOffset % type.BYTES_PER_ELEMENT === 0) return new type(bytes.buffer, bytes.byteOffset, count);
  // Not slice(): that of a Node Buffer copies nothing.
  const copy = Uint8Array.from(bytes.subarray(0, count * type.BYTES_PER_ELEMENT));
  return new type(copy.buffer, 0, count);
}

let alaw: Float32Array | undefined;
let mulaw: Float32Array | undefined;

/** ITU-T G.711 A-law: 13 bits in 8, full scale 32768. */
function alawTable(): Float32Array {
  alaw ??= Float32Array.from({ length: 256 }, (_, code) => {
    const a = code ^ 0x55;
    const segment = (a & 0x70) >> 4;
    const step = ((a & 0x0f) << 4) + 8;
    const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
    return ((a & 0x80) !== 0 ? magnitude : -magnitude) / 32768;
  });
  return alaw;
}

/** ITU-T G.711 µ-law: 14 bits in 8, full scale 32768. */
function mulawTable(): Float32Array {
  mulaw ??= Float32Array.from({ length: 256 }, (_, code) => {
    const u = ~code & 0xff;
    const magnitude = ((((u & 0x0f) << 3) + 0x84) << ((u & 0x70) >> 4)) - 0x84;
    return ((u & 0x80) !== 0 ? -magnitude : magnitude) / 32768;
  });
  return mulaw;
}
