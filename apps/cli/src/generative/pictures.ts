import { encodeWav } from "@earshot/datasets";
import type { SpectrogramCodec } from "@earshot/models/generative";
import { encodePng, magma } from "@earshot/plots";

/** 256 colours from black to pale yellow. */
const palette = (() => {
  const table = new Uint8Array(3 * 256);
  const stops = magma.map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(place));
    for (let c = 0; c < 3; c++) {
      table[3 * i + c] = Math.round(stops[low][c] + (place - low) * (stops[low + 1][c] - stops[low][c]));
    }
  }
  return table;
})();

/** Pixels a value, and between two spectrograms. */
const scale = 2;
const gap = 4;

/**
 * Spectrograms side by side as a PNG: time to the right, low bands below, from black (silence) to pale yellow.
 *
 * @param columns how many a row (default: all in one)
 */
export function spectrogramPng(
  spectrograms: readonly Float32Array[],
  [frames, bands]: readonly [number, number],
  columns = spectrograms.length,
): Uint8Array {
  const rows = Math.ceil(spectrograms.length / columns);
  const [w, h] = [frames * scale, bands * scale];
  const width = columns * (w + gap) - gap;
  const height = rows * (h + gap) - gap;
  const data = new Uint8Array(width * height);
  for (const [i, one] of spectrograms.entries()) {
    const left = (i % columns) * (w + gap);
    const top = Math.floor(i / columns) * (h + gap);
    for (let y = 0; y < h; y++) {
      const band = bands - 1 - Math.floor(y / scale);
      for (let x = 0; x < w; x++) {
        const value = one[Math.floor(x / scale) * bands + band];
        data[(top + y) * width + left + x] = Math.round(Math.min(1, Math.max(0, (value + 1) / 2)) * 255);
      }
    }
  }
  return encodePng({ width, height, data, palette });
}

/** A spectrogram as a 16-bit WAV file. @param seed phases that the inversion begins with */
export function spectrogramWav(codec: SpectrogramCodec, spectrogram: Float32Array, seed: number): Uint8Array {
  const samples = codec.decode(spectrogram, { seed });
  return encodeWav({ samples, sampleRate: codec.options.sampleRate }, { encoding: "pcm_s16" });
}

/** A label as part of a file name. */
export const fileName = (label: string): string =>
  label.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^\.+/, "") || "class";
