import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import sharp from "sharp";
import { checkImage, type Image, requireBytes, requireRange } from "../images/image.js";

/** File formats of pictures. */
export type ImageFormat = "png" | "jpeg" | "webp" | "gif" | "tiff" | "avif";

const formats: Readonly<Record<string, ImageFormat>> = {
  ".png": "png",
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".webp": "webp",
  ".gif": "gif",
  ".tif": "tiff",
  ".tiff": "tiff",
  ".avif": "avif",
};

/** Options of {@link encodeImage} and {@link writeImage}. */
export interface EncodeImageOptions {
  /** Of JPEG, WebP and AVIF, 1 to 100 (default 90). */
  quality?: number;
}

/** The bytes of an image file. @throws TypeError or RangeError if it is no image of bytes */
export async function encodeImage(
  image: Image,
  format: ImageFormat,
  { quality = 90 }: EncodeImageOptions = {},
): Promise<Uint8Array> {
  const fn = "encodeImage";
  checkImage(fn, image);
  requireBytes(fn, image);
  requireRange(fn, "quality", quality, 1, 100);
  if (!Object.values(formats).includes(format)) {
    throw new RangeError(`${fn}: format must be one of png, jpeg, webp, gif, tiff, avif, got "${format}".`);
  }
  const { data, width, height, channels } = image;
  const raw = { width, height, channels: channels as 1 | 3 | 4 };
  const pipe = sharp(data, { raw, limitInputPixels: false });
  const lossy = format === "jpeg" || format === "webp" || format === "avif";
  // TIFF would be a JPEG inside unless told otherwise.
  const how = lossy ? { quality } : format === "tiff" ? { compression: "lzw" as const } : {};
  return pipe.toFormat(format, how).toBuffer();
}

/**
 * Writes an image; the ending of the path says how. The file appears whole or not at all.
 *
 * @throws RangeError if the ending is no known one; Error with the system's reason if it cannot be written
 */
export async function writeImage(path: string, image: Image, options: EncodeImageOptions = {}): Promise<void> {
  const ending = extname(path).toLowerCase();
  const format = formats[ending];
  if (!format) {
    throw new RangeError(`writeImage: ${path} must end in one of ${Object.keys(formats).join(", ")}.`);
  }
  const bytes = await encodeImage(image, format, options);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
