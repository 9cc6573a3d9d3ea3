import { logSoftmax, mul, neg, sum, type Tensor } from "@tensorflow/tfjs-core";
import { isOurs, runKernel } from "../kernels/override.js";
import { expectFloats, expectShape } from "./check.js";

/**
 * Softmax cross-entropy of each sample: −weight · Σ target · ln softmax(logits), stable for any logits.
 *
 * @param logits [n, classes]
 * @param targets [n, classes], usually one-hot or smoothed; no gradient flows into them
 * @param weights [n], or none for 1 each
 * @returns [n]
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  if (logits.rank !== 2 || logits.shape[0] !== targets.shape[0] || logits.shape[1] !== targets.shape[1]) {
    throw new RangeError(
      `softmaxCrossEntropy: logits [${logits.shape}] and targets [${targets.shape}] must both be [n, classes].`,
    );
  }
  expectFloats("softmaxCrossEntropy", { logits, targets, weights });
  expectShape("softmaxCrossEntropy", "weights", weights, [logits.shape[0]]);
  if (!isOurs()) {
    const loss = neg(sum(mul(targets, logSoftmax(logits)), 1));
    return weights ? mul(loss, weights) : loss;
  }
  const inputs = weights ? { logits, targets, weights } : { logits, targets };
  return runKernel<Tensor[]>("SoftmaxCrossEntropy", inputs as Record<string, Tensor>)[0];
}
