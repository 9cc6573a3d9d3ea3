import { backend, image, type Tensor, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { isOurs, runKernel } from "../kernels/override.js";
import { upsampleFits } from "../kernels/upsample.js";
import { expectFloats, expectShape } from "./check.js";
import { conv2d } from "./convolve.js";

/**
 * A picture doubled by nearest neighbours, then convolved at stride 1 with zeros around it: how generators and decoders grow a picture
 * without a chequerboard. With 3×3 filters and whole vectors of channels the doubled picture is never made, and 25 multiplications do
 * where the convolution alone takes 144, or 36 by Winograd.
 *
 * @param x [n, height, width, channels]
 * @param filter [height, width, channels, outputs]
 * @param bias [outputs], or none
 * @param options.relu whether a ReLU follows (default false)
 * @returns [n, 2 · height, 2 · width, outputs]
 * @throws RangeError if shapes do not fit; TypeError for other numbers than float32
 * @see conv2d
 * Source: Odena, Dumoulin & Olah 2016 for resizing in place of transposed convolution. Agrees with `tf.image.resizeNearestNeighbor` and
 * `conv2d` within 1e-5 of the largest number, gradients included.
 */
export function upsampleConv2d(
  x: Tensor,
  filter: Tensor,
  bias?: Tensor,
  { relu = false }: { relu?: boolean } = {},
): Tensor {
  if (x.rank !== 4 || filter.rank !== 4 || x.shape[3] !== filter.shape[2]) {
    throw new RangeError(
      `upsampleConv2d: x [${x.shape}] and filter [${filter.shape}] do not fit; ` +
        "x must be [n, height, width, channels] and filter [height, width, channels, outputs].",
    );
  }
  expectFloats("upsampleConv2d", { x, filter, bias });
  expectShape("upsampleConv2d", "bias", bias, [filter.shape[3] as number]);
  if (isOurs() && upsampleFits(backend() as EarshotBackend, x, filter)) {
    return runKernel("UpsampleConvolve", bias ? { x, filter, bias } : { x, filter }, { relu });
  }
  const [, height, width] = x.shape as number[];
  return tidy(() =>
    conv2d(image.resizeNearestNeighbor(x as Tensor4D, [2 * height, 2 * width]), filter, bias, { relu }),
  );
}
