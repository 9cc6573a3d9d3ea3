import {
  add,
  conv2d as plainConv2d,
  depthwiseConv2d as plainDepthwise,
  relu as reluOf,
  type Tensor,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import { type ConvAttrs, paddingOf } from "../kernels/geometry.js";
import { hasKernel, isOurs, runKernel } from "../kernels/override.js";
import { expectFloats, expectShape, expectSteps } from "./check.js";

/** Options of {@link conv2d} and {@link depthwiseConv2d}. */
export interface Conv2dOptions {
  /** Steps of the filter down and right (default 1). */
  strides?: number | [number, number];
  /** `same` (default) pads so that the output is ⌈input / stride⌉, what is odd at the end; `valid` not at all; a number that many pixels at each side, as PyTorch. */
  pad?: "same" | "valid" | number;
  /** Distance between the filter's taps (default 1). */
  dilations?: number | [number, number];
  /** Whether a ReLU follows (default false). */
  relu?: boolean;
}

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in deep learning).
 *
 * @param x [n, height, width, channels]
 * @param filter [height, width, channels, outputs]
 * @param bias [outputs], or none
 * @returns [n, height′, width′, outputs]
 * @throws RangeError if shapes do not fit; TypeError for other numbers than float32
 * 3×3 filters at stride 1 go through Winograd's F(4×4, 3×3): outputs within 1e-5 of their largest, gradients within 1e-4.
 */
export function conv2d(x: Tensor, filter: Tensor, bias?: Tensor, options: Conv2dOptions = {}): Tensor {
  const { strides = 1, pad = "same", dilations = 1, relu = false } = options;
  if (x.rank !== 4 || filter.rank !== 4 || x.shape[3] !== filter.shape[2]) {
    throw new RangeError(
      `conv2d: x [${x.shape}] and filter [${filter.shape}] do not fit; ` +
        "x must be [n, height, width, channels] and filter [height, width, channels, outputs].",
    );
  }
  expectRest("conv2d", x, filter, bias, filter.shape[3] as number, options);
  if (isOurs()) {
    const attrs: ConvAttrs & { relu: boolean } = { strides, pad: paddingOf(pad), dilations, relu };
    return runKernel("Convolve", bias ? { x, filter, bias } : { x, filter }, attrs);
  }
  if (hasKernel("FusedConv") && typeof pad === "string" && [dilations].flat().every((d) => d === 1)) {
    const steps = typeof strides === "number" ? [strides, strides] : strides;
    return runKernel("FusedConv", bias ? { x, filter, bias } : { x, filter }, { strides: steps, pad, relu });
  }
  const plain = plainConv2d(x as Tensor4D, filter as Tensor4D, strides, paddingOf(pad), "NHWC", dilations);
  const y = bias ? add(plain, bias) : plain;
  return relu ? reluOf(y) : y;
}

/**
 * Depthwise convolution: each channel with a filter of its own.
 *
 * @param x [n, height, width, channels]
 * @param filter [height, width, channels, 1]
 * @param bias [channels], or none
 * @returns [n, height′, width′, channels]
 */
export function depthwiseConv2d(x: Tensor, filter: Tensor, bias?: Tensor, options: Conv2dOptions = {}): Tensor {
  const { strides = 1, pad = "same", dilations = 1, relu = false } = options;
  if (x.rank !== 4 || filter.rank !== 4 || x.shape[3] !== filter.shape[2] || filter.shape[3] !== 1) {
    throw new RangeError(
      `depthwiseConv2d: x [${x.shape}] and filter [${filter.shape}] do not fit; ` +
        "x must be [n, height, width, channels] and filter [height, width, channels, 1].",
    );
  }
  expectRest("depthwiseConv2d", x, filter, bias, x.shape[3] as number, options);
  if (isOurs()) {
    const attrs = { strides, pad: paddingOf(pad), dilations, relu };
    return runKernel("Depthwise", bias ? { x, filter, bias } : { x, filter }, attrs);
  }
  // Its type leaves explicit padding out, its geometry does not.
  const plain = plainDepthwise(x as Tensor4D, filter as Tensor4D, strides, paddingOf(pad) as "same", "NHWC", dilations);
  const y = bias ? add(plain, bias) : plain;
  return relu ? reluOf(y) : y;
}

function expectRest(
  fn: string,
  x: Tensor,
  filter: Tensor,
  bias: Tensor | undefined,
  outputs: number,
  { strides = 1, dilations = 1, pad = "same" }: Conv2dOptions,
): void {
  expectFloats(fn, { x, filter, bias });
  expectShape(fn, "bias", bias, [outputs]);
  expectSteps(fn, "strides", strides);
  expectSteps(fn, "dilations", dilations);
  if (pad !== "same" && pad !== "valid" && !(Number.isInteger(pad) && (pad as number) >= 0)) {
    throw new RangeError(`${fn}: pad must be "same", "valid" or a whole number of pixels, got "${pad}".`);
  }
}
