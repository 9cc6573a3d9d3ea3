import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileModel, compileNetwork, type InferenceStep, layers, tf, useEngine } from "../src/index.js";
import { randn, relativeError } from "./support.js";

const L = layers.layers;
type AnyLayer = ReturnType<typeof L.dense>;

beforeAll(async () => {
  await useEngine({ prefer: "wasm", threads: 2, seed: 3 });
});
afterAll(async () => {
  await useEngine({ seed: null });
});

const ones = (shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape });

/** A model whose every weight is away from where it starts. */
function modelOf(...list: unknown[]): layers.Sequential {
  const model = layers.sequential({ layers: list as AnyLayer[] });
  tf.tidy(() =>
    model.setWeights(model.getWeights().map((w, i) => tf.add(w, tf.randomUniform(w.shape, 0, 0.3, "float32", i)))),
  );
  return model;
}

const models: Record<string, () => layers.Sequential> = {
  "convolutions, pools, normalisation, dense": () =>
    modelOf(
      L.conv2d({ filters: 12, kernelSize: 3, padding: "same", inputShape: [13, 10, 3] }),
      L.batchNormalization(),
      L.activation({ activation: "relu" }),
      L.maxPooling2d({ poolSize: 2 }),
      L.depthwiseConv2d({ kernelSize: 3, padding: "same", activation: "elu" }),
      L.separableConv2d({ filters: 8, kernelSize: 3, strides: 2, activation: "sigmoid" }),
      L.averagePooling2d({ poolSize: 2, padding: "same" }),
      L.dropout({ rate: 0.4 }),
      L.flatten(),
      L.dense({ units: 6, activation: "softplus" }),
      L.batchNormalization({ scale: false }),
      L.reLU({}),
      L.dense({ units: 5, activation: "softmax" }),
    ),
  "permuted and reshaped into an LSTM, a GRU backwards": () =>
    modelOf(
      L.permute({ dims: [2, 1, 3], inputShape: [4, 6, 3] }),
      L.reshape({ targetShape: [6, 12] }),
      L.lstm({ units: 8, returnSequences: true }),
      L.gru({ units: 4, goBackwards: true, recurrentActivation: "sigmoid" }),
      L.dense({ units: 2, useBias: false }),
    ),
  "one-dimensional convolutions": () =>
    modelOf(
      L.conv1d({ filters: 8, kernelSize: 3, strides: 2, inputShape: [20, 5], activation: "tanh" }),
      L.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: "same" }),
      L.globalAveragePooling1d(),
    ),
};

describe("compileModel", () => {
  for (const [name, make] of Object.entries(models)) {
    it(`agrees with predict: ${name}`, () => {
      const model = make();
      const before = tf.memory().numTensors;
      const compiled = compileModel(model);
      const x = randn([7, ...compiled.inputShape], 9);
      const want = tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync());
      const got = compiled.run(x.dataSync() as Float32Array, 7);
      x.dispose();
      compiled.dispose();
      expect(relativeError(got, want)).toBeLessThan(1e-5);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });
  }

  it("names a layer that it cannot compile", () => {
    const model = modelOf(L.conv1d({ filters: 4, kernelSize: 3, padding: "causal", inputShape: [9, 2], name: "past" }));
    expect(() => compileModel(model)).toThrow(
      new Error("compileModel: layer past (Conv1D) has the padding causal; use model.predict."),
    );
    const odd = modelOf(L.dense({ units: 4, inputShape: [3] }), L.repeatVector({ n: 2, name: "twice" }));
    expect(() => compileModel(odd)).toThrow(
      new Error("compileModel: layer twice (RepeatVector) cannot be compiled; use model.predict."),
    );
    const open = modelOf(L.conv2d({ filters: 4, kernelSize: 3, inputShape: [null, 8, 1] }));
    expect(() => compileModel(open)).toThrow(
      new RangeError("compileModel: every axis of the input must have a length, got [,8,1]."),
    );
  });
});

describe("compileNetwork", () => {
  it("says which step does not fit, residual blocks included", () => {
    const conv: InferenceStep = { op: "conv2d", kernel: ones([3, 3, 2, 4]) };
    const inside: InferenceStep = { op: "residual", steps: [conv], shortcut: [] };
    const cases: [InferenceStep[], number[], string][] = [
      [[conv], [5, 5, 3], "step 1 (conv2d) needs a kernel of [3,3,3,4], got [3,3,2,4] with 72 numbers."],
      [
        [conv, inside],
        [5, 5, 2],
        "step 2 (residual), step 1 (conv2d) needs a kernel of [3,3,4,4], got [3,3,2,4] with 72 numbers.",
      ],
      [[inside], [5, 5, 2], "step 1 (residual) has steps that end in [5,5,4] beside a shortcut of [5,5,2]."],
      [[{ op: "reshape", shape: [7] }], [5], "step 1 (reshape) cannot make [7] of [5]."],
      [[{ op: "maxFeatureMap" }], [5, 3], "step 1 (maxFeatureMap) needs an even number of channels, gets 3."],
      [[{ op: "permute", axes: [0, 0] }], [5, 3], "step 1 (permute) cannot exchange the axes of [5,3] as [0,0]."],
      [
        [{ op: "activation", activation: "selu" as never }],
        [5],
        'step 1 (activation) has an unknown activation "selu"; known are linear, relu, relu6, leakyRelu, elu, sigmoid, tanh, softplus, swish, gelu.',
      ],
    ];
    const held = () => (tf.memory() as unknown as { numBytesInHeap: number }).numBytesInHeap;
    const before = held();
    for (const [steps, shape, message] of cases) {
      expect(() => compileNetwork(steps, shape)).toThrow(new RangeError(`compileNetwork: ${message}`));
    }
    expect(held()).toBe(before);
  });

  it("gives a sample the same bits alone and in any company, and its memory back", () => {
    const held = () => (tf.memory() as unknown as { numBytesInHeap: number }).numBytesInHeap;
    const before = held();
    const kernel = { data: randn([3, 3, 8, 8], 1).dataSync() as Float32Array, shape: [3, 3, 8, 8] };
    const steps: InferenceStep[] = [
      {
        op: "residual",
        steps: [
          { op: "conv2d", kernel },
          { op: "activation", activation: "gelu" },
        ],
        shortcut: [],
      },
      { op: "globalPool", mode: "both" },
      { op: "unitLength" },
    ];
    const network = compileNetwork(steps, [9, 7, 8]);
    const x = randn([150, 9, 7, 8], 2).dataSync() as Float32Array;
    const all = network.run(x, 150);
    const size = 9 * 7 * 8;
    for (const i of [0, 77, 149]) {
      expect(network.run(x.slice(i * size, (i + 1) * size), 1)).toEqual(all.slice(16 * i, 16 * (i + 1)));
    }
    expect(network.run(new Float32Array(0), 0)).toEqual(new Float32Array(0));
    expect(() => network.run(x, 3)).toThrow(
      new RangeError("compileNetwork: 3 samples of [9,7,8] are 1512 numbers, got 75600."),
    );
    network.dispose();
    network.dispose();
    expect(() => network.run(x, 150)).toThrow("compileNetwork: the network has been disposed of; compile it again.");
    expect(held()).toBe(before);
  });

  it("an empty network gives back what it gets", () => {
    const network = compileNetwork([], [3]);
    expect(network.run(Float32Array.of(1, 2, 3, 4, 5, 6), 2)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    network.dispose();
  });

  it("runs on the wasm engine alone", async () => {
    await useEngine({ prefer: "cpu" });
    expect(() => compileNetwork([], [3])).toThrow(
      'compileNetwork: the current backend is not the wasm engine; call useEngine({ prefer: "wasm" }) first.',
    );
    await useEngine({ prefer: "wasm" });
  });
});
