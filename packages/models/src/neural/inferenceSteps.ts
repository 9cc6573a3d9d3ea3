import type { InferenceStep } from "@earshot/engine";
import { pairOf } from "./layers/convolution.js";
import { subsampleKernel } from "./layers/pooling.js";
import { shortcutOf } from "./layers/residual.js";
import type { LayerSpec } from "./layers/specs.js";
import type { Layer } from "./layers/types.js";

/**
 * The layers of a fitted network as the engine's compiler wants them.
 *
 * @param inputShape of one sample
 */
export function inferenceSteps(
  specs: readonly LayerSpec[],
  layers: readonly Layer[],
  inputShape: readonly number[],
): InferenceStep[] {
  return specs.flatMap((spec, i) => stepsOf(spec, layers[i], i === 0 ? inputShape : layers[i - 1].outputShape));
}

interface Numbers {
  data: Float32Array;
  shape: readonly number[];
}

function stepsOf(spec: LayerSpec, layer: Layer, inputShape: readonly number[]): InferenceStep[] {
  const [first, second, third, fourth] = layer.weights.map(
    ({ variable }): Numbers => ({ data: variable.dataSync() as Float32Array, shape: variable.shape }),
  );
  switch (spec.kind) {
    case "conv2d":
    case "depthwiseConv2d": {
      const dilations = pairOf("dilations" in spec ? (spec.dilations ?? 1) : 1);
      return [
        {
          op: spec.kind,
          ...{ kernel: first, bias: second?.data, strides: pairOf(spec.strides ?? 1), dilations },
          ...{ pad: spec.pad ?? "same", activation: spec.activation ?? "linear" },
        },
      ];
    }
    case "conv1d": {
      // An image of one row.
      const row = [1, inputShape[0], first.shape[2]];
      const image: InferenceStep = {
        op: "conv2d",
        ...{ kernel: first, bias: second?.data, strides: [1, spec.strides ?? 1], dilations: [1, spec.dilations ?? 1] },
        ...{ pad: spec.pad ?? "same", activation: spec.activation ?? "linear" },
      };
      return [{ op: "reshape", shape: row }, image, { op: "reshape", shape: layer.outputShape }];
    }
    case "dense":
      return [{ op: "dense", kernel: first, bias: second?.data, activation: spec.activation ?? "linear" }];
    case "cosine":
      return [{ op: "unitLength" }, { op: "dense", kernel: directions(first, spec.scale ?? 1) }];
    case "batchNorm": {
      const [gamma, beta, mean, variance] = [first.data, second.data, third.data, fourth.data];
      const epsilon = spec.epsilon ?? 1e-3;
      const scale = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
      const offset = beta.map((b, c) => b - (mean[c] * gamma[c]) / Math.sqrt(variance[c] + epsilon));
      return [{ op: "affine", scale, offset }];
    }
    case "dropout":
      return [];
    case "activation":
      return [{ op: "activation", activation: spec.activation }];
    case "maxFeatureMap":
      return [{ op: "maxFeatureMap" }];
    case "maxPool":
    case "averagePool": {
      const size = pairOf(spec.size ?? 2);
      return [{ op: spec.kind, size, strides: pairOf(spec.strides ?? size), pad: spec.pad ?? "valid" }];
    }
    case "subsample":
      return [
        {
          op: "conv2d",
          ...{ kernel: subsampleKernel(spec.filters, inputShape[2] ?? 1), strides: pairOf(spec.strides ?? 1) },
          pad: "valid",
        },
      ];
    case "globalPool":
      return [{ op: "globalPool", mode: spec.mode ?? "average" }];
    case "flatten":
    case "sequence":
      return [{ op: "reshape", shape: layer.outputShape }];
    case "lstm":
    case "gru":
      return [recurrent(spec, layer)];
    case "attentionPool":
      return [
        { op: "attentionPool", kernel: first, bias: second.data, score: third, deviation: spec.deviation ?? false },
      ];
    case "residual":
      return [residual(spec, layer, inputShape)];
  }
}

function residual(
  spec: Extract<LayerSpec, { kind: "residual" }>,
  { inner, outputShape }: Layer,
  inputShape: readonly number[],
): InferenceStep {
  const { layers = [], shortcut = [] } = inner ?? {};
  return {
    op: "residual",
    steps: inferenceSteps(spec.layers, layers, inputShape),
    shortcut: inferenceSteps(shortcutOf(spec, inputShape, outputShape), shortcut, inputShape),
    activation: spec.activation ?? "relu",
  };
}

/** A kernel's columns at length `scale`. */
function directions({ data, shape }: Numbers, scale: number): Numbers {
  const [inputs, units] = shape;
  const out = new Float32Array(data.length);
  for (let u = 0; u < units; u++) {
    let squares = 0;
    for (let i = u; i < data.length; i += units) squares += data[i] * data[i];
    const factor = scale / Math.sqrt(Math.max(squares, 1e-12));
    for (let i = 0; i < inputs; i++) out[i * units + u] = data[i * units + u] * factor;
  }
  return { data: out, shape };
}

function recurrent(spec: Extract<LayerSpec, { kind: "lstm" | "gru" }>, { weights }: Layer): InferenceStep {
  const values = weights.map(
    ({ variable }): Numbers => ({ data: variable.dataSync() as Float32Array, shape: variable.shape }),
  );
  const each = spec.kind === "lstm" ? 3 : 4;
  const directions = (spec.bidirectional ? [false, true] : [false]).map((reverse, i) => {
    const [kernel, recurrent, bias, recurrentBias] = values.slice(i * each, (i + 1) * each);
    return { kernel, recurrent, bias: bias.data, reverse, ...(recurrentBias && { recurrentBias: recurrentBias.data }) };
  });
  return { op: spec.kind, directions, sequences: spec.sequences ?? false };
}
