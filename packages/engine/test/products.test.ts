import { beforeAll, describe, expect, it } from "vitest";
import { dense, softmaxCrossEntropy, tf, useEngine } from "../src/index.js";
import { agreesWithPlain, golden, randn, relativeError, toTensor } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

describe("matrix products", () => {
  for (const [m, k, n] of [
    [1, 5, 3],
    [4, 8, 8],
    [7, 13, 10],
    [32, 300, 17],
    [65, 513, 40],
    [130, 64, 64],
    [3, 1, 1],
  ]) {
    it(`multiply ${m} × ${k} by ${k} × ${n}, plain and transposed, as tfjs' plain backend does`, async () => {
      await agreesWithPlain(() => {
        const [a, b] = [randn([m, k], 1), randn([k, n], 2)] as tf.Tensor2D[];
        return [
          tf.matMul(a, b),
          tf.matMul(tf.transpose(a), b, true),
          tf.matMul(a, tf.transpose(b), false, true),
          tf.matMul(tf.transpose(a), tf.transpose(b), true, true),
        ];
      });
    });

    it(`make dense layers with ReLU of ${m} × ${k} × ${n}, and their gradients`, async () => {
      await agreesWithPlain(() => {
        const layer = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => dense(x, w, b, { relu: true });
        const inputs = [randn([m, k], 1), randn([k, n], 2), randn([n], 3)];
        return [layer(inputs[0], inputs[1], inputs[2]), ...tf.grads(layer as never)(inputs, randn([m, n], 4))];
      });
    });
  }

  it("stretch over batches", async () => {
    await agreesWithPlain(() => {
      const [a, b] = [randn([3, 2, 5, 7], 1), randn([3, 2, 7, 4], 2)];
      const one = randn([1, 5, 7], 3);
      return [tf.matMul(a, b), tf.matMul(one, randn([4, 7, 6], 4)), tf.matMul(randn([4, 6, 5], 5), one)];
    });
  });

  it("take every fused activation", async () => {
    for (const activation of ["linear", "relu", "relu6", "elu", "sigmoid"] as const) {
      await agreesWithPlain(() => {
        const [a, b, bias] = [randn([9, 6], 1), randn([6, 5], 2), randn([5], 3)] as tf.Tensor2D[];
        return tf.fused.matMul({ a, b, bias, activation });
      });
    }
  });
});

describe("softmaxCrossEntropy", () => {
  it("equals PyTorch's cross-entropy with smoothed labels, and its gradient", async () => {
    await tf.setBackend("earshot");
    const [wanted] = golden("crossEntropy").cases;
    tf.tidy(() => {
      const logits = toTensor(wanted.logits);
      const hot = tf.oneHot(tf.tensor1d(wanted.labels, "int32"), 5);
      const targets = tf.add(tf.mul(tf.cast(hot, "float32"), 1 - wanted.smoothing), wanted.smoothing / 5);
      expect(relativeError(softmaxCrossEntropy(logits, targets).dataSync(), wanted.loss.data)).toBeLessThan(1e-6);
      const gradient = tf.grad((x) => tf.sum(softmaxCrossEntropy(x, targets)))(logits);
      expect(relativeError(gradient.dataSync(), wanted.dLogits.data)).toBeLessThan(1e-6);
    });
  });

  it("weighs samples and stays finite at large scores", async () => {
    await agreesWithPlain(() => {
      const logits = tf.mul(randn([33, 10], 1), 40);
      const [targets, weights] = [tf.softmax(randn([33, 10], 2) as tf.Tensor2D), tf.abs(randn([33], 4))];
      const loss = (x: tf.Tensor) => softmaxCrossEntropy(x, targets, weights);
      return [loss(logits), tf.grad((x) => tf.mean(loss(x)))(logits)];
    });
  });

  it("says which shapes do not fit", () => {
    expect(() => softmaxCrossEntropy(randn([2, 3], 1), randn([2, 4], 1))).toThrow(
      new RangeError("softmaxCrossEntropy: logits [2,3] and targets [2,4] must both be [n, classes]."),
    );
    expect(() => dense(randn([2, 3], 1), randn([4, 5], 1))).toThrow(
      new RangeError("dense: x [2,3] and kernel [4,5] do not fit; x must be [n, 4]."),
    );
  });
});
