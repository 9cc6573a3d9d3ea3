import type { Tensor } from "@tensorflow/tfjs-core";
import type { LayersModel, layers as layersApi } from "@tensorflow/tfjs-layers";
import { type CompiledNetwork, compileNetwork } from "./compileNetwork.js";
import type { ConvolutionStep, InferenceStep, RecurrentStep, StepActivation, Weight } from "./steps.js";

type Layer = ReturnType<typeof layersApi.dense>;

/** What the layers of tfjs hold, by their own names. */
interface Held {
  activation?: { getClassName(): string };
  strides?: number | number[];
  /** `null` where none is asked for. */
  dilationRate?: number | number[] | null;
  padding?: string;
  dataFormat?: string;
  depthMultiplier?: number;
  useBias?: boolean;
  axis?: number;
  epsilon?: number;
  scale?: boolean;
  center?: boolean;
  poolSize?: number[];
  maxValue?: number;
  alpha?: number;
  dims?: number[];
  targetShape?: number[];
  goBackwards?: boolean;
  returnSequences?: boolean;
  returnState?: boolean;
  stateful?: boolean;
  cell?: { activation: { getClassName(): string }; recurrentActivation: { getClassName(): string }; useBias: boolean };
}

/**
 * Compiles a trained `tf.Sequential` for prediction, as `compileNetwork` does with steps: `run(data, n)` then takes the place of
 * `predict`, without a tensor. The weights are those of now; compile again after more training.
 *
 * @param model convolutions, pools, dense layers, normalisation, activations, LSTM and GRU in a row, of a fixed input shape
 * @throws Error naming the first layer that cannot be compiled; RangeError if the input shape leaves an axis open
 * Agrees with `model.predict` within 1e-5 of the largest output.
 */
export function compileModel(model: LayersModel): CompiledNetwork {
  if (model.getClassName() !== "Sequential") {
    throw new Error(`compileModel: the model must be a tf.Sequential, got a ${model.getClassName()}; use its predict.`);
  }
  const inputShape = (model.inputs[0].shape as (number | null)[]).slice(1);
  if (!inputShape.every((d): d is number => d !== null)) {
    throw new RangeError(`compileModel: every axis of the input must have a length, got [${inputShape}].`);
  }
  return compileNetwork(
    model.layers.flatMap((layer) => stepsOf(layer as Layer)),
    inputShape,
  );
}

const pair = (given?: number | number[] | null): [number, number] => {
  const v = given ?? 1;
  return typeof v === "number" ? [v, v] : [v[0], v[1] ?? v[0]];
};

/** Activations that a step has, by tfjs' names. */
const ACTIVATIONS: Record<string, StepActivation> = {
  ...{ linear: "linear", relu: "relu", relu6: "relu6", elu: "elu", sigmoid: "sigmoid", tanh: "tanh" },
  ...{ softplus: "softplus", swish: "swish", gelu_new: "gelu" },
};

function stepsOf(layer: Layer): InferenceStep[] {
  const held = layer as unknown as Held;
  const kind = layer.getClassName();
  const fail = (why: string): never => {
    throw new Error(`compileModel: layer ${layer.name} (${kind}) ${why}; use model.predict.`);
  };
  const weights = (layer.getWeights() as Tensor[]).map(
    (t): Weight => ({ data: t.dataSync() as Float32Array, shape: t.shape }),
  );
  const shape = (layer.outputShape as (number | null)[]).slice(1) as number[];
  if (held.dataFormat === "channelsFirst") fail("has channels first");

  const after = (name: string): InferenceStep[] => {
    if (name === "softmax") return [{ op: "softmax" }];
    const activation = ACTIVATIONS[name] ?? fail(`has the activation ${name}, which no step does`);
    return activation === "linear" ? [] : [{ op: "activation", activation }];
  };
  const finish = (): InferenceStep[] => after(held.activation?.getClassName() ?? "linear");
  const convolution = (op: ConvolutionStep["op"], kernel: Weight, bias?: Weight): ConvolutionStep => {
    if (held.padding !== "same" && held.padding !== "valid") fail(`has the padding ${held.padding}`);
    const pad = held.padding as "same" | "valid";
    return { op, kernel, bias: bias?.data, strides: pair(held.strides), dilations: pair(held.dilationRate), pad };
  };

  switch (kind) {
    case "InputLayer":
    case "Dropout":
    case "SpatialDropout1D":
    case "GaussianNoise":
    case "GaussianDropout":
    case "AlphaDropout":
      return [];
    case "Conv2D":
      return [convolution("conv2d", weights[0], weights[1]), ...finish()];
    case "DepthwiseConv2D":
      if (held.depthMultiplier !== 1) fail("has several filters a channel");
      return [convolution("depthwiseConv2d", weights[0], weights[1]), ...finish()];
    case "SeparableConv2D": {
      if (held.depthMultiplier !== 1) fail("has several filters a channel");
      const [depthwise, kernel, bias] = weights;
      return [convolution("depthwiseConv2d", depthwise), { op: "conv2d", kernel, bias: bias?.data }, ...finish()];
    }
    case "Conv1D": {
      // An image of one row.
      const [{ data, shape: size }, bias] = weights;
      const row = (layer.input as { shape: (number | null)[] }).shape.slice(1) as number[];
      const step = convolution("conv2d", { data, shape: [1, ...size] }, bias);
      const [steps, apart] = [pair(held.strides)[0], pair(held.dilationRate)[0]];
      const image = { ...step, strides: [1, steps], dilations: [1, apart] } as const;
      return [{ op: "reshape", shape: [1, ...row] }, image, { op: "reshape", shape }, ...finish()];
    }
    case "Dense":
      return [{ op: "dense", kernel: weights[0], bias: weights[1]?.data }, ...finish()];
    case "BatchNormalization":
      if (held.axis !== -1 && held.axis !== shape.length) fail("normalises another axis than the last");
      return [
        normalisation(
          weights.map(({ data }) => data),
          held,
        ),
      ];
    case "Activation":
      return finish();
    case "ReLU":
      return after(held.maxValue === 6 ? "relu6" : held.maxValue ? fail(`has a limit of ${held.maxValue}`) : "relu");
    case "Softmax":
      return after("softmax");
    case "MaxPooling2D":
    case "AveragePooling2D": {
      const op = kind === "MaxPooling2D" ? "maxPool" : "averagePool";
      const pad = held.padding as "same" | "valid";
      return [{ op, size: pair(held.poolSize), strides: pair(held.strides), pad }];
    }
    case "GlobalAveragePooling1D":
    case "GlobalAveragePooling2D":
      return [{ op: "globalPool", mode: "average" }];
    case "GlobalMaxPooling1D":
    case "GlobalMaxPooling2D":
      return [{ op: "globalPool", mode: "max" }];
    case "Flatten":
    case "Reshape":
      return [{ op: "reshape", shape }];
    case "Permute":
      return [{ op: "permute", axes: held.dims?.map((d) => d - 1) ?? [] }];
    case "LSTM":
    case "GRU":
      return recurrent(kind === "LSTM" ? "lstm" : "gru", held, weights, fail);
    default:
      return fail("cannot be compiled");
  }
}

function normalisation(weights: Float32Array[], { epsilon = 1e-3, scale, center }: Held): InferenceStep {
  const rest = [...weights];
  const gamma = scale ? rest.shift() : undefined;
  const beta = center ? rest.shift() : undefined;
  const [mean, variance] = rest;
  const factor = variance.map((v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + epsilon));
  const offset = mean.map((m, c) => (beta?.[c] ?? 0) - (m * (gamma?.[c] ?? 1)) / Math.sqrt(variance[c] + epsilon));
  return { op: "affine", scale: factor, offset };
}

function recurrent(
  op: RecurrentStep["op"],
  { cell, stateful, returnState, goBackwards = false, returnSequences = false }: Held,
  [kernel, recurrent, bias]: Weight[],
  fail: (why: string) => never,
): InferenceStep[] {
  const gate = cell?.recurrentActivation.getClassName();
  if (cell?.activation.getClassName() !== "tanh" || (gate !== "sigmoid" && gate !== "hardSigmoid")) {
    return fail("has other activations than tanh and a sigmoid");
  }
  if (stateful || returnState) return fail("keeps or returns its state");
  if (goBackwards && returnSequences) return fail("goes backwards and returns sequences");
  const offsets = bias?.data ?? new Float32Array(kernel.shape[1]);
  return [
    { op, directions: [{ kernel, recurrent, bias: offsets, reverse: goBackwards }], sequences: returnSequences, gate },
  ];
}
