import { dense, tf } from "@earshot/engine";
import { sequenceOf } from "./convolution.js";
import { type Builder, kernelOf, plainOf, requireCount } from "./types.js";

/**
 * Steps weighed by what is in them: α = softmax(v·tanh(W h + b)), and the mean of the steps under α (with their deviation).
 * Source: Okabe, Koshinaka & Shinoda 2018, "Attentive statistics pooling for deep speaker embedding".
 */
export const buildAttentionPool: Builder<"attentionPool"> = ({ units = 64, deviation = false }, build) => {
  requireCount(units, "units", build);
  const { makeWeight } = build;
  const [steps, features] = sequenceOf(build);
  const kernel = makeWeight("glorotUniform", [features, units]);
  const bias = makeWeight("zeros", [units]);
  const score = makeWeight("glorotUniform", [units, 1]);
  return {
    kind: "attentionPool",
    outputShape: [deviation ? 2 * features : features],
    weights: [kernelOf(kernel), plainOf(bias), kernelOf(score, "score")],
    multiplyAdds: steps * (features * units + units + features),
    apply(x) {
      const rows = tf.reshape(x, [-1, features]);
      const scores = dense(tf.tanh(dense(rows, kernel, bias)), score);
      const weights = tf.reshape(tf.softmax(tf.reshape(scores, [-1, steps]) as tf.Tensor2D), [-1, 1, steps]);
      const sequence = tf.reshape(rows, [-1, steps, features]);
      const mean = tf.matMul(weights, sequence);
      if (!deviation) return tf.reshape(mean, [-1, features]);
      const squares = tf.matMul(weights, tf.square(sequence));
      const spread = tf.sqrt(tf.add(tf.relu(tf.sub(squares, tf.square(mean))), 1e-6));
      return tf.reshape(tf.concat([mean, spread], 2), [-1, 2 * features]);
    },
  };
};
