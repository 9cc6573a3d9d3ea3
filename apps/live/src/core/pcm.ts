/**
 * 16-bit little-endian PCM as mono samples in [-1, 1); channels are averaged.
 *
 * @param bytes interleaved samples; a whole number of frames
 * @param channels in each frame, ≥ 1
 * @param out where the samples go, at least as long as they are (default: a new array)
 * @returns one sample a frame
 * @throws RangeError if the bytes are no whole number of frames
 */
export function decodePcm16(bytes: Uint8Array, channels = 1, out?: Float32Array): Float32Array {
  const frames = bytes.byteLength / (2 * channels);
  if (!Number.isInteger(frames)) {
    throw new RangeError(
      `decodePcm16: ${bytes.byteLength} bytes are no whole number of ${channels === 1 ? "16-bit samples" : `frames of ${channels} 16-bit samples`}.`,
    );
  }
  const values = int16View(bytes);
  const samples = out ?? new Float32Array(frames);
  const scale = 1 / (32768 * channels);
  if (channels === 1) {
    for (let i = 0; i < frames; i++) samples[i] = values[i] * scale;
    return samples;
  }
  for (let i = 0, at = 0; i < frames; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += values[at++];
    samples[i] = sum * scale;
  }
  return samples;
}

/**
 * Samples as 16-bit little-endian PCM: rounded to the nearest, clipped to [-32768, 32767], NaN as 0.
 */
export function encodePcm16(samples: Float32Array): Uint8Array {
  const values = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    values[i] = Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768)));
  }
  const bytes = new Uint8Array(values.buffer);
  if (!littleEndian) swapPairs(bytes);
  return bytes;
}

/**
 * Whether bytes promised as 16-bit PCM are really 32-bit floats: nearly all words are then floats of audible size, or NaN with
 * an empty lower half, which 16-bit audio (clipped and silent audio included) is not.
 *
 * @param bytes as received; fewer than 256 are never judged
 */
export function looksLikeFloat32(bytes: Uint8Array): boolean {
  const words = Math.min(256, bytes.byteLength >> 2);
  if (words < 64) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, words * 4);
  let audible = 0;
  let broken = 0;
  let silent = 0;
  for (let i = 0; i < words; i++) {
    const word = view.getUint32(i * 4, true);
    const size = Math.abs(view.getFloat32(i * 4, true));
    if (word === 0) silent++;
    else if (size >= 1e-6 && size <= 1.5) audible++;
    else if ((word & 0x7f80ffff) === 0x7f800000) broken++;
  }
  return silent < words / 2 && audible + broken >= 0.97 * (words - silent);
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A view where alignment and byte order allow, else a copy. */
function int16View(bytes: Uint8Array): Int16Array {
  if (littleEndian && bytes.byteOffset % 2 === 0)
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const copy = bytes.slice();
  if (!littleEndian) swapPairs(copy);
  return new Int16Array(copy.buffer, 0, copy.length >> 1);
}

function swapPairs(bytes: Uint8Array): void {
  for (let i = 0; i + 1 < bytes.length; i += 2) [bytes[i], bytes[i + 1]] = [bytes[i + 1], bytes[i]];
}
