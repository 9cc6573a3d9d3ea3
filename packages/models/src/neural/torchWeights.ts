import { tensor } from "../core/state.js";
import type { ModelState, StateTensor } from "../core/types.js";
import { restoreModel } from "../kinds.js";
import type { Layer } from "./layers/types.js";
import type { NeuralClassifier } from "./neuralClassifier.js";
import { type NeuralClassifierOptions, readNeuralOptions } from "./options.js";

/** Weights of a PyTorch model, and the network that they belong to. */
export interface TorchWeights {
  /** As `readSafetensors` reads them: names of a PyTorch `state_dict`. */
  tensors: Readonly<Record<string, StateTensor>>;
  /** What the network is: `network` or `layers`, as for `neuralClassifier`. */
  options: NeuralClassifierOptions;
  /** Of one sample. */
  inputShape: readonly number[];
  /** In the order of the output's units. */
  classes: readonly string[];
  /** Modules in the order in which they run, where their names do not sort so (default: sorted, numbers by their value). */
  order?: readonly string[];
}

/** One module of a state_dict: what is behind its last dot, with the tensor. */
interface Module {
  name: string;
  parts: Record<string, StateTensor>;
}

/**
 * A fitted network with weights that were trained in PyTorch.
 *
 * Modules follow the layers in order: `Linear`, `Conv1d`, `Conv2d` (depthwise by its shape), `BatchNorm1d/2d`, `LSTM`, `GRU`, both ways or not;
 * attention pooling is a `Linear` and one without bias, a residual block its layers and then its shortcut. Kernels are turned from channels first
 * to channels last, gates into our order, and the two biases of an LSTM into their sum. The PyTorch side must pad as TensorFlow's "same" does (what is
 * odd goes to the end), have the epsilon of the batch normalisations (1e-3, unless the layers say otherwise), and take the features of a row of an
 * image as [width, channels]; `tools/golden/neural.py` holds every named network so.
 *
 * @throws RangeError naming the first module that is missing, left over, or of another shape than its layer
 * Agrees with PyTorch 2.15 within 1e-5 on every named network.
 */
export async function neuralFromTorch({
  tensors,
  options,
  inputShape,
  classes,
  order,
}: TorchWeights): Promise<NeuralClassifier> {
  const settings = readNeuralOptions(options);
  const [{ useEngine }, { networkFor }] = await Promise.all([import("@earshot/engine"), import("./trainer.js")]);
  await useEngine();
  const network = networkFor(settings, inputShape, classes.length);
  try {
    const modules = modulesOf(tensors, order);
    const values = takeAll(network.layers, modules);
    if (modules.length > 0) throw new RangeError(`neuralFromTorch: no layer is left for module "${modules[0].name}".`);
    const state: ModelState = {
      kind: "neuralClassifier",
      options: JSON.parse(JSON.stringify(settings)),
      classes: [...classes],
      inputShape: [...inputShape],
      weights: values.map((w, i) => tensor(w, network.weights[i].variable.shape)),
    };
    return (await restoreModel(state)) as NeuralClassifier;
  } finally {
    network.dispose();
  }
}

function modulesOf(tensors: TorchWeights["tensors"], order: readonly string[] | undefined): Module[] {
  const modules = new Map<string, Module>();
  for (const [key, own] of Object.entries(tensors)) {
    if (key.endsWith("num_batches_tracked")) continue;
    const at = key.lastIndexOf(".");
    const name = key.slice(0, Math.max(0, at));
    const module = modules.get(name) ?? { name, parts: {} };
    module.parts[key.slice(at + 1)] = own;
    modules.set(name, module);
  }
  const missing = order?.find((name) => !modules.has(name));
  if (missing !== undefined)
    throw new RangeError(`neuralFromTorch: order names module "${missing}", which the weights lack.`);
  const place = ({ name }: Module): number => order?.indexOf(name) ?? 0;
  return [...modules.values()].sort(
    (a, b) => place(a) - place(b) || a.name.localeCompare(b.name, "en", { numeric: true }),
  );
}

const takeAll = (layers: readonly Layer[], modules: Module[]): Float32Array[] =>
  layers.flatMap((layer) => take(layer, modules));

/** The weights of a layer in its order, off the front of the modules. */
function take(layer: Layer, modules: Module[]): Float32Array[] {
  if (layer.inner) return [...takeAll(layer.inner.layers, modules), ...takeAll(layer.inner.shortcut, modules)];
  const { weights, kind } = layer;
  if (weights.length === 0) return [];
  const shapes = weights.map((w) => w.variable.shape as number[]);
  const next = (): Reader => {
    const module = modules.shift();
    if (!module) throw new RangeError(`neuralFromTorch: the weights end before a ${kind}.`);
    return readerOf(module, kind);
  };
  if (kind === "lstm" || kind === "gru") return recurrent(next(), kind, shapes);
  if (kind === "batchNorm") {
    const read = next();
    return ["weight", "bias", "running_mean", "running_var"].map((part, i) => read(part, shapes[i]));
  }
  if (kind === "attentionPool") {
    const [first, second] = [next(), next()];
    return [first("weight", shapes[0], [1, 0]), first("bias", shapes[1]), second("weight", shapes[2], [1, 0])];
  }
  const read = next();
  const bias = weights.length > 1 ? [read("bias", shapes[1])] : [];
  // PyTorch has outputs first and inputs second; ours come last, inputs before outputs. A depthwise filter has one input: its outputs are our channels.
  if (kind === "conv2d") return [read("weight", shapes[0], [2, 3, 1, 0]), ...bias];
  if (kind === "depthwiseConv2d") return [read("weight", shapes[0], [2, 3, 0, 1]), ...bias];
  if (kind === "conv1d") return [read("weight", shapes[0].slice(1), [2, 1, 0]), ...bias];
  return [read("weight", shapes[0], [1, 0]), ...bias];
}

/** A tensor of a module with its axes in the order given, checked to be of a shape then. */
type Reader = (part: string, shape: readonly number[], axes?: readonly number[]) => Float32Array;

function readerOf({ name, parts }: Module, kind: string): Reader {
  return (part, shape, axes = shape.map((_, i) => i)) => {
    const own = parts[part];
    if (!own) throw new RangeError(`neuralFromTorch: module "${name}" has no ${part}, which a ${kind} needs.`);
    const turned = axes.map((axis) => own.shape[axis]);
    if (own.shape.length !== axes.length || turned.join() !== shape.join()) {
      const wanted = axes.map((_, i) => shape[axes.indexOf(i)]);
      throw new RangeError(
        `neuralFromTorch: "${name}.${part}" has shape [${own.shape}], the ${kind} needs [${wanted}].`,
      );
    }
    return transposed(own, axes);
  };
}

function transposed({ data, shape }: StateTensor, axes: readonly number[]): Float32Array {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const sizes = axes.map((axis) => shape[axis]);
  const steps = axes.map((axis) => strides[axis]);
  const out = new Float32Array(data.length);
  const place = new Array<number>(sizes.length).fill(0);
  // The place that is read moves with the counter: a step on, or back to where its axis began.
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = data[from];
    for (let k = sizes.length - 1; k >= 0; k--) {
      from += steps[k];
      if (++place[k] < sizes[k]) break;
      from -= steps[k] * sizes[k];
      place[k] = 0;
    }
  }
  return out;
}

/** Gates of PyTorch's GRU are reset, update, new; ours update, reset, new. An LSTM's are alike. */
function recurrent(read: Reader, kind: "lstm" | "gru", shapes: readonly number[][]): Float32Array[] {
  const each = kind === "lstm" ? 3 : 4;
  const gates = kind === "lstm" ? [0, 1, 2, 3] : [1, 0, 2];
  const out: Float32Array[] = [];
  for (let from = 0; from < shapes.length; from += each) {
    const suffix = from === 0 ? "l0" : "l0_reverse";
    const [kernel, hidden, bias] = shapes.slice(from, from + 3);
    const sort = (values: Float32Array): Float32Array => reorder(values, bias[0], gates);
    const [biasIn, biasHidden] = ["bias_ih", "bias_hh"].map((part) => sort(read(`${part}_${suffix}`, bias)));
    out.push(sort(read(`weight_ih_${suffix}`, kernel, [1, 0])), sort(read(`weight_hh_${suffix}`, hidden, [1, 0])));
    if (kind === "lstm") out.push(biasIn.map((b, i) => b + biasHidden[i]));
    else out.push(biasIn, biasHidden);
  }
  return out;
}

/** Rows of `width` whose equal parts, a part a gate, come in another order. */
function reorder(values: Float32Array, width: number, gates: readonly number[]): Float32Array {
  const units = width / gates.length;
  return values.map((_, i) => {
    const column = i % width;
    return values[i - column + gates[Math.floor(column / units)] * units + (column % units)];
  });
}
