import type { Rng } from "../core/random.js";

/** How far pictures are moved and bent; each is drawn evenly up to the value in either direction. */
export interface Distortion {
  /** Degrees. */
  rotate?: number;
  /** 0.1 draws sizes from 0.9 to 1.1, for height and width apart. */
  scale?: number;
  /** Sideways shift a row, in pixels. */
  shear?: number;
  /** Pixels, in both directions. */
  move?: number;
  /** Pixels by which places are displaced, by a smooth random field. Source: Simard, Steinkraus & Platt 2003. */
  elastic?: number;
}

/** Knots of the random field along each axis. */
const knots = 5;

/** Turns, scales, shears, moves and bends a picture [height, width (, channels)] about its middle; in place. Beyond an edge is as at the edge. */
export function distortPicture(
  sample: Float32Array,
  [height, width]: readonly number[],
  { rotate = 0, scale = 0, shear = 0, move = 0, elastic = 0 }: Distortion,
  rng: Rng,
): void {
  const depth = sample.length / (height * width);
  const either = (most: number): number => most * (2 * rng.next() - 1);
  const angle = (either(rotate) * Math.PI) / 180;
  const [sy, sx, slant] = [1 + either(scale), 1 + either(scale), either(shear)];
  const [my, mx] = [(height - 1) / 2, (width - 1) / 2];
  const [dy, dx] = [my + either(move), mx + either(move)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const bends = elastic ? [field(elastic, rng), field(elastic, rng)] : undefined;
  const from = sample.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [v, u] = [(y - my) * sy, (x - mx) * sx + (y - my) * slant];
      const py = dy + cos * v + sin * u + (bends ? bends[0](y / (height - 1), x / (width - 1)) : 0);
      const px = dx - sin * v + cos * u + (bends ? bends[1](y / (height - 1), x / (width - 1)) : 0);
      const [cy, cx] = [Math.min(height - 1, Math.max(0, py)), Math.min(width - 1, Math.max(0, px))];
      const [y0, x0] = [Math.floor(cy), Math.floor(cx)];
      const [wy, wx] = [cy - y0, cx - x0];
      const down = y0 + 1 < height ? width * depth : 0;
      const right = x0 + 1 < width ? depth : 0;
      const at = (y0 * width + x0) * depth;
      for (let c = 0; c < depth; c++) {
        const upper = from[at + c] * (1 - wx) + from[at + right + c] * wx;
        const lower = from[at + down + c] * (1 - wx) + from[at + down + right + c] * wx;
        sample[(y * width + x) * depth + c] = upper * (1 - wy) + lower * wy;
      }
    }
  }
}

/** A smooth random field over the unit square: normal values at knots, smoothly between them. */
function field(deviation: number, rng: Rng): (y: number, x: number) => number {
  const values = Float64Array.from({ length: knots * knots }, () => deviation * rng.normal());
  const ease = (w: number): number => w * w * (3 - 2 * w);
  return (y, x) => {
    const [py, px] = [y * (knots - 1), x * (knots - 1)];
    const [y0, x0] = [Math.min(knots - 2, Math.floor(py)), Math.min(knots - 2, Math.floor(px))];
    const [wy, wx] = [ease(py - y0), ease(px - x0)];
    const at = y0 * knots + x0;
    const upper = values[at] * (1 - wx) + values[at + 1] * wx;
    const lower = values[at + knots] * (1 - wx) + values[at + knots + 1] * wx;
    return upper * (1 - wy) + lower * wy;
  };
}

/** Changes left and right of a picture [height, width (, channels)]; in place. */
export function mirrorPicture(sample: Float32Array, [height, width]: readonly number[]): void {
  const depth = sample.length / (height * width);
  const from = sample.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = (y * width + width - 1 - x) * depth;
      sample.set(from.subarray(place, place + depth), (y * width + x) * depth);
    }
  }
}

/** Moves a picture down and to the right by whole pixels; what comes in is 0. In place. */
export function movePicture(
  sample: Float32Array,
  [height, width]: readonly number[],
  down: number,
  right: number,
): void {
  const depth = sample.length / (height * width);
  const from = sample.slice();
  sample.fill(0);
  const length = Math.max(0, width - Math.abs(right)) * depth;
  for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
    const place = ((y - down) * width + Math.max(0, -right)) * depth;
    sample.set(from.subarray(place, place + length), (y * width + Math.max(0, right)) * depth);
  }
}
