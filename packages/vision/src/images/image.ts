/**
 * Pixels row by row, channels side by side: red, green, blue (and alpha), or grey alone.
 *
 * Bytes are 0 to 255; floats have the range that their maker says.
 */
export interface Image<Data extends Uint8Array | Float32Array = Uint8Array> {
  data: Data;
  width: number;
  height: number;
  /** 1 (grey), 3 (RGB) or 4 (RGBA). */
  channels: number;
}

/** An image of bytes or of floats. */
export type AnyImage = Image<Uint8Array | Float32Array>;

/** A rectangle in pixels, x from left, y from top. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A place in an image, in pixels from its upper left corner. */
export interface Point {
  x: number;
  y: number;
}

/**
 * An image of one colour.
 *
 * @param color a value a channel (default: zeros)
 * @throws RangeError if a side is no whole number above 0, or there are not 1, 3 or 4 channels
 */
export function createImage(width: number, height: number, channels = 3, color: readonly number[] = []): Image {
  const image = { data: new Uint8Array(Math.max(0, width * height * channels) || 0), width, height, channels };
  checkImage("createImage", image);
  if (color.length > 0) for (let i = 0; i < image.data.length; i++) image.data[i] = color[i % channels] ?? 0;
  return image;
}

/** @throws TypeError or RangeError in one sentence if this is no image */
export function checkImage(fn: string, image: AnyImage, name = "image"): void {
  const { data, width, height, channels } = image ?? {};
  if (!(data instanceof Uint8Array || data instanceof Float32Array)) {
    throw new TypeError(`${fn}: ${name} needs data as Uint8Array or Float32Array; read files with readImage.`);
  }
  for (const [side, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${fn}: ${side} of ${name} must be a whole number above 0, got ${value}.`);
    }
  }
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`${fn}: ${name} must have 1, 3 or 4 channels, got ${channels}.`);
  }
  if (data.length !== width * height * channels) {
    throw new RangeError(
      `${fn}: ${name} of ${width} × ${height} × ${channels} needs ${width * height * channels} values, got ${data.length}.`,
    );
  }
}

/** @throws TypeError unless the image is of bytes */
export function requireBytes(fn: string, image: AnyImage): asserts image is Image {
  if (!(image.data instanceof Uint8Array)) throw new TypeError(`${fn}: image must be of bytes (Uint8Array).`);
}

/** @throws RangeError naming the value unless it is finite and within [low, high] */
export function requireRange(fn: string, name: string, value: number, low: number, high = Number.MAX_VALUE): void {
  if (typeof value !== "number" || !(value >= low && value <= high)) {
    const rule = high === Number.MAX_VALUE ? `at least ${low}` : `in [${low}, ${high}]`;
    throw new RangeError(`${fn}: ${name} must be ${rule}, got ${value}.`);
  }
}

/** The same for whole numbers. */
export function requireWhole(fn: string, name: string, value: number, low: number, high = Number.MAX_VALUE): void {
  if (!Number.isInteger(value)) throw new RangeError(`${fn}: ${name} must be a whole number, got ${value}.`);
  requireRange(fn, name, value, low, high);
}

/** The value that a table has for a name. @throws RangeError listing the names that it knows */
export function choose<T>(fn: string, name: string, table: Readonly<Record<string, T>>, key: string): T {
  if (Object.hasOwn(table, key)) return table[key];
  throw new RangeError(`${fn}: ${name} must be one of ${Object.keys(table).join(", ")}, got ${JSON.stringify(key)}.`);
}
