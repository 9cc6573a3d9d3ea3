import type { Image } from "../images/image.js";

/** Strength of each pixel's gradient, shared between the two directions next to its own. */
export interface DirectedGradients {
  low: Float32Array;
  high: Float32Array;
  lowBin: Uint8Array;
}

/**
 * Gradients by the kernel −1, 0, 1, mirrored at the edges; of coloured pixels the strongest channel's.
 *
 * @param gamma whether square roots of the values are taken first
 */
export function cellGradients(image: Image, bins: number, gamma: boolean): DirectedGradients {
  const { data, width, height, channels } = image;
  const value = Float32Array.from({ length: 256 }, (_, i) => (gamma ? Math.sqrt(i) : i));
  const colors = Math.min(3, channels);
  const low = new Float32Array(width * height);
  const high = new Float32Array(width * height);
  const lowBin = new Uint8Array(width * height);
  const mirror = (i: number, n: number): number => (n === 1 ? 0 : i < 0 ? 1 : i >= n ? n - 2 : i);
  for (let y = 0; y < height; y++) {
    const up = mirror(y - 1, height) * width;
    const down = mirror(y + 1, height) * width;
    for (let x = 0; x < width; x++) {
      const [left, right] = [mirror(x - 1, width), mirror(x + 1, width)];
      let [dx, dy, most] = [0, 0, -1];
      for (let c = 0; c < colors; c++) {
        const gx = value[data[(y * width + right) * channels + c]] - value[data[(y * width + left) * channels + c]];
        const gy = value[data[(down + x) * channels + c]] - value[data[(up + x) * channels + c]];
        const strength = gx * gx + gy * gy;
        if (strength > most) [dx, dy, most] = [gx, gy, strength];
      }
      const i = y * width + x;
      const turn = Math.atan2(dy, dx);
      const at = ((turn < 0 ? turn + 2 * Math.PI : turn) * bins) / Math.PI - 0.5;
      const first = Math.floor(at);
      const share = at - first;
      const magnitude = Math.sqrt(most);
      low[i] = magnitude * (1 - share);
      high[i] = magnitude * share;
      lowBin[i] = ((first % bins) + bins) % bins;
    }
  }
  return { low, high, lowBin };
}
