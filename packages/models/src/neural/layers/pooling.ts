import { tf } from "@earshot/engine";
import { imageOf, type Pad, padOf, pairOf, slid } from "./convolution.js";
import type { LayerSpec } from "./specs.js";
import { type Build, type Builder, type Layer, requireCount, sizeOf } from "./types.js";

type PoolSpec = Extract<LayerSpec, { kind: "maxPool" | "averagePool" }>;

/** Default: 2×2 windows side by side. */
export function buildPool(spec: PoolSpec, build: Build): Layer {
  const { size = 2 } = spec;
  const [height, width, channels] = imageOf(build);
  const [kh, kw] = pairOf(size);
  const [sh, sw] = pairOf(spec.strides ?? size);
  const pad = padOf(spec.pad ?? "valid", [kh, kw], [sh, sw], build);
  const [oh, ow] = [slid(height, kh, sh, pad), slid(width, kw, sw, pad)];
  if (oh < 1 || ow < 1) build.fail(`has a window of [${kh}, ${kw}], longer than its input [${height}, ${width}]`);
  const run = spec.kind === "maxPool" ? tf.maxPool : tf.avgPool;
  return {
    kind: spec.kind,
    outputShape: [oh, ow, channels],
    weights: [],
    multiplyAdds: 0,
    apply: (x) => run(tf.reshape(x, [-1, height, width, channels]) as tf.Tensor4D, [kh, kw], [sh, sw], edges(pad)),
  };
}

const edges = (pad: Pad) =>
  typeof pad === "number"
    ? ([
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ] as [Edge, Edge, Edge, Edge])
    : pad;
type Edge = [number, number];

export const buildSubsample: Builder<"subsample"> = ({ filters, strides = 1 }, build) => {
  const { fail } = build;
  requireCount(filters, "filters", build);
  const [height, width, channels] = imageOf(build);
  if (filters < channels) fail(`needs at least the ${channels} filters that come in, got ${filters}`);
  const [sh, sw] = pairOf(strides);
  const before = subsampleOffset(filters, channels);
  return {
    kind: "subsample",
    outputShape: [Math.ceil(height / sh), Math.ceil(width / sw), filters],
    weights: [],
    multiplyAdds: 0,
    apply(x) {
      // A pool over one pixel has a gradient, a slice with steps has none.
      const fewer = tf.maxPool(tf.reshape(x, [-1, height, width, channels]) as tf.Tensor4D, 1, [sh, sw], "valid");
      return tf.pad(fewer, [
        [0, 0],
        [0, 0],
        [0, 0],
        [before, filters - channels - before],
      ]);
    },
  };
};

/** Channels of zeros before those that came in. */
const subsampleOffset = (filters: number, channels: number): number => Math.floor((filters - channels) / 2);

/** What a subsample is as a 1×1 convolution: [1, 1, channels, filters] with ones where a channel goes. */
export function subsampleKernel(filters: number, channels: number): { data: Float32Array; shape: number[] } {
  const data = new Float32Array(channels * filters);
  for (let c = 0; c < channels; c++) data[c * filters + subsampleOffset(filters, channels) + c] = 1;
  return { data, shape: [1, 1, channels, filters] };
}

/** Averages or maxima of each channel over everything else: of all pixels, or of all steps. */
export const buildGlobalPool: Builder<"globalPool"> = ({ mode = "average" }, { inputShape, fail }) => {
  if (inputShape.length < 2) fail(`needs steps or pixels to pool over, gets [${inputShape}]`);
  const channels = inputShape[inputShape.length - 1];
  const pixels = sizeOf(inputShape.slice(0, -1));
  const average = (x: tf.Tensor): tf.Tensor => tf.mean(tf.reshape(x, [-1, pixels, channels]), 1);
  const maximum = (x: tf.Tensor): tf.Tensor => {
    const image = tf.reshape(x, [-1, pixels, 1, channels]) as tf.Tensor4D;
    return tf.reshape(tf.maxPool(image, [pixels, 1], 1, "valid"), [-1, channels]);
  };
  const apply = { average, max: maximum, both: (x: tf.Tensor) => tf.concat([average(x), maximum(x)], 1) }[mode];
  if (!apply) fail(`needs a mode average, max or both, got "${mode}"`);
  return {
    kind: "globalPool",
    outputShape: [mode === "both" ? 2 * channels : channels],
    weights: [],
    multiplyAdds: 0,
    apply,
  };
};

/** The larger of each channel and its partner in the other half: half as many channels. Source: Wu et al. 2018 (Light CNN). */
export const buildMaxFeatureMap: Builder<"maxFeatureMap"> = (_spec, { inputShape, fail }) => {
  const channels = inputShape[inputShape.length - 1];
  if (channels % 2) fail(`needs an even number of channels, gets ${channels}`);
  const half = channels / 2;
  const outputShape = [...inputShape.slice(0, -1), half];
  return {
    kind: "maxFeatureMap",
    outputShape,
    weights: [],
    multiplyAdds: 0,
    apply(x) {
      const pairs = tf.reshape(x, [-1, 2, 1, half]) as tf.Tensor4D;
      return tf.reshape(tf.maxPool(pairs, [2, 1], 1, "valid"), [-1, ...outputShape]);
    },
  };
};

export const buildFlatten: Builder<"flatten"> = (_spec, { inputShape }) => {
  const size = sizeOf(inputShape);
  return {
    kind: "flatten",
    outputShape: [size],
    weights: [],
    multiplyAdds: 0,
    apply: (x) => tf.reshape(x, [-1, size]),
  };
};

/** Rows become steps, and all that is in a row its features. */
export const buildSequence: Builder<"sequence"> = (_spec, { inputShape, fail }) => {
  if (inputShape.length < 2) fail(`needs at least two axes, gets [${inputShape}]`);
  const [steps, features] = [inputShape[0], sizeOf(inputShape.slice(1))];
  return {
    kind: "sequence",
    outputShape: [steps, features],
    weights: [],
    multiplyAdds: 0,
    apply: (x) => tf.reshape(x, [-1, steps, features]),
  };
};
