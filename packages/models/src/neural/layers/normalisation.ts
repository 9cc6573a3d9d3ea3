import { batchNormPredict, batchNormTrain, dropout, tf } from "@earshot/engine";
import { type Builder, plainOf, sizeOf, stateOf } from "./types.js";

/** Moving statistics follow the batches' as moving = momentum · moving + (1 − momentum) · batch (Keras' sense, default 0.9). */
export const buildBatchNorm: Builder<"batchNorm"> = (spec, { inputShape, next, fail, makeWeight }) => {
  const { momentum = 0.9, epsilon = 1e-3 } = spec;
  if (!(momentum >= 0 && momentum < 1)) fail(`needs a momentum in [0, 1), got ${momentum}`);
  if (!(epsilon > 0)) fail(`needs an epsilon above 0, got ${epsilon}`);
  const relu = next?.kind === "activation" && next.activation === "relu";
  const channels = inputShape[inputShape.length - 1];
  const [gamma, beta, mean, variance] = (["ones", "zeros", "zeros", "ones"] as const).map((kind) =>
    makeWeight(kind, [channels]),
  );
  const follow = (moving: tf.Variable, batch: tf.Tensor): void =>
    tf.tidy(() => moving.assign(tf.add(tf.mul(moving, momentum), tf.mul(batch, 1 - momentum))));
  return {
    kind: "batchNorm",
    outputShape: inputShape,
    weights: [plainOf(gamma, "gamma"), plainOf(beta, "beta"), stateOf(mean, "mean"), stateOf(variance, "variance")],
    multiplyAdds: sizeOf(inputShape),
    apply(x, { training, keepStatistics }) {
      if (!training || keepStatistics) return batchNormPredict(x, { gamma, beta, mean, variance }, { epsilon, relu });
      const trained = batchNormTrain(x, gamma, beta, { epsilon, relu });
      const rows = x.size / channels;
      follow(mean, trained.mean);
      tf.tidy(() => follow(variance, rows > 1 ? tf.mul(trained.variance, rows / (rows - 1)) : trained.variance));
      tf.dispose([trained.mean, trained.variance]);
      return trained.y;
    },
  };
};

export const buildDropout: Builder<"dropout"> = ({ rate }, { inputShape, fail }) => {
  if (!(rate >= 0 && rate < 1)) fail(`needs a rate in [0, 1), got ${rate}`);
  return {
    kind: "dropout",
    outputShape: inputShape,
    weights: [],
    multiplyAdds: 0,
    apply: (x, { training, seed }) => (training && rate > 0 ? dropout(x, rate, seed) : x),
  };
};
