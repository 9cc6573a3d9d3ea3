import { type Image, requireRange } from "../images/image.js";

/** Options of {@link createShotCuts}. */
export interface ShotCutOptions {
  /** Change from which on a picture begins a new shot, in [0, 1] (default 0.35). */
  threshold?: number;
}

/** How much a picture differs from the one before. */
export interface PictureChange {
  /** Share of the picture whose colours are others, in [0, 1]; 0 of the first. */
  change: number;
  /** Whether a new shot begins with this picture. */
  cut: boolean;
}

/** Looks at pictures in order. */
export interface ShotCuts {
  process(image: Image): PictureChange;
}

/** Parts across and down whose colours are compared, and grey values or colours a step. */
const PARTS = 3;
const STEP = 32;

/**
 * Finds where one shot ends and the next begins: the histograms of colours of nine parts of the picture are compared with those of the picture
 * before, which moving people change little. What lasts (a flash is over after a picture) does not count twice.
 *
 * Source: histogram comparison by Zhang, Kankanhalli & Smoliar 1993, on parts.
 */
export function createShotCuts({ threshold = 0.35 }: ShotCutOptions = {}): ShotCuts {
  requireRange("createShotCuts", "threshold", threshold, 0, 1);
  let last: Float32Array | undefined;
  let lastChange = 0;
  return {
    process(image) {
      const now = histograms(image);
      const change = last ? distance(last, now) : 0;
      // In a fast pan every picture is far from the one before: only what stands out begins a shot.
      const cut = last !== undefined && Math.min(change, change - lastChange) >= threshold;
      last = now;
      lastChange = change;
      return { change, cut };
    },
  };
}

/** Shares of the colours of each part, one part after the other; every second pixel of every second row. */
function histograms({ data, width, height, channels }: Image): Float32Array {
  const levels = 256 / STEP;
  const bins = channels === 1 ? levels : levels ** 2;
  const out = new Float32Array(PARTS * PARTS * bins);
  const counts = new Float64Array(PARTS * PARTS);
  const by = Math.max(1, Math.floor(Math.min(width, height) / 120));
  for (let y = 0; y < height; y += by) {
    const down = Math.floor((y * PARTS) / height);
    for (let x = 0; x < width; x += by) {
      const part = PARTS * down + Math.floor((x * PARTS) / width);
      const at = channels * (y * width + x);
      out[part * bins + binOf(data, at, channels, levels)]++;
      counts[part]++;
    }
  }
  return out.map((count, i) => count / Math.max(1, counts[Math.floor(i / bins)]));
}

/** Light, and whether red or blue prevails. */
function binOf(data: Uint8Array, at: number, channels: number, levels: number): number {
  if (channels === 1) return Math.floor(data[at] / STEP);
  const light = (data[at] + 2 * data[at + 1] + data[at + 2]) >> 2;
  const hue = (255 + data[at] - data[at + 2]) >> 1;
  return levels * Math.floor(light / STEP) + Math.min(levels - 1, Math.floor(hue / STEP));
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / (2 * PARTS * PARTS);
}
