import { checkMask } from "../images/histogram.js";
import { type AnyImage, checkImage, choose, type Image } from "../images/image.js";
import { toFloatImage, toMat, withMat } from "../opencv/convert.js";

/** How alike a window and the template are; differences are best when small, all others when large. */
export type MatchMethod = keyof typeof methods;

export const methods = {
  squaredDifference: "TM_SQDIFF",
  squaredDifferenceNormed: "TM_SQDIFF_NORMED",
  crossCorrelation: "TM_CCORR",
  crossCorrelationNormed: "TM_CCORR_NORMED",
  correlationCoefficient: "TM_CCOEFF",
  correlationCoefficientNormed: "TM_CCOEFF_NORMED",
} as const;

/** Options of {@link matchTemplate}. */
export interface MatchTemplateOptions {
  /** Default "correlationCoefficientNormed". */
  method?: MatchMethod;
  /** Grey image of bytes, as large as the template: pixels where it is 0 do not count. */
  mask?: Image;
}

/**
 * How well a template fits at every place of an image.
 *
 * @param template with as many channels as the image, of the same kind
 * @returns (width − w + 1) × (height − h + 1) values, for the template's upper left corner; with a mask NaN where a window is flat
 * @throws RangeError if the template is larger than the image, channels differ, or the mask has another size
 * Equals OpenCV 4.13 `matchTemplate` (measured: within 2e-4 of the largest value).
 */
export function matchTemplate(
  image: AnyImage,
  template: AnyImage,
  { method = "correlationCoefficientNormed", mask }: MatchTemplateOptions = {},
): Image<Float32Array> {
  const fn = "matchTemplate";
  const code = choose(fn, "method", methods, method);
  checkTemplate(fn, image, template);
  if (mask) checkMask(fn, mask, template);
  return withMat(fn, image, (s, mat) => {
    const out = s.mat();
    const what = toMat(s, template);
    if (mask) s.cv.matchTemplate(mat, what, out, s.cv[code], toMat(s, binary(mask)));
    else s.cv.matchTemplate(mat, what, out, s.cv[code]);
    return toFloatImage(out);
  });
}

/** @throws RangeError unless the template fits into the image and has its channels */
function checkTemplate(fn: string, image: AnyImage, template: AnyImage): void {
  checkImage(fn, image);
  checkImage(fn, template, "template");
  if (template.width > image.width || template.height > image.height) {
    throw new RangeError(
      `${fn}: the template of ${template.width} × ${template.height} is larger than the image of ${image.width} × ${image.height}.`,
    );
  }
  if (template.channels !== image.channels) {
    throw new RangeError(
      `${fn}: the template has ${template.channels} channels, the image ${image.channels}; bring both to grey with toGray.`,
    );
  }
}

/** OpenCV takes bytes of a mask as they are for weights only as floats; ours says yes or no. */
function binary(mask: Image): Image {
  return { ...mask, data: mask.data.map((v) => (v > 0 ? 255 : 0)) };
}
