/**
 * TensorFlow's own library beside wasm, by hand, where `earshot engine install` has put it: its gradients against tfjs' cpu backend, then
 * training steps of a small CNN with an LSTM on both. `pnpm --filter @earshot/engine native tensorflow-cpu`; of an engine for GPUs
 * without a GPU, its CPU path.
 */
import { batchNormTrain, conv2d, isNative, layers, lstm, tf, useEngine } from "@earshot/engine";
import { loadNative } from "../src/native/loadNative.js";
import { NATIVE_BACKEND } from "../src/native/tensorflowBackend.js";

const name = process.argv[2] ?? "tensorflow-cpu";
if (!isNative(name)) throw new RangeError(`native: ${name} is no engine on TensorFlow's library.`);
const STEPS = 15;
const randn = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, "float32", seed);

const names = ["x", "filter", "bias", "filter 2", "kernel", "recurrent", "bias 2", "h0", "c0"];
/** Gradients of everything that is routed. */
const gradients = (): Float32Array[] =>
  tf.tidy(() => {
    const shapes = [[6, 14, 18, 8], [3, 3, 8, 12], [12], [5, 5, 12, 7], [7, 32], [8, 32], [32], [6, 8], [6, 8]];
    const loss = (...[x, f, b, g, kernel, recurrent, bias, h0, c0]: tf.Tensor[]) => {
      const { y, mean, variance } = batchNormTrain(conv2d(x, f, b, { relu: true }), b, b, { relu: true });
      tf.dispose([mean, variance]);
      const z = conv2d(tf.maxPool(y as tf.Tensor4D, 2, 2, "same"), g, undefined, { strides: 2 });
      const sequence = tf.reshape(tf.tanh(z), [6, 20, 7]);
      const weights = { kernel, recurrent, bias };
      const h = tf.add(lstm(sequence, weights, { h0, c0 }), lstm(sequence, weights, { reverse: true }));
      return tf.sum(tf.square(tf.sub(tf.sigmoid(tf.relu6(h)), 0.3)));
    };
    const inputs = shapes.map((shape, i) => randn(shape, i + 1));
    return tf
      .grads(loss as never)(inputs)
      .map((t) => t.dataSync().slice() as Float32Array);
  });

await useEngine({ prefer: "cpu" });
const plain = gradients();
const { version, gpu } = await loadNative(name);
console.log(`${name}: TensorFlow ${version}, ${gpu ? "on a GPU" : "on the CPU"}`);
await tf.setBackend(NATIVE_BACKEND);
const before = tf.memory().numTensors;
for (const [i, got] of gradients().entries()) {
  const largest = plain[i].reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const off = got.reduce((m, v, k) => Math.max(m, Math.abs(v - plain[i][k])), 0);
  console.log(`gradient of ${names[i].padEnd(10)} ${(off / largest).toExponential(1)} from tfjs' cpu backend`);
}
if (tf.memory().numTensors !== before) throw new Error("native: tensors stayed behind.");

const L = layers.layers;
const model = layers.sequential();
model.add(L.conv2d({ filters: 32, kernelSize: 3, padding: "same", inputShape: [32, 64, 1] }));
model.add(L.batchNormalization());
model.add(L.activation({ activation: "relu" }));
model.add(L.maxPooling2d({ poolSize: 2 }));
model.add(L.conv2d({ filters: 64, kernelSize: 3, padding: "same", activation: "relu" }));
model.add(L.averagePooling2d({ poolSize: [1, 8], strides: [1, 8] }));
model.add(L.reshape({ targetShape: [16, 4 * 64] }));
model.add(L.lstm({ units: 64, recurrentActivation: "sigmoid" }));
model.add(L.dense({ units: 10, activation: "softmax" }));
model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
const x = randn([32, 32, 64, 1], 1);
const y = tf.cast(
  tf.oneHot(
    tf.tensor1d(
      [...Array(32).keys()].map((i) => i % 10),
      "int32",
    ),
    10,
  ),
  "float32",
);
for (const backend of [NATIVE_BACKEND, "earshot"]) {
  if (backend === NATIVE_BACKEND) await tf.setBackend(backend);
  else await useEngine({ prefer: "wasm" });
  for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) await model.trainOnBatch(x, y);
  console.log(`${backend.padEnd(11)} ${((performance.now() - start) / STEPS).toFixed(1)} ms a training step`);
}
