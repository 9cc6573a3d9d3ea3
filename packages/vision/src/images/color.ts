import { overImage } from "../opencv/convert.js";
import { type AnyImage, checkImage, choose, type Image } from "./image.js";

/** From and to which colours: channels come and go in the order of the names. */
export type ColorConversion = keyof typeof conversions;

const conversions = {
  rgbToGray: [3, "COLOR_RGB2GRAY"],
  grayToRgb: [1, "COLOR_GRAY2RGB"],
  rgbaToRgb: [4, "COLOR_RGBA2RGB"],
  rgbaToGray: [4, "COLOR_RGBA2GRAY"],
  rgbToRgba: [3, "COLOR_RGB2RGBA"],
  grayToRgba: [1, "COLOR_GRAY2RGBA"],
  rgbToBgr: [3, "COLOR_RGB2BGR"],
  rgbToHsv: [3, "COLOR_RGB2HSV"],
  hsvToRgb: [3, "COLOR_HSV2RGB"],
  rgbToHls: [3, "COLOR_RGB2HLS"],
  hlsToRgb: [3, "COLOR_HLS2RGB"],
  rgbToLab: [3, "COLOR_RGB2Lab"],
  labToRgb: [3, "COLOR_Lab2RGB"],
  rgbToLuv: [3, "COLOR_RGB2Luv"],
  rgbToYCrCb: [3, "COLOR_RGB2YCrCb"],
  yCrCbToRgb: [3, "COLOR_YCrCb2RGB"],
  rgbToYuv: [3, "COLOR_RGB2YUV"],
  rgbToXyz: [3, "COLOR_RGB2XYZ"],
} as const;

/**
 * Converts colours. Bytes use OpenCV's ranges: hue 0 to 179, all others 0 to 255.
 *
 * @throws RangeError if the conversion is unknown or the image has another number of channels than it starts from
 * Equals OpenCV 4.13 `cvtColor` (measured: the same bytes).
 */
export function convertColor<I extends AnyImage>(image: I, conversion: ColorConversion): I {
  const fn = "convertColor";
  const [channels, code] = choose(
    fn,
    "conversion",
    conversions as Record<string, readonly [number, string]>,
    conversion,
  );
  checkImage(fn, image);
  if (image.channels !== channels) {
    throw new RangeError(`${fn}: ${conversion} needs ${channels} channels, got ${image.channels}.`);
  }
  return overImage(fn, image, ({ cv }, mat, out) => cv.cvtColor(mat, out, cv[code as `COLOR_${string}`]));
}

/** Grey values of any image: 0.299 red + 0.587 green + 0.114 blue; a grey image comes back as it is. */
export function toGray<I extends AnyImage>(image: I): I {
  checkImage("toGray", image);
  if (image.channels === 1) return image;
  return convertColor(image, image.channels === 3 ? "rgbToGray" : "rgbaToGray");
}

/** Red, green and blue of any image; alpha is left away. */
export function toRgb(image: Image): Image {
  checkImage("toRgb", image);
  if (image.channels === 3) return image;
  return convertColor(image, image.channels === 1 ? "grayToRgb" : "rgbaToRgb");
}
