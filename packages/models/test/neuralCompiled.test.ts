import { compileNetwork, tf, useEngine } from "@earshot/engine";
import { describe, expect, it } from "vitest";
import { createRandom } from "../src/core/random.js";
import { inferenceSteps } from "../src/neural/inferenceSteps.js";
import type { ActivationName } from "../src/neural/layers/activation.js";
import { activationNames } from "../src/neural/layers/activation.js";
import type { LayerSpec } from "../src/neural/layers/specs.js";
import { buildNetwork } from "../src/neural/network.js";
import { namedNetwork, networkNames } from "../src/neural/networks.js";
import { neuralClassifier } from "../src/neural/neuralClassifier.js";

/** A network with weights as after training: statistics away from 0 and 1. */
async function trained(specs: readonly LayerSpec[], shape: number[]) {
  await useEngine();
  const network = buildNetwork(specs, shape, createRandom(3));
  const random = createRandom(5);
  network.setWeights(
    network.weights.map(({ name, variable }) => {
      const values = variable.dataSync() as Float32Array;
      return ["kernel", "recurrent", "score"].includes(name) ? values : values.map((v) => v + 0.4 * random.next());
    }),
  );
  return network;
}

/** Compiled and layer by layer, on samples of noise. */
async function both(specs: readonly LayerSpec[], shape: number[], n: number) {
  const network = await trained(specs, shape);
  const compiled = compileNetwork(inferenceSteps(specs, network.layers, shape), shape);
  const random = createRandom(9);
  const data = Float32Array.from({ length: n * shape.reduce((a, b) => a * b) }, () => 2 * random.next() - 1);
  const want = tf.tidy(() =>
    network.apply(tf.tensor(data, [n, ...shape]), { training: false, seed: 0 }).dataSync(),
  ) as Float32Array;
  const got = compiled.run(data, n);
  const first = compiled.run(data.subarray(0, data.length / n), 1);
  compiled.dispose();
  network.dispose();
  return { got, want, first };
}

function worst(got: Float32Array, want: Float32Array): number {
  const top = want.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return want.reduce((a, b, i) => Math.max(a, Math.abs(b - got[i])), 0) / top;
}

const layers: Record<string, { specs: LayerSpec[]; shape?: number[] }> = {
  "padding as PyTorch's, and shortcuts without weights": {
    specs: [
      { kind: "conv2d", filters: 8, size: 7, strides: 2, pad: 3 },
      { kind: "maxPool", size: 3, strides: 2, pad: 1 },
      {
        kind: "residual",
        layers: [{ kind: "conv2d", filters: 13, strides: 2, pad: 1 }, { kind: "batchNorm" }],
        shortcut: [{ kind: "subsample", filters: 13, strides: 2 }],
      },
    ],
  },
  "convolutions of any stride, dilation and padding": {
    specs: [
      { kind: "conv2d", filters: 5, size: [5, 3], strides: [2, 1], pad: "valid", activation: "tanh" },
      { kind: "conv2d", filters: 8, dilations: 2 },
      { kind: "depthwiseConv2d", size: 5, activation: "relu" },
      { kind: "depthwiseConv2d", strides: 2, pad: "valid" },
      { kind: "averagePool", size: 3, strides: 2, pad: "same" },
      { kind: "globalPool", mode: "max" },
    ],
  },
  "one-dimensional convolutions over an image's rows": {
    specs: [
      { kind: "conv1d", filters: 12, size: 5, strides: 2 },
      { kind: "batchNorm" },
      { kind: "conv1d", filters: 9, dilations: 3, pad: "valid", activation: "gelu" },
      { kind: "globalPool", mode: "both" },
    ],
    shape: [24, 5, 2],
  },
  "an LSTM both ways, its sequences, and a GRU's last state": {
    specs: [
      { kind: "lstm", units: 8, bidirectional: true, sequences: true },
      { kind: "gru", units: 12, bidirectional: true },
    ],
  },
  "normalisation before, between and behind": {
    specs: [
      { kind: "batchNorm" },
      { kind: "activation", activation: "relu" },
      { kind: "conv2d", filters: 8 },
      { kind: "maxFeatureMap" },
      { kind: "batchNorm" },
      { kind: "dropout", rate: 0.5 },
      { kind: "sequence" },
      { kind: "attentionPool", units: 6, deviation: true },
      { kind: "batchNorm" },
    ],
  },
  "a residual block within another, and a cosine": {
    specs: [
      {
        kind: "residual",
        layers: [
          { kind: "conv2d", filters: 8, strides: 2 },
          { kind: "residual", layers: [{ kind: "conv2d", filters: 8 }, { kind: "batchNorm" }], activation: "swish" },
        ],
      },
      { kind: "flatten" },
      { kind: "cosine", units: 5, scale: 4 },
    ],
  },
};

describe("compiled networks", () => {
  for (const name of networkNames) {
    it(`agree with their layers: ${name}`, async () => {
      const specs: LayerSpec[] = [...namedNetwork(name, { width: 0.5 }), { kind: "dense", units: 7 }];
      const { got, want, first } = await both(specs, [33, 20], 5);
      expect(worst(got, want)).toBeLessThan(1e-5);
      // A sample's result does not depend on the others.
      expect(first).toEqual(got.slice(0, 7));
    });
  }

  for (const [name, { specs, shape = [20, 13] }] of Object.entries(layers)) {
    it(`agree with their layers: ${name}`, async () => {
      const { got, want } = await both(specs, shape, 3);
      expect(worst(got, want)).toBeLessThan(1e-5);
    });
  }

  it.each(activationNames)("agree with their layers: %s", async (activation: ActivationName) => {
    const specs: LayerSpec[] = [
      { kind: "conv2d", filters: 6, activation },
      { kind: "activation", activation },
    ];
    const { got, want } = await both(specs, [6, 7, 3], 2);
    expect(worst(got, want)).toBeLessThan(1e-5);
  });

  it("predict for a classifier without a tensor, and after a new fit anew", async () => {
    const random = createRandom(1);
    const data = Float32Array.from({ length: 8 * 12 }, () => random.next());
    const y = ["a", "b", "a", "b", "a", "b", "a", "b"];
    const x = { data, shape: [8, 4, 3] };
    const model = neuralClassifier({ layers: [{ kind: "flatten" }, { kind: "dense", units: 8 }], epochs: 2, seed: 4 });
    await model.fit(x, y);
    const before = tf.memory().numTensors;
    const probabilities = await model.predictProba(x);
    expect(tf.memory().numTensors).toBe(before);
    await model.fit(x, [...y].reverse());
    expect(await model.predictProba(x)).not.toEqual(probabilities);
    model.dispose();
  });

  it("leave recurrent layers of odd sizes to the layers themselves", async () => {
    const data = Float32Array.from({ length: 4 * 6 }, (_, i) => Math.sin(i));
    const x = { data, shape: [4, 3, 2] };
    const model = neuralClassifier({ layers: [{ kind: "gru", units: 5 }], epochs: 1, seed: 4 });
    await model.fit(x, ["a", "b", "a", "b"]);
    const { rows, cols } = await model.predictProba(x);
    expect([rows, cols]).toEqual([4, 2]);
    model.dispose();
  });
});
