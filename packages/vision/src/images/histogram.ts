import { overImage, toMat, withMat } from "../opencv/convert.js";
import { type AnyImage, checkImage, type Image, requireRange, requireWhole } from "./image.js";

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** Default 0. */
  channel?: number;
  /** Default 256. */
  bins?: number;
  /** From (included) to (left out), default [0, 256]. */
  range?: readonly [number, number];
  /** Grey image of bytes: only pixels where it is not 0 are counted. */
  mask?: Image;
}

/** How many pixels have values in each bin, equal to OpenCV 4.13 `calcHist`. @returns bins counts */
export function histogram(
  image: AnyImage,
  { channel = 0, bins = 256, range = [0, 256], mask }: HistogramOptions = {},
): Float32Array {
  const fn = "histogram";
  checkImage(fn, image);
  requireWhole(fn, "channel", channel, 0, image.channels - 1);
  requireWhole(fn, "bins", bins, 1);
  if (!(range[0] < range[1])) throw new RangeError(`${fn}: range must rise, got [${range}].`);
  if (mask) checkMask(fn, mask, image);
  return withMat(fn, image, (s, mat) => {
    const images = s.own(new s.cv.MatVector());
    images.push_back(mat);
    const out = s.mat();
    s.cv.calcHist(images, [channel], mask ? toMat(s, mask) : s.mat(), out, [bins], range);
    return out.data32F.slice();
  });
}

/** Spreads grey values over the whole range, equal to OpenCV 4.13 `equalizeHist`. */
export function equalizeHistogram(image: Image): Image {
  requireGray("equalizeHistogram", image);
  return overImage("equalizeHistogram", image, ({ cv }, mat, out) => cv.equalizeHist(mat, out));
}

/** Options of {@link clahe}. */
export interface ClaheOptions {
  /** Slope that a tile's histogram may reach, in means of its bins (default 40, as OpenCV; 2 to 4 are usual). */
  clipLimit?: number;
  /** Tiles along each axis (default 8). */
  tiles?: number;
}

/** Contrast limited adaptive histogram equalisation, equal to OpenCV 4.13 `createCLAHE`. Source: Zuiderveld 1994. */
export function clahe(image: Image, { clipLimit = 40, tiles = 8 }: ClaheOptions = {}): Image {
  requireGray("clahe", image);
  requireRange("clahe", "clipLimit", clipLimit, 0);
  requireWhole("clahe", "tiles", tiles, 1, Math.min(image.width, image.height));
  return overImage("clahe", image, ({ cv, own }, mat, out) => {
    own(new cv.CLAHE(clipLimit, { width: tiles, height: tiles })).apply(mat, out);
  });
}

/** @throws TypeError or RangeError unless the image is grey, of bytes */
export function requireGray(fn: string, image: AnyImage, name = "image"): asserts image is Image {
  checkImage(fn, image, name);
  if (image.channels !== 1 || !(image.data instanceof Uint8Array)) {
    throw new RangeError(`${fn}: ${name} must be grey, of bytes; make it so with toGray.`);
  }
}

/** @throws RangeError unless the mask is grey and as large as the image */
export function checkMask(fn: string, mask: Image, { width, height }: AnyImage): void {
  requireGray(fn, mask, "mask");
  if (mask.width !== width || mask.height !== height) {
    throw new RangeError(
      `${fn}: mask of ${mask.width} × ${mask.height} must be as large as the image, ${width} × ${height}.`,
    );
  }
}
