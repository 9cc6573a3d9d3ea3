import { batchNormPredict, batchNormTrain, dense, dropout, type Initialiser, tf } from "@earshot/engine";
import { nearest } from "../core/options.js";

export const activationNames = [
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "gelu",
  "sigmoid",
  "tanh",
  "softplus",
  "swish",
  "linear",
] as const;
export type ActivationName = (typeof activationNames)[number];

/** A layer as a recipe writes it. */
export type LayerSpec =
  | { kind: "dense"; units: number; activation?: ActivationName; useBias?: boolean; initialiser?: Initialiser }
  | { kind: "batchNorm"; momentum?: number; epsilon?: number }
  | { kind: "dropout"; rate: number }
  | { kind: "activation"; activation: ActivationName }
  | { kind: "flatten" };

/** One array of numbers that a layer owns. */
export interface Weight {
  name: string;
  variable: tf.Variable;
  /** False for moving statistics. */
  trained: boolean;
  /** Whether weight decay applies: to kernels, not to biases and scales. */
  decays: boolean;
}

export interface Layer {
  readonly kind: LayerSpec["kind"];
  /** Of one sample. */
  readonly outputShape: readonly number[];
  readonly weights: readonly Weight[];
  apply(x: tf.Tensor, mode: { training: boolean; seed: number }): tf.Tensor;
}

type MakeWeight = (kind: Initialiser, shape: readonly number[]) => tf.Variable;

const identity = (x: tf.Tensor): tf.Tensor => x;

/** sqrt(2/π), of the tanh form of GELU. */
const GELU = Math.sqrt(2 / Math.PI);

const activations: Record<ActivationName, (x: tf.Tensor) => tf.Tensor> = {
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  leakyRelu: (x) => tf.leakyRelu(x, 0.01),
  elu: (x) => tf.elu(x),
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(tf.mul(GELU, tf.add(x, tf.mul(0.044715, tf.pow(x, 3))))))),
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  softplus: (x) => tf.softplus(x),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  linear: identity,
};

/**
 * One layer with fresh weights.
 *
 * @param where what errors call it
 * @param next the layer after it: a ReLU there becomes part of this one
 */
export function makeLayer(
  spec: LayerSpec,
  inputShape: readonly number[],
  where: string,
  makeWeight: MakeWeight,
  next?: LayerSpec,
): Layer {
  const fail = (rule: string): never => {
    throw new RangeError(`neuralClassifier: ${where} ${rule}${/[.?]$/.test(rule) ? "" : "."}`);
  };
  const reluNext = next?.kind === "activation" && next.activation === "relu";
  switch (spec.kind) {
    case "dense": {
      const { units, activation = "linear", useBias = true } = spec;
      if (inputShape.length !== 1) fail(`needs one axis, gets [${inputShape}]; put a flatten before it`);
      if (!Number.isInteger(units) || units < 1) fail(`needs units of at least 1, got ${units}`);
      const act = activationOf(activation, fail);
      const relu = activation === "relu";
      const kernel = makeWeight(spec.initialiser ?? (relu || reluNext ? "heNormal" : "glorotUniform"), [
        inputShape[0],
        units,
      ]);
      const bias = useBias ? makeWeight("zeros", [units]) : undefined;
      return {
        kind: "dense",
        outputShape: [units],
        weights: [
          { name: "kernel", variable: kernel, trained: true, decays: true },
          ...(bias ? [{ name: "bias", variable: bias, trained: true, decays: false }] : []),
        ],
        apply: (x) => (relu ? dense(x, kernel, bias, { relu }) : act(dense(x, kernel, bias))),
      };
    }
    case "batchNorm":
      return batchNorm(spec, inputShape, fail, makeWeight, reluNext);
    case "dropout": {
      const { rate } = spec;
      if (!(rate >= 0 && rate < 1)) fail(`needs a rate in [0, 1), got ${rate}`);
      return {
        kind: "dropout",
        outputShape: inputShape,
        weights: [],
        apply: (x, { training, seed }) => (training && rate > 0 ? dropout(x, rate, seed) : x),
      };
    }
    case "activation":
      return { kind: "activation", outputShape: inputShape, weights: [], apply: activationOf(spec.activation, fail) };
    case "flatten": {
      const size = inputShape.reduce((a, b) => a * b, 1);
      return { kind: "flatten", outputShape: [size], weights: [], apply: (x) => tf.reshape(x, [-1, size]) };
    }
    default: {
      const { kind } = spec as { kind: string };
      return fail(`is unknown; ${nearest(kind, layerKinds)}`);
    }
  }
}

export const layerKinds: LayerSpec["kind"][] = ["dense", "batchNorm", "dropout", "activation", "flatten"];

function activationOf(name: ActivationName, fail: (rule: string) => never): (x: tf.Tensor) => tf.Tensor {
  return activations[name] ?? fail(`has an unknown activation "${name}"; ${nearest(name, activationNames)}`);
}

/** Moving statistics follow the batches' as `moving = momentum · moving + (1 − momentum) · batch` (Keras' sense, default 0.9). */
function batchNorm(
  { momentum = 0.9, epsilon = 1e-3 }: { momentum?: number; epsilon?: number },
  inputShape: readonly number[],
  fail: (rule: string) => never,
  makeWeight: MakeWeight,
  relu: boolean,
): Layer {
  if (!(momentum >= 0 && momentum < 1)) fail(`needs a momentum in [0, 1), got ${momentum}`);
  if (!(epsilon > 0)) fail(`needs an epsilon above 0, got ${epsilon}`);
  const channels = inputShape[inputShape.length - 1];
  const [gamma, beta, mean, variance] = (["ones", "zeros", "zeros", "ones"] as const).map((kind) =>
    makeWeight(kind, [channels]),
  );
  const follow = (moving: tf.Variable, batch: tf.Tensor): void =>
    tf.tidy(() => moving.assign(tf.add(tf.mul(moving, momentum), tf.mul(batch, 1 - momentum))));
  return {
    kind: "batchNorm",
    outputShape: inputShape,
    weights: [
      { name: "gamma", variable: gamma, trained: true, decays: false },
      { name: "beta", variable: beta, trained: true, decays: false },
      { name: "mean", variable: mean, trained: false, decays: false },
      { name: "variance", variable: variance, trained: false, decays: false },
    ],
    apply(x, { training }) {
      if (!training) return batchNormPredict(x, { gamma, beta, mean, variance }, { epsilon, relu });
      const trained = batchNormTrain(x, gamma, beta, { epsilon, relu });
      const rows = x.size / channels;
      follow(mean, trained.mean);
      tf.tidy(() => follow(variance, rows > 1 ? tf.mul(trained.variance, rows / (rows - 1)) : trained.variance));
      tf.dispose([trained.mean, trained.variance]);
      return trained.y;
    },
  };
}
