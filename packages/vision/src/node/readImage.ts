import { readFile } from "node:fs/promises";
import sharp from "sharp";
import type { Image } from "../images/image.js";
import { decodeNetpbm, netpbmSize } from "./netpbm.js";
import { reasonOf } from "./reason.js";

/** Options of {@link readImage}. */
export interface ReadImageOptions {
  /** 3 (RGB, default; transparent pixels on white), 1 (grey) or 4 (RGBA). */
  channels?: 1 | 3 | 4;
  /** Longest side of the result: larger images are made smaller while they are decoded (default: no limit). */
  maxSide?: number;
  /** Pixels that a file may have before it is made smaller (default 100 million); what claims more is not decoded. */
  maxPixels?: number;
}

/** Pixels that are decoded unless told otherwise. */
const MOST_PIXELS = 100e6;

/**
 * Reads an image: JPEG, PNG, WebP, GIF, TIFF, AVIF, SVG, PGM or PPM.
 *
 * EXIF rotation is applied, CMYK and embedded profiles become sRGB, 16 bits become 8, and of an animation the first frame is taken.
 *
 * @param source path, or the bytes of a file
 * @throws TypeError if source is neither; RangeError in one sentence: no image, cut off, or more pixels than `maxPixels`; Error with the system's reason if there is no such file
 */
export async function readImage(
  source: string | Uint8Array,
  { channels = 3, maxSide, maxPixels = MOST_PIXELS }: ReadImageOptions = {},
): Promise<Image> {
  const fn = "readImage";
  if (typeof source !== "string" && !(source instanceof Uint8Array)) {
    throw new TypeError(
      `${fn}: source must be a path or the bytes of a file, got ${source === null ? "null" : typeof source}.`,
    );
  }
  const name = typeof source === "string" ? source : "the image";
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`${fn}: channels must be 1, 3 or 4, got ${channels}.`);
  }
  if (maxSide !== undefined && !(Number.isInteger(maxSide) && maxSide > 0)) {
    throw new RangeError(`${fn}: maxSide must be a whole number above 0, got ${maxSide}.`);
  }
  const bytes = typeof source === "string" ? await readFile(source) : source;
  if (bytes.length === 0) throw new RangeError(`${fn}: ${name} is empty.`);
  try {
    // Size first: a small file may claim pixels that would fill the memory.
    const netpbm = netpbmSize(bytes);
    const { width, height } = netpbm ?? (await sharp(bytes, { limitInputPixels: false }).metadata());
    if (width * height > maxPixels) {
      throw new RangeError(
        `${fn}: ${name} has ${width} × ${height} pixels, more than the ${maxPixels / 1e6} million that are read; make it smaller, or raise maxPixels.`,
      );
    }
    const plain = netpbm && decodeNetpbm(bytes);
    const from = plain
      ? sharp(plain.data, { raw: { width, height, channels: plain.channels as 1 | 3 }, limitInputPixels: false })
      : sharp(bytes, { limitInputPixels: false, failOn: "truncated", pages: 1 });
    let pipe = from.autoOrient();
    if (maxSide !== undefined) pipe = pipe.resize(maxSide, maxSide, { fit: "inside", withoutEnlargement: true });
    pipe = channels === 4 ? pipe.ensureAlpha() : pipe.flatten({ background: "#ffffff" });
    // Palettes, CMYK and 16 bits all come to the same bytes; grey is made below, as OpenCV makes it.
    const { data, info } = await pipe
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const bands = toBands(
      new Uint8Array(data.buffer, data.byteOffset, data.length),
      info,
      channels === 1 ? 3 : channels,
    );
    return channels === 1 ? grayOf(bands) : bands;
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith(fn)) throw error;
    throw new RangeError(`${fn}: ${name} cannot be read as an image: ${reasonOf(error)}.`, { cause: error });
  }
}

/** What libvips gives may have a band too many or too few. */
function toBands(
  data: Uint8Array,
  { width, height, channels: have }: { width: number; height: number; channels: number },
  channels: number,
): Image {
  if (have === channels) return { data: data.slice(), width, height, channels };
  const out = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) {
      // Grey spreads over all colours; a missing alpha is opaque.
      out[i * channels + c] = c === 3 && have < 4 ? 255 : data[i * have + (have < 3 ? 0 : c)];
    }
  }
  return { data: out, width, height, channels };
}

/** 0.299 red + 0.587 green + 0.114 blue in OpenCV's fixed point, so that `toGray` gives the same bytes. */
function grayOf({ data, width, height }: Image): Image {
  const gray = new Uint8Array(width * height);
  for (let i = 0, k = 0; i < gray.length; i++, k += 3) {
    gray[i] = (9798 * data[k] + 19235 * data[k + 1] + 3735 * data[k + 2] + 16384) >> 15;
  }
  return { data: gray, width, height, channels: 1 };
}
