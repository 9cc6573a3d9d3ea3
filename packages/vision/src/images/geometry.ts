import { checkSize, overImage } from "../opencv/convert.js";
import { type AnyImage, checkImage, choose, type Rectangle, requireRange, requireWhole } from "./image.js";

/** How values between pixels are found. */
export type Interpolation = "nearest" | "linear" | "cubic" | "area" | "lanczos";

/** What lies outside an image: a constant, its last pixel again, or its mirror (with or without the edge twice). */
export type Border = "constant" | "replicate" | "reflect" | "reflect101";

export const interpolations = {
  nearest: "INTER_NEAREST",
  linear: "INTER_LINEAR",
  cubic: "INTER_CUBIC",
  area: "INTER_AREA",
  lanczos: "INTER_LANCZOS4",
} as const;

export const borders = {
  constant: "BORDER_CONSTANT",
  replicate: "BORDER_REPLICATE",
  reflect: "BORDER_REFLECT",
  reflect101: "BORDER_REFLECT_101",
} as const;

/** Options of {@link resize}. */
export interface ResizeOptions {
  /** New width; with `height` left out the other follows in proportion, and the other way round. */
  width?: number;
  height?: number;
  /** In place of sides: a factor above 0 for both. */
  scale?: number;
  /** Default "area" when it gets smaller, else "linear". */
  interpolation?: Interpolation;
}

/**
 * Resizes an image.
 *
 * @returns an image of the same kind and channels
 * @throws RangeError if no size, or one without a pixel, is asked for
 * Equals OpenCV 4.13 `resize` (measured: nearest, area and linear the same bytes, cubic and lanczos within 1).
 */
export function resize<I extends AnyImage>(image: I, { width, height, scale, interpolation }: ResizeOptions): I {
  const fn = "resize";
  checkImage(fn, image);
  if (width === undefined && height === undefined && scale === undefined) {
    throw new RangeError(`${fn}: give width, height or scale.`);
  }
  if (scale !== undefined) requireRange(fn, "scale", scale, Number.MIN_VALUE);
  const across = width ?? Math.max(1, Math.round(image.width * (scale ?? (height as number) / image.height)));
  const down = height ?? Math.max(1, Math.round(image.height * (scale ?? (width as number) / image.width)));
  requireWhole(fn, "width", across, 1);
  requireWhole(fn, "height", down, 1);
  checkSize(fn, across, down);
  const name = interpolation ?? (across * down < image.width * image.height ? "area" : "linear");
  const how = choose(fn, "interpolation", interpolations, name);
  return overImage(fn, image, ({ cv }, mat, out) => {
    cv.resize(mat, out, { width: across, height: down }, 0, 0, cv[how]);
  });
}

/**
 * A rectangle of an image.
 *
 * @throws RangeError if it is empty or not wholly inside
 */
export function crop<I extends AnyImage>(image: I, { x, y, width, height }: Rectangle): I {
  const fn = "crop";
  checkImage(fn, image);
  for (const [name, value, low] of [
    ["x", x, 0],
    ["y", y, 0],
    ["width", width, 1],
    ["height", height, 1],
  ] as const) {
    requireWhole(fn, name, value, low);
  }
  if (x + width > image.width || y + height > image.height) {
    throw new RangeError(
      `${fn}: ${width} × ${height} at (${x}, ${y}) reaches out of the image of ${image.width} × ${image.height}.`,
    );
  }
  const { channels } = image;
  const row = width * channels;
  const data = image.data.slice(0, row * height);
  for (let r = 0; r < height; r++) {
    const at = ((y + r) * image.width + x) * channels;
    data.set(image.data.subarray(at, at + row), r * row);
  }
  return { data, width, height, channels } as AnyImage as I;
}

/** Options of {@link pad}. */
export interface PadOptions {
  top?: number;
  bottom?: number;
  left?: number;
  right?: number;
  /** Default "constant". */
  border?: Border;
  /** A value a channel for a constant border (default: zeros). */
  value?: readonly number[];
}

/** Adds a border around an image, as OpenCV's `copyMakeBorder`. @throws RangeError for a negative width */
export function pad<I extends AnyImage>(
  image: I,
  { top = 0, bottom = 0, left = 0, right = 0, border = "constant", value = [] }: PadOptions,
): I {
  const fn = "pad";
  for (const [name, count] of Object.entries({ top, bottom, left, right })) requireWhole(fn, name, count, 0);
  const kind = choose(fn, "border", borders, border);
  checkSize(fn, image.width + left + right, image.height + top + bottom);
  return overImage(fn, image, ({ cv }, mat, out) => {
    cv.copyMakeBorder(mat, out, top, bottom, left, right, cv[kind], scalar(value));
  });
}

/** Mirrors an image left to right ("horizontal"), top to bottom ("vertical"), or both. */
export function flip<I extends AnyImage>(image: I, axis: "horizontal" | "vertical" | "both"): I {
  const code = choose("flip", "axis", { horizontal: 1, vertical: 0, both: -1 }, axis);
  return overImage("flip", image, ({ cv }, mat, out) => cv.flip(mat, out, code));
}

/** Turns an image by quarters, clockwise: 90, 180 or 270 degrees. */
export function rotate90<I extends AnyImage>(image: I, degrees: 90 | 180 | 270): I {
  const table = { 90: "ROTATE_90_CLOCKWISE", 180: "ROTATE_180", 270: "ROTATE_90_COUNTERCLOCKWISE" } as const;
  const code = choose<(typeof table)[90 | 180 | 270]>("rotate90", "degrees", table, String(degrees));
  return overImage("rotate90", image, ({ cv }, mat, out) => cv.rotate(mat, out, cv[code]));
}

/** Four values, as OpenCV wants colours. */
export function scalar(value: readonly number[]): number[] {
  return [0, 1, 2, 3].map((i) => value[i] ?? 0);
}

/** Mean of each channel. */
export function channelMeans(image: AnyImage): number[] {
  checkImage("channelMeans", image);
  const { data, channels } = image;
  const sums = new Array<number>(channels).fill(0);
  for (let i = 0; i < data.length; i += channels) for (let c = 0; c < channels; c++) sums[c] += data[i + c];
  return sums.map((sum) => (sum * channels) / data.length);
}
