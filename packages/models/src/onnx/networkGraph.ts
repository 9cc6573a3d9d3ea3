import { readState } from "../core/state.js";
import type { ModelState, StateTensor } from "../core/types.js";
import { shortcutOf } from "../neural/layers/residual.js";
import type { LayerSpec } from "../neural/layers/specs.js";
import type { Layer } from "../neural/layers/types.js";
import { type NeuralClassifierOptions, readNeuralOptions } from "../neural/options.js";
import type { Part } from "./exportOnnx.js";
import type { GraphBuilder } from "./graph.js";
import { activated, addLayer } from "./layerGraph.js";
import { aligned, type Value } from "./value.js";

/** A fitted network: its layers, and the probabilities that its loss makes of their scores. */
export async function addNetwork(graph: GraphBuilder, input: string, state: ModelState): Promise<Part> {
  const read = readState(state);
  const settings = readNeuralOptions(read.options() as NeuralClassifierOptions);
  const inputShape = read.numbers("inputShape");
  const classes = read.texts("classes").length;
  const [{ useEngine }, { layersWithOutput, networkFor }] = await Promise.all([
    import("@earshot/engine"),
    import("../neural/trainer.js"),
  ]);
  await useEngine();
  // Shapes come from the network itself, so that they are worked out in one place.
  const network = networkFor(settings, inputShape, classes);
  try {
    const weights = (state.weights as unknown as StateTensor[]).map(({ data }) => data as Float32Array);
    const cursor = { weights, at: 0 };
    const scores = addLayers(
      graph,
      { name: input, shape: inputShape },
      layersWithOutput(settings, classes),
      network.layers,
      cursor,
    );
    return { output: probabilities(graph, scores.name, settings.loss.kind), shape: inputShape };
  } finally {
    network.dispose();
  }
}

/** Weights that are still to be given to layers. */
interface Cursor {
  weights: readonly Float32Array[];
  at: number;
}

function addLayers(
  graph: GraphBuilder,
  from: Value,
  specs: readonly LayerSpec[],
  layers: readonly Layer[],
  cursor: Cursor,
): Value {
  let value = from;
  for (const [i, spec] of specs.entries()) {
    value =
      spec.kind === "residual"
        ? addResidual(graph, value, spec, layers[i], cursor)
        : addOne(graph, value, spec, layers[i], cursor);
  }
  return value;
}

function addOne(graph: GraphBuilder, value: Value, spec: LayerSpec, layer: Layer, cursor: Cursor): Value {
  const weights = layer.weights.map(({ name, variable }) => ({
    name,
    shape: variable.shape,
    data: cursor.weights[cursor.at++],
  }));
  return addLayer(graph, value, spec, { outputShape: layer.outputShape, weights });
}

function addResidual(
  graph: GraphBuilder,
  value: Value,
  spec: Extract<LayerSpec, { kind: "residual" }>,
  { inner }: Layer,
  cursor: Cursor,
): Value {
  const { layers = [], shortcut = [] } = inner ?? {};
  const through = addLayers(graph, value, spec.layers, layers, cursor);
  const way = shortcutOf(spec, value.shape, through.shape);
  const [a, b] = aligned(graph, through, addLayers(graph, value, way, shortcut, cursor));
  return activated(graph, { ...a, name: graph.node("Add", [a.name, b.name]) }, spec.activation ?? "relu");
}

function probabilities(graph: GraphBuilder, scores: string, loss: string): string {
  if (loss !== "binaryCrossEntropy") return graph.node("Softmax", [scores], { axis: { int: 1 } });
  const each = graph.node("Sigmoid", [scores]);
  return graph.node("Div", [each, graph.node("ReduceSum", [each, graph.whole([1])], { keepdims: { int: 1 } })]);
}
