import { tf } from "@earshot/engine";
import { nearest } from "../../core/options.js";

export const activationNames = [
  ...(["relu", "relu6", "leakyRelu", "elu", "gelu", "sigmoid", "tanh", "softplus", "swish", "linear"] as const),
];
/** Activations of layers, by name. */
export type ActivationName = (typeof activationNames)[number];

/** sqrt(2/π), of the tanh form of GELU. */
const GELU = Math.sqrt(2 / Math.PI);

const activations: Record<ActivationName, (x: tf.Tensor) => tf.Tensor> = {
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  leakyRelu: (x) => tf.leakyRelu(x, 0.01),
  elu: (x) => tf.elu(x),
  gelu(x) {
    const cube = tf.mul(tf.square(x), x);
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(cube, 0.044715)), GELU)), 1));
  },
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  softplus: (x) => tf.softplus(x),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  linear: (x) => x,
};

/** The function of a name; `fail` says what is wrong with an unknown one. */
export function activationOf(name: ActivationName, fail: (rule: string) => never): (x: tf.Tensor) => tf.Tensor {
  return activations[name] ?? fail(`has an unknown activation "${name}"; ${nearest(name, activationNames)}`);
}
