/** Numbers of a weight and their shape. */
export interface Weight {
  data: Float32Array;
  shape: readonly number[];
}

/** Activations that a compiled step applies in place. */
export type StepActivation =
  | "linear"
  | "relu"
  | "relu6"
  | "leakyRelu"
  | "elu"
  | "gelu"
  | "sigmoid"
  | "tanh"
  | "softplus"
  | "swish";

type Pair = readonly [number, number];

export interface ConvolutionStep {
  op: "conv2d" | "depthwiseConv2d";
  /** [height, width, channels, outputs]; depthwise [height, width, channels, 1]. */
  kernel: Weight;
  /** [outputs] */
  bias?: Float32Array;
  /** Default [1, 1]. */
  strides?: Pair;
  /** Default [1, 1]. */
  dilations?: Pair;
  /** Default same; a number pads that many pixels at each side. */
  pad?: "same" | "valid" | number;
  activation?: StepActivation;
}

export interface DenseStep {
  op: "dense";
  /** [inputs, units] */
  kernel: Weight;
  bias?: Float32Array;
  activation?: StepActivation;
}

/** x · scale + offset, a number a channel: batch normalisation as it predicts. */
export interface AffineStep {
  op: "affine";
  scale: Float32Array;
  offset: Float32Array;
  activation?: StepActivation;
}

export interface RecurrentStep {
  op: "lstm" | "gru";
  /** One, or two whose states lie side by side. */
  directions: readonly {
    /** [features, gates · units] */
    kernel: Weight;
    /** [units, gates · units] */
    recurrent: Weight;
    bias: Float32Array;
    /** GRU: the reset comes after the recurrent product, as in PyTorch; without it before. */
    recurrentBias?: Float32Array;
    reverse: boolean;
  }[];
  /** All steps rather than the last. */
  sequences: boolean;
  /** Default sigmoid. */
  gate?: "sigmoid" | "hardSigmoid";
}

/** α = softmax(v·tanh(x·W + b)) over the steps, and the mean (and deviation) of the steps under α. */
export interface AttentionPoolStep {
  op: "attentionPool";
  /** [features, units] */
  kernel: Weight;
  bias: Float32Array;
  /** [units, 1] */
  score: Weight;
  deviation: boolean;
}

/** One step of a finished network. Images are [height, width, channels] or [height, width], sequences [steps, features]. */
export type InferenceStep =
  | ConvolutionStep
  | DenseStep
  | AffineStep
  | { op: "activation"; activation: StepActivation }
  | { op: "maxPool" | "averagePool"; size: Pair; strides: Pair; pad?: "same" | "valid" | number }
  | { op: "globalPool"; mode: "average" | "max" | "both" }
  /** The larger of each channel and its partner in the other half. */
  | { op: "maxFeatureMap" }
  | { op: "reshape"; shape: readonly number[] }
  /** Output axis i is input axis axes[i], the sample's own not counted. */
  | { op: "permute"; axes: readonly number[] }
  /** Each row's exponentials, divided by their sum. */
  | { op: "softmax" }
  /** Each row divided by its length. */
  | { op: "unitLength" }
  | RecurrentStep
  | AttentionPoolStep
  /** activation(steps(x) + shortcut(x)); an empty shortcut is x itself. */
  | {
      op: "residual";
      steps: readonly InferenceStep[];
      shortcut: readonly InferenceStep[];
      activation?: StepActivation;
    };
