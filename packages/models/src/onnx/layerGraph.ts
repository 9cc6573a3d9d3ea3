import type { ActivationName } from "../neural/layers/activation.js";
import { type Pad, pairOf, slid } from "../neural/layers/convolution.js";
import { subsampleKernel } from "../neural/layers/pooling.js";
import type { LayerSpec } from "../neural/layers/specs.js";
import type { GraphBuilder } from "./graph.js";
import { addAttention, addRecurrent, permuted } from "./sequenceGraph.js";
import { asImage, plain, reshaped, type Value } from "./value.js";

/** Weights of a layer as it holds them, and what comes out of it. */
export interface Fitted {
  outputShape: readonly number[];
  weights: readonly { name: string; shape: readonly number[]; data: Float32Array }[];
}

type Writer<K extends LayerSpec["kind"]> = (
  graph: GraphBuilder,
  value: Value,
  spec: Extract<LayerSpec, { kind: K }>,
  fitted: Fitted,
) => Value;

/** One layer, residual blocks excepted. */
export function addLayer(graph: GraphBuilder, value: Value, spec: LayerSpec, fitted: Fitted): Value {
  const write = writers[spec.kind as Exclude<LayerSpec["kind"], "residual">] as Writer<LayerSpec["kind"]>;
  return write(graph, value, spec, fitted);
}

/** A value behind an activation. */
export function activated(graph: GraphBuilder, value: Value, activation: ActivationName = "linear"): Value {
  const { name } = value;
  const scalar = (v: number): string => graph.constant([v], []);
  const node = (op: string, ...inputs: string[]): string => graph.node(op, inputs);
  const ways: Record<ActivationName, () => string> = {
    linear: () => name,
    relu: () => node("Relu", name),
    relu6: () => node("Clip", name, scalar(0), scalar(6)),
    leakyRelu: () => graph.node("LeakyRelu", [name], { alpha: { float: 0.01 } }),
    elu: () => node("Elu", name),
    sigmoid: () => node("Sigmoid", name),
    tanh: () => node("Tanh", name),
    softplus: () => node("Softplus", name),
    swish: () => node("Mul", name, node("Sigmoid", name)),
    gelu() {
      const cube = node("Mul", node("Mul", node("Mul", name, name), name), scalar(0.044715));
      const curve = node("Tanh", node("Mul", node("Add", name, cube), scalar(Math.sqrt(2 / Math.PI))));
      return node("Mul", node("Mul", name, scalar(0.5)), node("Add", curve, scalar(1)));
    },
  };
  return { ...value, name: ways[activation]() };
}

/** [height, width, channels] of an image; two axes are an image of one channel. */
const imageOf = ({ shape }: Value): [number, number, number] => [shape[0], shape[1], shape[2] ?? 1];

/** Padding before and after each of two axes; what is odd goes to the end. */
function pads(lengths: readonly number[], sizes: readonly number[], strides: readonly number[], pad: Pad): number[] {
  if (typeof pad === "number") return [pad, pad, pad, pad];
  const total = lengths
    .slice(0, 2)
    .map((n, i) =>
      pad === "same" ? Math.max(0, (slid(n, sizes[i], strides[i], pad) - 1) * strides[i] + sizes[i] - n) : 0,
    );
  return [...total.map((t) => Math.floor(t / 2)), ...total.map((t) => Math.ceil(t / 2))];
}

/** What all convolutions share. */
interface Convolution {
  size?: number | readonly [number, number];
  strides?: number | readonly [number, number];
  dilations?: number | readonly [number, number];
  pad?: Pad;
  activation?: ActivationName;
}

function convolved(
  graph: GraphBuilder,
  value: Value,
  image: [number, number, number],
  spec: Convolution,
  { outputShape, weights }: Fitted,
  depthwise = false,
): Value {
  const { pad = "same" } = spec;
  const [size, strides, dilations] = [spec.size ?? 3, spec.strides ?? 1, spec.dilations ?? 1].map(pairOf);
  const [kernel, bias] = weights;
  const filters = permuted(kernel.data, kernel.shape, depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
  const inputs = [asImage(graph, value, image), graph.weight(filters.data, filters.shape, 0)];
  if (bias) inputs.push(graph.constant(bias.data, bias.shape));
  const wide = size.map((k, i) => (k - 1) * dilations[i] + 1);
  const name = graph.node("Conv", inputs, {
    kernel_shape: { ints: size },
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: { ints: pads(image, wide, strides, pad) },
    group: { int: depthwise ? image[2] : 1 },
  });
  const held = outputShape.length === 3 ? outputShape : [1, ...outputShape];
  return activated(graph, { name, shape: outputShape, image: held as [number, number, number] }, spec.activation);
}

const dense: Writer<"dense"> = (graph, value, { activation }, { outputShape, weights: [kernel, bias] }) => {
  const inputs = [plain(graph, value).name, graph.weight(kernel.data, kernel.shape, 1)];
  if (bias) inputs.push(graph.constant(bias.data, bias.shape));
  return activated(graph, { name: graph.node(bias ? "Gemm" : "MatMul", inputs), shape: outputShape }, activation);
};

type PoolSpec = Extract<LayerSpec, { kind: "maxPool" | "averagePool" }>;

function pooled(graph: GraphBuilder, value: Value, spec: PoolSpec, { outputShape }: Fitted): Value {
  const image = imageOf(value);
  const { size: asked = 2, pad = "valid" } = spec;
  const [size, strides] = [asked, spec.strides ?? asked].map(pairOf);
  const attributes = {
    kernel_shape: { ints: size },
    strides: { ints: strides },
    pads: { ints: pads(image, size, strides, pad) },
  };
  const name = graph.node(
    spec.kind === "maxPool" ? "MaxPool" : "AveragePool",
    [asImage(graph, value, image)],
    attributes,
  );
  return { name, shape: outputShape, image: outputShape as [number, number, number] };
}

/** Over all axes but the channels. */
const overall: Writer<"globalPool"> = (graph, value, { mode = "average" }, { outputShape }) => {
  const { image, shape, name } = value;
  const channels = shape[shape.length - 1];
  const reduce = (whole: string, op: string): string => {
    // A graph that holds an image as another shape (a one-dimensional convolution) has the same channels.
    if (image && image[2] === channels) return reshaped(graph, graph.node(whole, [name]), [channels]);
    const rows = reshaped(
      graph,
      plain(graph, value).name,
      [-1, channels].with(
        0,
        shape.slice(0, -1).reduce((a, b) => a * b, 1),
      ),
    );
    return graph.node(op, [rows], { axes: { ints: [1] }, keepdims: { int: 0 } });
  };
  const average = (): string => reduce("GlobalAveragePool", "ReduceMean");
  const maximum = (): string => reduce("GlobalMaxPool", "ReduceMax");
  const made = {
    average,
    max: maximum,
    both: () => graph.node("Concat", [average(), maximum()], { axis: { int: 1 } }),
  };
  return { name: made[mode](), shape: outputShape };
};

const normalised: Writer<"batchNorm"> = (graph, value, { epsilon = 1e-3 }, { weights }) => {
  const [gamma, beta, mean, variance] = weights.map(({ data }) => data);
  const { image, shape } = value;
  const channels = shape[shape.length - 1];
  if (image && image[2] === channels) {
    const inputs = [value.name, ...[gamma, beta, mean, variance].map((v) => graph.constant(v, [channels]))];
    return { ...value, name: graph.node("BatchNormalization", inputs, { epsilon: { float: epsilon } }) };
  }
  const factor = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + epsilon));
  const offset = Float64Array.from(beta, (b, c) => b - mean[c] * factor[c]);
  const scaled = graph.node("Mul", [plain(graph, value).name, graph.constant(factor, [channels])]);
  return { name: graph.node("Add", [scaled, graph.constant(offset, [channels])]), shape };
};

const halves: Writer<"maxFeatureMap"> = (graph, value, _, { outputShape }) => {
  const { image, shape } = value;
  const kept = image && image[2] === shape[shape.length - 1] ? value : plain(graph, value);
  const axis = kept.image ? 1 : shape.length;
  const name = graph.node("Max", graph.nodes("Split", [kept.name], { axis: { int: axis } }, 2));
  return {
    name,
    shape: outputShape,
    ...(kept.image && { image: [kept.image[0], kept.image[1], kept.image[2] / 2] as const }),
  };
};

/** The same numbers under another shape. */
const turned = (graph: GraphBuilder, value: Value, { outputShape }: Fitted): Value => {
  const { name, shape } = plain(graph, value);
  return { name: shape.join() === outputShape.join() ? name : reshaped(graph, name, outputShape), shape: outputShape };
};

const writers: { [K in Exclude<LayerSpec["kind"], "residual">]: Writer<K> } = {
  dense,
  conv2d: (graph, value, spec, fitted) => convolved(graph, value, imageOf(value), spec, fitted),
  depthwiseConv2d: (graph, value, spec, fitted) => convolved(graph, value, imageOf(value), spec, fitted, true),
  conv1d(graph, value, { size = 3, strides = 1, dilations = 1, pad, activation }, fitted) {
    const [steps, features] = [value.shape[0], value.shape.slice(1).reduce((a, b) => a * b, 1)];
    const spec = {
      size: [1, size],
      strides: [1, strides],
      dilations: [1, dilations],
      ...(pad && { pad }),
      ...(activation && { activation }),
    } as const;
    return convolved(graph, value, [1, steps, features], spec, fitted);
  },
  batchNorm: normalised,
  dropout: (_, value) => value,
  activation: (graph, value, { activation }) => activated(graph, value, activation),
  maxFeatureMap: halves,
  maxPool: pooled,
  averagePool: pooled,
  subsample(graph, value, { filters, strides = 1 }, { outputShape }) {
    const image = imageOf(value);
    const kernel = { name: "kernel", ...subsampleKernel(filters, image[2]) };
    return convolved(graph, value, image, { size: 1, strides, pad: "valid" }, { outputShape, weights: [kernel] });
  },
  globalPool: overall,
  flatten: (graph, value, _, fitted) => turned(graph, value, fitted),
  sequence: (graph, value, _, fitted) => turned(graph, value, fitted),
  lstm: addRecurrent,
  gru: addRecurrent,
  attentionPool: addAttention,
  cosine(graph, value, { scale = 1 }, { outputShape, weights: [{ data, shape }] }) {
    const x = plain(graph, value).name;
    const squares = graph.node("ReduceSum", [graph.node("Mul", [x, x]), graph.whole([1])], { keepdims: { int: 1 } });
    const length = graph.node("Sqrt", [graph.node("Max", [squares, graph.constant([1e-12], [])])]);
    const [inputs, units] = shape;
    const norms = Array.from({ length: units }, (_, u) => {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += data[i * units + u] ** 2;
      return Math.sqrt(Math.max(sum, 1e-12));
    });
    const directions = Float64Array.from(data, (v, i) => (scale * v) / norms[i % units]);
    const name = graph.node("MatMul", [graph.node("Div", [x, length]), graph.constant(directions, shape)]);
    return { name, shape: outputShape };
  },
};
