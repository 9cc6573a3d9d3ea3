import { requireGray } from "../images/histogram.js";
import { choose, type Image, requireRange, requireWhole } from "../images/image.js";

/** All codes ("default"), codes up to turning ("ror"), or codes with at most two changes up to turning, others together ("uniform"). */
export type LbpMethod = "default" | "ror" | "uniform";

/** Options of {@link localBinaryPattern}. */
export interface LbpOptions {
  /** On the circle (default 8, at most 16). */
  points?: number;
  /** Of the circle in pixels (default 1). */
  radius?: number;
  /** Default "default". */
  method?: LbpMethod;
}

/**
 * Local binary patterns: which points of a circle around a pixel are at least as bright as it is.
 *
 * @returns codes pixel by pixel, below 2^points, or points + 2 for "uniform"; points outside the image count as 0
 * Source: Ojala et al. 2002. Equals scikit-image 0.26 `local_binary_pattern` (measured: the same codes).
 */
export function localBinaryPattern(
  image: Image,
  { points = 8, radius = 1, method = "default" }: LbpOptions = {},
): Uint16Array {
  const fn = "localBinaryPattern";
  requireGray(fn, image);
  requireWhole(fn, "points", points, 1, 16);
  requireRange(fn, "radius", radius, Number.MIN_VALUE);
  const codeOf = choose(fn, "method", codeTables, method)(points);
  const { data, width, height } = image;
  const inside = (y: number, x: number): number =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : data[y * width + x];
  const circle = Array.from({ length: points }, (_, p) => {
    const turn = (2 * Math.PI * p) / points;
    // Rounded to five places, as scikit-image does, so that whole positions are met exactly.
    const round = (v: number): number => Math.round(v * 1e5) / 1e5;
    const [dy, dx] = [round(-radius * Math.sin(turn)), round(radius * Math.cos(turn))];
    const [top, left] = [Math.floor(dy), Math.floor(dx)];
    return { top, left, fy: dy - top, fx: dx - left };
  });
  const out = new Uint16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const middle = data[y * width + x];
      let bits = 0;
      for (let p = 0; p < points; p++) {
        const { top, left, fy, fx } = circle[p];
        const [r, c] = [y + top, x + left];
        const upper = (1 - fx) * inside(r, c) + (fx === 0 ? 0 : fx * inside(r, c + 1));
        const value =
          fy === 0 ? upper : (1 - fy) * upper + fy * ((1 - fx) * inside(r + 1, c) + fx * inside(r + 1, c + 1));
        // A hair below still counts: interpolation rounds.
        if (value >= middle - 1e-9) bits |= 1 << p;
      }
      out[y * width + x] = codeOf[bits];
    }
  }
  return out;
}

const bitsOf = (code: number, points: number): number[] => Array.from({ length: points }, (_, p) => (code >> p) & 1);

const codeTables: Record<LbpMethod, (points: number) => Uint16Array> = {
  default: (points) => Uint16Array.from({ length: 1 << points }, (_, code) => code),
  ror: (points) =>
    Uint16Array.from({ length: 1 << points }, (_, code) => {
      let least = code;
      for (let p = 1, turned = code; p < points; p++) {
        turned = (turned >> 1) | ((turned & 1) << (points - 1));
        least = Math.min(least, turned);
      }
      return least;
    }),
  uniform: (points) =>
    Uint16Array.from({ length: 1 << points }, (_, code) => {
      const bits = bitsOf(code, points);
      const changes = bits.reduce((sum, bit, p) => sum + (bit === bits[(p + 1) % points] ? 0 : 1), 0);
      return changes <= 2 ? bits.reduce((sum, bit) => sum + bit, 0) : points + 1;
    }),
};

/** Options of {@link gridHistogram}. */
export interface GridOptions {
  /** Cells along each axis (default 8). */
  gridX?: number;
  gridY?: number;
}

/**
 * Shares of codes in each cell of a grid, row by row: the spatial histogram that faces are told apart by.
 *
 * @param codes of `localBinaryPattern` or `extendedLbp`, width × height
 * @param codeCount codes that there can be
 * @returns gridX × gridY × codeCount values; each cell sums to 1
 * @throws RangeError if the grid has more cells than pixels along an axis
 */
export function gridHistogram(
  codes: Uint16Array,
  {
    width,
    height,
    codeCount,
    gridX = 8,
    gridY = 8,
  }: GridOptions & { width: number; height: number; codeCount: number },
): Float32Array {
  const fn = "gridHistogram";
  requireWhole(fn, "gridX", gridX, 1, width);
  requireWhole(fn, "gridY", gridY, 1, height);
  const [w, h] = [Math.floor(width / gridX), Math.floor(height / gridY)];
  const out = new Float32Array(gridX * gridY * codeCount);
  const share = 1 / (w * h);
  for (let y = 0; y < gridY * h; y++) {
    for (let x = 0; x < gridX * w; x++) {
      const cell = Math.floor(y / h) * gridX + Math.floor(x / w);
      out[cell * codeCount + codes[y * width + x]] += share;
    }
  }
  return out;
}
