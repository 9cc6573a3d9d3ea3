import { convolvePacked, filterBytes, packFilters, wayOf } from "../kernels/convolve.js";
import { convGeometry, geometryArgs, paddingOf, poolGeometry } from "../kernels/geometry.js";
import {
  activate,
  imageOf,
  type Node,
  requireActivation,
  requireLength,
  requireShape,
  type Site,
  sizeOf,
} from "./node.js";
import type { ConvolutionStep, InferenceStep } from "./steps.js";

const RELU = 2;

export function convolutionNode(step: ConvolutionStep, inShape: readonly number[], site: Site): Node {
  const { backend, place, reserve, fail } = site;
  const { kernel, bias, strides = [1, 1], dilations = [1, 1], pad = "same" } = step;
  const activation = requireActivation(step.activation ?? "linear", site);
  const depthwise = step.op === "depthwiseConv2d";
  const image = imageOf(inShape, site);
  const [kh, kw, , outputs] = kernel.shape;
  requireShape("kernel", kernel, [kh, kw, image[2], depthwise ? 1 : outputs], site);
  const steps = [...strides] as [number, number];
  const attrs = { strides: steps, dilations: [...dilations] as [number, number], pad: paddingOf(pad) };
  const one = convGeometry([1, ...image], [...kernel.shape], attrs, depthwise);
  if (one.outHeight < 1 || one.outWidth < 1) fail(`has a window of [${kh}, ${kw}], longer than its input [${image}]`);
  requireLength("bias", bias, one.outChannels, site);
  const biasAt = bias ? place(bias) : 0;
  const relu = activation === "relu";
  const size = one.outHeight * one.outWidth * one.outChannels;
  const finish = (n: number, y: number): void => {
    if (!relu) activate(backend, activation, n * size, y);
  };
  const outShape = [one.outHeight, one.outWidth, one.outChannels];
  if (depthwise) {
    const filters = place(kernel.data);
    const args = geometryArgs(one);
    const grain = Math.max(1, Math.floor(65536 / (one.outWidth * one.outChannels * kh * kw)));
    return {
      outShape,
      run(n, x, y) {
        const rows = n * one.outHeight;
        backend.pool.run("depthwise", rows, grain, x, filters, biasAt, relu ? RELU : 0, y, ...args);
        finish(n, y);
      },
    };
  }
  const way = wayOf(backend, one);
  const packed = reserve(filterBytes(one, way));
  backend.heap.withScratch(4 * kernel.data.length, (at) => {
    backend.heap.f32(at, kernel.data.length).set(kernel.data);
    packFilters(backend, one, way, at, packed);
  });
  return {
    outShape,
    run(n, x, y) {
      convolvePacked(backend, { ...one, batch: n }, way, { x, packed, y, bias: biasAt, relu });
      finish(n, y);
    },
  };
}

type PoolStep = Extract<InferenceStep, { op: "maxPool" | "averagePool" }>;

export function poolNode({ op, size, strides, pad = "valid" }: PoolStep, inShape: readonly number[], site: Site): Node {
  const { backend, fail } = site;
  const image = imageOf(inShape, site);
  const filterSize: [number, number] = [size[0], size[1]];
  const attrs = { filterSize, strides: [strides[0], strides[1]] as [number, number], pad: paddingOf(pad) };
  const one = poolGeometry({ shape: [1, ...image], dtype: "float32", dataId: {} }, attrs);
  if (one.outHeight < 1 || one.outWidth < 1) fail(`has a window of [${size}], longer than its input [${image}]`);
  const args = geometryArgs(one);
  const grain = Math.max(1, Math.floor(32768 / (one.outWidth * one.outChannels * size[0] * size[1])));
  const kind = op === "maxPool" ? 0 : 1;
  return {
    outShape: [one.outHeight, one.outWidth, one.outChannels],
    run: (n, x, y) => backend.pool.run("pool", n * one.outHeight, grain, x, y, kind, ...args),
  };
}

/** Over everything but the channels. */
export function globalPoolNode(
  { mode }: Extract<InferenceStep, { op: "globalPool" }>,
  inShape: readonly number[],
  { backend, fail }: Site,
): Node {
  if (inShape.length < 2) fail(`needs steps or pixels to pool over, gets [${inShape}]`);
  const channels = inShape[inShape.length - 1];
  const pixels = sizeOf(inShape) / channels;
  const grain = Math.max(1, Math.floor(32768 / (pixels * channels)));
  const args = geometryArgs(
    poolGeometry(
      { shape: [1, pixels, 1, channels], dtype: "float32", dataId: {} },
      { filterSize: [pixels, 1], strides: 1, pad: "valid" },
    ),
  );
  const average = (n: number, x: number, y: number) =>
    backend.pool.run("middleSum", n, grain, x, pixels, channels, 1 / pixels, y);
  const maximum = (n: number, x: number, y: number) => backend.pool.run("pool", n, grain, x, y, 0, ...args);
  if (mode === "average") return { outShape: [channels], run: average };
  if (mode === "max") return { outShape: [channels], run: maximum };
  return {
    outShape: [2 * channels],
    scratch: 2 * channels,
    run(n, x, y, scratch) {
      for (const [i, half] of [average, maximum].entries()) {
        const own = scratch + 4 * i * n * channels;
        half(n, x, own);
        backend.pool.run("copyRows", n, n, own, 4 * channels, y + 4 * i * channels, 8 * channels, channels);
      }
    },
  };
}

export function maxFeatureMapNode(inShape: readonly number[], { backend, fail }: Site): Node {
  const channels = inShape[inShape.length - 1];
  if (channels % 2) fail(`needs an even number of channels, gets ${channels}`);
  const half = channels / 2;
  const rows = sizeOf(inShape) / channels;
  const grain = Math.max(1, Math.floor(16384 / channels));
  return {
    outShape: [...inShape.slice(0, -1), half],
    run: (n, x, y) => backend.pool.run("halvesMax", n * rows, grain, x, half, y),
  };
}
