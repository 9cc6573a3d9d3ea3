import type { ModelState } from "@earshot/models";
import { type NetworkBody, networkBody } from "@earshot/models/neural";
import { convertColor, toRgb } from "../images/color.js";
import { resize } from "../images/geometry.js";
import { type Image, requireWhole } from "../images/image.js";
import { pictureTensor } from "../networks/pictureTensor.js";

/** Features of the parts of a picture: a grid of regions, row by row. */
export interface Regions {
  /** regions × features. */
  data: Float32Array;
  count: number;
  features: number;
}

/** Options of {@link regionExtractor}. */
export interface RegionOptions {
  /** Sides to which pictures are resized before the network sees them (default 64 and 96). */
  sides?: readonly number[];
  /** Regions across and down (default 6). */
  grid?: number;
  /** Layers of the network that regions are taken from, counted from its first; the last is the pool before the output (default: all before the pool). */
  layers?: number;
}

/** What looks at pictures; it keeps the network's memory until it is disposed. */
export interface RegionExtractor {
  /** Numbers a region. */
  readonly features: number;
  extract(picture: Image): Regions;
  dispose(): void;
}

/** Of colour: mean and deviation of lightness and both colour axes. */
const COLORS = 6;

/**
 * Features of regions from a network's last map, seen at several sizes, and their colours.
 *
 * @param state of a fitted network of convolutions that takes [side, side, 3], scaled as `imageNetScale` says
 */
export async function regionExtractor(
  state: ModelState,
  { sides = [64, 96], grid = 6, layers }: RegionOptions = {},
): Promise<RegionExtractor> {
  const fn = "regionExtractor";
  requireWhole(fn, "grid", grid, 1, 64);
  for (const side of sides) requireWhole(fn, "sides", side, 8, 4096);
  const options = state.options as { layers: readonly unknown[] };
  const count = layers ?? options.layers.length - 1;
  const bodies: (NetworkBody & { side: number })[] = [];
  for (const side of sides)
    bodies.push({ side, ...(await networkBody(state, { layers: count, inputShape: [side, side, 3] })) });
  const features = bodies.reduce((sum, { outputShape }) => sum + outputShape[outputShape.length - 1], COLORS);
  return {
    features,
    extract(picture) {
      const data = new Float32Array(grid * grid * features);
      let at = 0;
      for (const { side, outputShape, run } of bodies) {
        const { data: pixels } = pictureTensor([picture], { height: side, width: side });
        pool(run(pixels, 1), outputShape, { grid, features, at, data });
        at += outputShape[2];
      }
      addColors(picture, { grid, features, at, data });
      return { data, count: grid * grid, features };
    },
    dispose() {
      for (const { dispose } of bodies) dispose();
    },
  };
}

interface Target {
  grid: number;
  features: number;
  /** Where a region's numbers go. */
  at: number;
  data: Float32Array;
}

/** From where to where a part of a side goes; parts may share a border pixel where they do not divide it. */
const part = (i: number, length: number, grid: number): [number, number] => [
  Math.floor((i * length) / grid),
  Math.ceil(((i + 1) * length) / grid),
];

/** Average of a map over each region. */
function pool(
  map: Float32Array,
  [height, width, channels]: readonly number[],
  { grid, features, at, data }: Target,
): void {
  for (let row = 0; row < grid; row++) {
    const [top, bottom] = part(row, height, grid);
    for (let column = 0; column < grid; column++) {
      const [left, right] = part(column, width, grid);
      const out = (row * grid + column) * features + at;
      const share = 1 / ((bottom - top) * (right - left));
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const from = (y * width + x) * channels;
          for (let c = 0; c < channels; c++) data[out + c] += share * map[from + c];
        }
      }
    }
  }
}

/** Mean and deviation of lightness and colour in each region. */
function addColors(picture: Image, { grid, features, at, data }: Target): void {
  const size = 8 * grid;
  const small = resize(toRgb(picture), { width: size, height: size, interpolation: "area" });
  const lab = convertColor(small, "rgbToLab");
  for (let region = 0; region < grid * grid; region++) {
    const [top, left] = [8 * Math.floor(region / grid), 8 * (region % grid)];
    for (let c = 0; c < 3; c++) {
      let [sum, squares] = [0, 0];
      for (let y = top; y < top + 8; y++) {
        for (let x = left; x < left + 8; x++) {
          const value = lab.data[(y * size + x) * 3 + c] / 255;
          sum += value;
          squares += value * value;
        }
      }
      const mean = sum / 64;
      data[region * features + at + c] = mean;
      data[region * features + at + 3 + c] = Math.sqrt(Math.max(0, squares / 64 - mean * mean));
    }
  }
}
