import { mul, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { defineGradient, runKernel } from "../kernels/override.js";
import { attributesOf, type NativeBackend, route } from "./tensorflowBackend.js";

/**
 * Batch normalisation in training as FusedBatchNormV3 and its gradient: x [n, h, w, channels], gamma and beta [channels] give y,
 * mean and population variance, and what the gradient wants to have back, which on GPUs is not the variance.
 */
export function routeNorm(backend: NativeBackend): void {
  const { float, text, number, flag } = attributesOf(backend);
  const attributes = (epsilon: number) => [
    ...[float(), float("U"), number("epsilon", epsilon), text("data_format", "NHWC"), flag("is_training", true)],
  ];
  route<{ epsilon: number }>("FusedNorm", ({ x, gamma, beta }, { epsilon }) =>
    tidy(() => {
      const none = tensor1d([]);
      const inputs = [x, gamma, beta, none, none];
      const outputs = backend.executeMultipleOutputs("FusedBatchNormV3", attributes(epsilon), inputs, 6);
      const [y, mean, unbiased, ...reserved] = outputs;
      const rows = x.size / gamma.size;
      return [y, mean, mul(unbiased, rows > 1 ? (rows - 1) / rows : 1), ...reserved];
    }),
  );
  route<{ epsilon: number }>("FusedNormGradient", ({ dy, x, gamma, a, b, c }, { epsilon }) => {
    const inputs = [dy, x, gamma, a, b, c];
    const outputs = backend.executeMultipleOutputs("FusedBatchNormGradV3", attributes(epsilon), inputs, 5);
    for (const unused of outputs.slice(3)) unused.dispose();
    return outputs.slice(0, 3);
  });
  defineGradient("FusedNorm", ["x", "gamma"], [false, false, false, true, true, true], (dy, saved, attrs) => {
    const [x, gamma, a, b, c] = saved;
    const [dx, dGamma, dBeta] = runKernel<Tensor[]>("FusedNormGradient", { dy, x, gamma, a, b, c }, attrs);
    return { x: () => dx, gamma: () => dGamma, beta: () => dBeta };
  });
}
