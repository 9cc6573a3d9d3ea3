import type { LayerSpec } from "../neural/layers/specs.js";
import type { GraphBuilder } from "./graph.js";
import type { Fitted } from "./layerGraph.js";
import { plain, reshaped, type Value } from "./value.js";

/** An array with its axes in another order. */
export function permuted(data: ArrayLike<number>, shape: readonly number[], axes: readonly number[]) {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const sizes = axes.map((axis) => shape[axis]);
  const place = new Array<number>(sizes.length).fill(0);
  const out = Float32Array.from({ length: data.length }, () => {
    const from = place.reduce((sum, p, k) => sum + p * strides[axes[k]], 0);
    for (let k = sizes.length - 1; k >= 0 && ++place[k] === sizes[k]; k--) place[k] = 0;
    return data[from];
  });
  return { data: out, shape: sizes };
}

/** A value as steps × features; an image's rows are steps. */
function asSequence(graph: GraphBuilder, value: Value): { name: string; steps: number; features: number } {
  const { name, shape } = plain(graph, value);
  const [steps, features] = [shape[0], shape.slice(1).reduce((a, b) => a * b, 1)];
  return { name: shape.length === 2 ? name : reshaped(graph, name, [steps, features]), steps, features };
}

/** Gates of ONNX by their place among ours: an LSTM's are input, output, forget, cell; a GRU's are ours. */
const gateOrder = { lstm: [0, 3, 1, 2], gru: [0, 1, 2] };

/** Rows of a matrix [inputs, gates · units] as ONNX has them: [gates · units, inputs], gates in its order. */
function gateRows(data: Float32Array, inputs: number, units: number, kind: "lstm" | "gru"): Float32Array {
  const gates = gateOrder[kind];
  const width = gates.length * units;
  return Float32Array.from({ length: data.length }, (_, i) => {
    const [row, input] = [Math.floor(i / inputs), i % inputs];
    return data[input * width + gates[Math.floor(row / units)] * units + (row % units)];
  });
}

const join = (parts: readonly Float32Array[]): Float32Array => {
  const out = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

export function addRecurrent(
  graph: GraphBuilder,
  value: Value,
  { kind, units, bidirectional = false, sequences = false }: Extract<LayerSpec, { kind: "lstm" | "gru" }>,
  { outputShape, weights }: Fitted,
): Value {
  const { name, features } = asSequence(graph, value);
  const ways = bidirectional ? 2 : 1;
  const each = weights.length / ways;
  const rows = gateOrder[kind].length * units;
  const part = (way: number, i: number): Float32Array | undefined =>
    i < each ? weights[way * each + i].data : undefined;
  const gather = (take: (way: number) => Float32Array): Float32Array =>
    join(Array.from({ length: ways }, (_, way) => take(way)));
  const kernel = gather((way) => gateRows(part(way, 0) as Float32Array, features, units, kind));
  const hidden = gather((way) => gateRows(part(way, 1) as Float32Array, units, units, kind));
  const bias = gather((way) =>
    join([2, 3].map((i) => gateRows(part(way, i) ?? new Float32Array(rows), 1, units, kind))),
  );
  const [all, last] = graph.nodes(
    kind.toUpperCase(),
    [
      graph.node("Transpose", [name], { perm: { ints: [1, 0, 2] } }),
      graph.weight(kernel, [ways, rows, features], 1),
      graph.weight(hidden, [ways, rows, units], 1),
      graph.constant(bias, [ways, 2 * rows]),
    ],
    {
      hidden_size: { int: units },
      direction: { text: bidirectional ? "bidirectional" : "forward" },
      // Our GRU resets after the product, as PyTorch's.
      ...(kind === "gru" && { linear_before_reset: { int: 1 } }),
    },
    2,
  );
  const turned = sequences
    ? graph.node("Transpose", [all], { perm: { ints: [2, 0, 1, 3] } })
    : graph.node("Transpose", [last], { perm: { ints: [1, 0, 2] } });
  return { name: reshaped(graph, turned, outputShape), shape: outputShape };
}

export function addAttention(
  graph: GraphBuilder,
  value: Value,
  { deviation = false }: Extract<LayerSpec, { kind: "attentionPool" }>,
  { outputShape, weights: [kernel, bias, score] }: Fitted,
): Value {
  const { name, features } = asSequence(graph, value);
  const node = (op: string, ...inputs: string[]): string => graph.node(op, inputs);
  const hidden = node(
    "Add",
    node("MatMul", name, graph.constant(kernel.data, kernel.shape)),
    graph.constant(bias.data, bias.shape),
  );
  const scores = node("MatMul", node("Tanh", hidden), graph.constant(score.data, score.shape));
  const shares = graph.node("Softmax", [scores], { axis: { int: 1 } });
  const weigh = graph.node("Transpose", [shares], { perm: { ints: [0, 2, 1] } });
  const mean = node("MatMul", weigh, name);
  if (!deviation) return { name: reshaped(graph, mean, [features]), shape: outputShape };
  const squares = node("MatMul", weigh, node("Mul", name, name));
  const variance = node("Relu", node("Sub", squares, node("Mul", mean, mean)));
  const spread = node("Sqrt", node("Add", variance, graph.constant([1e-6], [])));
  return {
    name: reshaped(graph, graph.node("Concat", [mean, spread], { axis: { int: 2 } }), outputShape),
    shape: outputShape,
  };
}
