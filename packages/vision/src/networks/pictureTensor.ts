import type { Tensor } from "@earshot/models";
import { resize } from "../images/geometry.js";
import { checkImage, type Image, requireBytes } from "../images/image.js";

/** Mean and deviation of each colour, of values in [0, 1]. */
export interface ColorScale {
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** Those of ImageNet, which networks of torchvision, timm and the CIFAR networks here were trained with. */
export const imageNetScale: ColorScale = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/**
 * Pictures as a network takes them: (value / 255 − mean) / deviation, a colour a channel; grey pictures get three equal channels.
 *
 * @param options.height, options.width what all are resized to (area averages when they shrink)
 * @returns [n, height, width, 3]
 */
export function pictureTensor(
  pictures: readonly Image[],
  { height, width, scale: { mean, std } = imageNetScale }: { height: number; width: number; scale?: ColorScale },
): Tensor {
  const fn = "pictureTensor";
  const size = height * width * 3;
  const data = new Float32Array(pictures.length * size);
  for (const [n, picture] of pictures.entries()) {
    checkImage(fn, picture);
    requireBytes(fn, picture);
    const shrinks = picture.width > width && picture.height > height;
    const fits = picture.width === width && picture.height === height;
    const own = fits ? picture : resize(picture, { width, height, interpolation: shrinks ? "area" : "linear" });
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < 3; c++) {
        const value = own.data[i * own.channels + (own.channels < 3 ? 0 : c)] / 255;
        data[n * size + i * 3 + c] = (value - mean[c]) / std[c];
      }
    }
  }
  return { data, shape: [pictures.length, height, width, 3] };
}
