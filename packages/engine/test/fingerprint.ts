import {
  batchNormTrain,
  conv2d,
  dense,
  dropout,
  gru,
  layers,
  lstm,
  softmaxCrossEntropy,
  tf,
  useEngine,
} from "../src/index.js";

/** Numbers in [−1, 1) from whole-number arithmetic alone: the same on every host. */
function numbers(shape: number[], seed: number): tf.Tensor {
  let state = seed * 2654435761;
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
  return tf.tensor(data, shape);
}

/** Bits of a training step's gradients through every family of kernels, in the deterministic build. */
export async function fingerprint(threads: number): Promise<string[]> {
  await useEngine({ threads, deterministic: true });
  return tf.tidy(() => {
    const inputs = [
      numbers([4, 14, 18, 8], 1),
      numbers([3, 3, 8, 12], 2),
      numbers([12], 3),
      numbers([5, 5, 12, 8], 4),
      numbers([8, 32], 5),
      numbers([8, 32], 6),
      numbers([32], 7),
      numbers([8, 3], 8),
    ];
    const loss = (
      x: tf.Tensor,
      f: tf.Tensor,
      b: tf.Tensor,
      g: tf.Tensor,
      k: tf.Tensor,
      r: tf.Tensor,
      c: tf.Tensor,
      w: tf.Tensor,
    ) => {
      const { y, mean, variance } = batchNormTrain(conv2d(x, f, b), b, b, { relu: true });
      tf.dispose([mean, variance]);
      const z = tf.sigmoid(conv2d(tf.maxPool(y as tf.Tensor4D, 2, 2, "same"), g, undefined, { strides: 2 }));
      const sequence = tf.reshape(dropout(z, 0.2, 11), [4, 20, 8]);
      const cut = (t: tf.Tensor) => tf.slice(t, [0, 0], [8, 24]);
      const one = lstm(sequence, { kernel: k, recurrent: r, bias: c });
      const other = gru(
        sequence,
        { kernel: cut(k), recurrent: cut(r), bias: tf.slice(c, [0], [24]) },
        { reverse: true },
      );
      const logits = dense(tf.mean(tf.add(one, tf.tanh(other)), 1), w);
      return tf.sum(softmaxCrossEntropy(logits, tf.softmax(numbers([4, 3], 9) as tf.Tensor2D)));
    };
    return tf
      .grads(loss as never)(inputs)
      .map(bitsOf);
  });
}

/** Its first number, and a hash of the bits of all (FNV-1a, by words). */
function bitsOf(tensor: tf.Tensor): string {
  const values = tensor.dataSync() as Float32Array;
  let hash = 2166136261;
  for (const word of new Uint32Array(values.slice().buffer)) hash = Math.imul(hash ^ word, 16777619);
  return `${values[0]} ${(hash >>> 0).toString(16)}`;
}

/** Bits of a `LayersModel`'s weights after twelve steps from a seed: initial weights, shuffling and dropout included. */
export async function trainedFingerprint(threads: number): Promise<string[]> {
  await useEngine({ threads, deterministic: true, seed: 11 });
  const L = layers.layers;
  const model = layers.sequential();
  model.add(L.conv2d({ filters: 8, kernelSize: 3, padding: "same", inputShape: [8, 12, 4] }));
  model.add(L.batchNormalization());
  model.add(L.activation({ activation: "relu" }));
  model.add(L.maxPooling2d({ poolSize: 2 }));
  model.add(L.dropout({ rate: 0.2 }));
  model.add(L.reshape({ targetShape: [4, 48] }));
  model.add(L.bidirectional({ layer: L.lstm({ units: 8 }) as never, mergeMode: "concat" }));
  model.add(L.dense({ units: 3, activation: "softmax" }));
  model.compile({ optimizer: tf.train.adam(1e-2), loss: "categoricalCrossentropy" });
  const x = numbers([24, 8, 12, 4], 21);
  const y = tf.tidy(() =>
    tf.cast(
      tf.oneHot(
        tf.tensor1d(
          [...Array(24).keys()].map((i) => i % 3),
          "int32",
        ),
        3,
      ),
      "float32",
    ),
  );
  await model.fit(x, y, { epochs: 3, batchSize: 6, shuffle: true, verbose: 0, yieldEvery: "never" });
  const bits = model.getWeights().map(bitsOf);
  model.dispose();
  tf.dispose([x, y]);
  await useEngine({ seed: null });
  return bits;
}
