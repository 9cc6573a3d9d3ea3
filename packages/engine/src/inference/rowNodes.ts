import { packedBytes, packedProduct, packRight } from "../kernels/matmul.js";
import { activate, type Node, requireActivation, requireLength, requireShape, type Site, sizeOf } from "./node.js";
import type { AffineStep, DenseStep, InferenceStep, StepActivation, Weight } from "./steps.js";

/** Packs a matrix for products with it. */
export function packMatrix({ backend, reserve }: Site, { data, shape: [rows, cols] }: Weight): number {
  const packed = reserve(packedBytes(rows, cols));
  backend.heap.withScratch(4 * data.length, (at) => {
    backend.heap.f32(at, data.length).set(data);
    packRight(backend, { address: at, rows, cols }, packed);
  });
  return packed;
}

export function denseNode(step: DenseStep, inShape: readonly number[], site: Site): Node {
  const { kernel, bias } = step;
  const { backend, place } = site;
  const inputs = inShape[inShape.length - 1];
  const units = kernel.shape[1];
  const rows = sizeOf(inShape) / inputs;
  requireShape("kernel", kernel, [inputs, units], site);
  requireLength("bias", bias, units, site);
  const activation = requireActivation(step.activation ?? "linear", site);
  const relu = activation === "relu";
  const packed = packMatrix(site, kernel);
  const biasAt = bias ? place(bias) : 0;
  return {
    outShape: [...inShape.slice(0, -1), units],
    run(n, x, y) {
      const a = { address: x, rows: n * rows, cols: inputs };
      packedProduct(backend, a, packed, units, y, { bias: biasAt, relu });
      if (!relu) activate(backend, activation, n * rows * units, y);
    },
  };
}

export function affineNode(step: AffineStep, inShape: readonly number[], site: Site): Node {
  const { backend, place } = site;
  const channels = inShape[inShape.length - 1];
  requireLength("scale", step.scale, channels, site);
  requireLength("offset", step.offset, channels, site);
  const activation = requireActivation(step.activation ?? "linear", site);
  const [scale, offset] = [place(step.scale), place(step.offset)];
  const rows = sizeOf(inShape) / channels;
  const grain = Math.max(1, Math.floor(16384 / channels));
  const relu = activation === "relu";
  return {
    outShape: inShape,
    place: "inPlace",
    run(n, x, y) {
      backend.pool.run("normApply", n * rows, grain, x, y, channels, scale, offset, relu ? 1 : 0);
      if (!relu) activate(backend, activation, n * rows * channels, y);
    },
  };
}

export function activationNode(activation: StepActivation, inShape: readonly number[], site: Site): Node {
  requireActivation(activation, site);
  if (activation === "linear") return { outShape: inShape, place: "alias", run: () => {} };
  const size = sizeOf(inShape);
  return {
    outShape: inShape,
    place: "inPlace",
    run: (n, x, y) => activate(site.backend, activation, n * size, x, y),
  };
}

export function reshapeNode(
  { shape }: Extract<InferenceStep, { op: "reshape" }>,
  inShape: readonly number[],
  { fail }: Site,
): Node {
  if (sizeOf(shape) !== sizeOf(inShape)) fail(`cannot make [${shape}] of [${inShape}]`);
  return { outShape: shape, place: "alias", run: () => {} };
}

export function permuteNode(
  { axes }: Extract<InferenceStep, { op: "permute" }>,
  inShape: readonly number[],
  { backend, fail }: Site,
): Node {
  if (inShape.length > 3 || [...axes].sort().join() !== inShape.map((_, i) => i).join()) {
    fail(`cannot exchange the axes of [${inShape}] as [${axes}]`);
  }
  const size = sizeOf(inShape);
  const strides = inShape.map((_, i) => sizeOf(inShape.slice(i + 1)));
  const none = 3 - axes.length;
  const sizes = [...new Array<number>(none).fill(1), ...axes.map((a) => inShape[a])];
  const apart = [size, ...new Array<number>(none).fill(0), ...axes.map((a) => strides[a])];
  const grain = Math.max(1, Math.floor(16384 / size));
  return {
    outShape: axes.map((a) => inShape[a]),
    run: (n, x, y) => backend.pool.run("transpose", n, grain, x, y, ...sizes, ...apart),
  };
}

export function softmaxNode(inShape: readonly number[], { backend }: Site): Node {
  const cols = inShape[inShape.length - 1];
  const rows = sizeOf(inShape) / cols;
  const grain = Math.max(1, Math.floor(4096 / cols));
  return {
    outShape: inShape,
    place: "inPlace",
    run: (n, x, y) => backend.pool.run("softmax", n * rows, grain, x, y, cols, 0),
  };
}

/** Keeps lengths from 0. */
const SHORTEST = 1e-12;

/** A row a sample: too few numbers for a kernel of their own. */
export function unitLengthNode(inShape: readonly number[], { backend }: Site): Node {
  const size = sizeOf(inShape);
  return {
    outShape: inShape,
    place: "inPlace",
    run(n, x, y) {
      const [from, to] = [backend.heap.f32(x, n * size), backend.heap.f32(y, n * size)];
      for (let r = 0; r < n; r++) {
        let sum = 0;
        for (let i = r * size; i < (r + 1) * size; i++) sum += from[i] * from[i];
        const length = Math.sqrt(Math.max(sum, SHORTEST));
        for (let i = r * size; i < (r + 1) * size; i++) to[i] = from[i] / length;
      }
    },
  };
}
