import { conv2d, depthwiseConv2d, tf } from "@earshot/engine";
import { activationOf } from "./activation.js";
import { type Build, type Builder, kernelOf, type Layer, plainOf, requireCount, sizeOf } from "./types.js";

type Pair = number | readonly [number, number];
export type Pad = "same" | "valid" | number;
export const pairOf = (value: Pair): [number, number] =>
  typeof value === "number" ? [value, value] : [value[0], value[1]];

/** Length after a window of `size` passes with `stride`. @returns 0 or less where the window is longer than the input */
export const slid = (length: number, size: number, stride: number, pad: Pad): number =>
  pad === "same"
    ? Math.ceil(length / stride)
    : Math.floor((length + (pad === "valid" ? 0 : 2 * pad) - size) / stride) + 1;

/** Pixels at each side as the name that means the same, where there is one: a window with a middle at stride 1. */
export function padOf(
  pad: Pad,
  windows: readonly number[],
  strides: readonly number[],
  { fail }: Pick<Build, "fail">,
): Pad {
  if (typeof pad !== "number") return pad;
  if (!Number.isInteger(pad) || pad < 0) fail(`needs a pad of "same", "valid" or a whole number, got ${pad}`);
  if (windows.some((k) => pad >= k)) fail(`pads ${pad} pixels, which its window of [${windows}] would not reach`);
  if (pad === 0) return "valid";
  return windows.every((k) => k === 2 * pad + 1) && strides.every((s) => s === 1) ? "same" : pad;
}

/** An image's [height, width, channels]; two axes are an image of one channel. */
export function imageOf({ inputShape, fail }: Build): [number, number, number] {
  if (inputShape.length === 2) return [inputShape[0], inputShape[1], 1];
  if (inputShape.length !== 3) fail(`needs [height, width] or [height, width, channels], gets [${inputShape}]`);
  return [inputShape[0], inputShape[1], inputShape[2]];
}

export const buildConv2d: Builder<"conv2d"> = (spec, build) => {
  requireCount(spec.filters, "filters", build);
  return convolution("conv2d", spec, build, imageOf(build), spec.filters);
};

export const buildDepthwise: Builder<"depthwiseConv2d"> = (spec, build) =>
  convolution("depthwiseConv2d", spec, build, imageOf(build), undefined);

interface Settings {
  size?: Pair;
  strides?: Pair;
  dilations?: Pair;
  pad?: Pad;
  activation?: Parameters<typeof activationOf>[0];
  useBias?: boolean;
}

/** @param filters none: a filter a channel */
function convolution(
  kind: "conv2d" | "depthwiseConv2d",
  { size = 3, strides = 1, dilations = 1, pad: asked = "same", activation = "linear", useBias }: Settings,
  { next, fail, makeWeight }: Build,
  [height, width, channels]: [number, number, number],
  filters: number | undefined,
): Layer {
  const [kh, kw] = pairOf(size);
  const [sh, sw] = pairOf(strides);
  const [dh, dw] = pairOf(dilations);
  const pad = padOf(asked, [(kh - 1) * dh + 1, (kw - 1) * dw + 1], [sh, sw], { fail });
  const [oh, ow] = [slid(height, (kh - 1) * dh + 1, sh, pad), slid(width, (kw - 1) * dw + 1, sw, pad)];
  if (oh < 1 || ow < 1) fail(`has a window of [${kh}, ${kw}], longer than its input [${height}, ${width}]`);
  const finish = activationOf(activation, fail);
  const relu = activation === "relu";
  const outputs = filters ?? channels;
  const kernel = makeWeight("heNormal", filters ? [kh, kw, channels, filters] : [kh, kw, channels, 1]);
  const bias = (useBias ?? next?.kind !== "batchNorm") ? makeWeight("zeros", [outputs]) : undefined;
  const options = { strides: [sh, sw], dilations: [dh, dw], pad, relu } as const;
  const run = filters ? conv2d : depthwiseConv2d;
  return {
    kind,
    outputShape: [oh, ow, outputs],
    weights: [kernelOf(kernel), ...(bias ? [plainOf(bias)] : [])],
    multiplyAdds: oh * ow * sizeOf(kernel.shape),
    apply(x) {
      const image = x.rank === 4 ? x : tf.reshape(x, [-1, height, width, channels]);
      return finish(run(image, kernel, bias, { ...options, strides: [sh, sw], dilations: [dh, dw] }));
    },
  };
}

export const buildConv1d: Builder<"conv1d"> = (spec, build) => {
  requireCount(spec.filters, "filters", build);
  const { size = 3, strides = 1, dilations = 1, pad = "same" } = spec;
  const [steps, features] = sequenceOf(build);
  const image = convolution(
    "conv2d",
    { ...spec, size: [1, size], strides: [1, strides], dilations: [1, dilations], pad },
    build,
    [1, steps, features],
    spec.filters,
  );
  const [, length, filters] = image.outputShape;
  return {
    ...image,
    kind: "conv1d",
    outputShape: [length, filters],
    apply: (x, mode) => tf.reshape(image.apply(tf.reshape(x, [-1, 1, steps, features]), mode), [-1, length, filters]),
  };
};

/** A sequence's [steps, features]; an image's rows are steps, and all that is in a row its features. */
export function sequenceOf({ inputShape, fail }: Build): [number, number] {
  if (inputShape.length !== 2 && inputShape.length !== 3) {
    fail(`needs [steps, features] or [steps, width, channels], gets [${inputShape}]`);
  }
  return [inputShape[0], sizeOf(inputShape.slice(1))];
}
