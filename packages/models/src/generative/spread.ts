import { tf } from "@earshot/engine";

/** Least and greatest spread that the decoder can claim, logarithms of deviations in units of the values. */
const spreadRange = [-2, 0.5] as const;

/** The second map of the decoder as log deviations. */
export function spreadOf(map: tf.Tensor): tf.Tensor {
  const [low, high] = spreadRange;
  return tf.add((low + high) / 2, tf.mul((high - low) / 2, tf.tanh(map)));
}
