import { readFileSync } from "node:fs";
import { type ModelState, writeSafetensors } from "@earshot/models";
import { type NeuralClassifier, networkBody, neuralClassifier } from "@earshot/models/neural";
import { dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import { createImage, loadOpenCv } from "../src/index.js";
import {
  imageNetScale,
  loadResidualNetwork,
  pictureTensor,
  type ResidualName,
  residualNames,
  residualNetwork,
  type Tensors,
} from "../src/networks/index.js";
import { golden, worstOf } from "./helpers.js";

interface Case {
  name: string;
  tensors: Record<string, number[]>;
  inputShape: number[];
  probabilities: number[];
}
const data = golden<{ cases: Case[]; pretrained: { file: string; probabilities: number[] }[] }>("residual");

/** The same numbers as the Python script's: an integer hash. */
function wave(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, k) => {
    let i = (k + seed * 1_000_003) >>> 0;
    i = Math.imul(i ^ (i >>> 16), 0x7feb352d);
    i = Math.imul(i ^ (i >>> 15), 0x846ca68b);
    i = (i ^ (i >>> 16)) >>> 0;
    return i / 2 ** 31 - 1;
  });
}

function filled(shapes: Record<string, number[]>): Tensors {
  const names = Object.keys(shapes).sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(
    names.map((name, k) => {
      const shape = shapes[name];
      const size = shape.reduce((a, b) => a * b, 1);
      const factor = Math.sqrt(3 / (size / shape[0]));
      const value = (v: number): number => {
        if (shape.length > 1) return v * factor;
        return name.endsWith("running_var") || name.endsWith("weight") ? 1 + 0.3 * v : 0.2 * v;
      };
      return [name, { data: wave(size, k + 1).map(value), shape }];
    }),
  );
}

const predictWave = async (model: NeuralClassifier, inputShape: readonly number[], n: number, seed: number) => {
  const size = inputShape.reduce((a, b) => a * b, 1);
  const { data: found } = await model.predictProba({ data: wave(n * size, seed), shape: [n, ...inputShape] });
  model.dispose();
  return found;
};

describe("loadResidualNetwork", () => {
  for (const { name, tensors, inputShape, probabilities } of data.cases) {
    it(`says what PyTorch says: ${name}`, async () => {
      const { model } = await loadResidualNetwork(filled(tensors), { inputShape });
      expect(worstOf(await predictWave(model, inputShape, 2, 77), probabilities)).toBeLessThan(1e-5);
    });
  }

  for (const { file, probabilities } of data.pretrained) {
    const path = dataPath(`pretrained/${file}`);
    it.skipIf(!path)(`says what PyTorch says with the trained weights of ${file}`, async () => {
      const bytes = new Uint8Array(readFileSync(path as string));
      const { model, features } = await loadResidualNetwork(bytes, { inputShape: [32, 32, 3] });
      expect(features).toBe(64);
      expect(worstOf(await predictWave(model, [32, 32, 3], 3, 99), probabilities)).toBeLessThan(1e-5);
    });
  }

  it("has a layer for every module of every named network", () => {
    for (const name of residualNames) {
      const { layers, groups, order } = residualNetwork(name);
      expect(groups.reduce((a, b) => a + b, 0)).toBe(layers.length);
      expect(new Set(order).size).toBe(order.length);
    }
    const convolutions = residualNetwork("resnet56").order.filter((module) => module.includes("conv"));
    // 6n + 2 layers with weights, of which one is the output.
    expect(convolutions.length).toBe(55);
  });

  it("says which weights do not fit", async () => {
    const tensors = filled(data.cases[6].tensors);
    const options = { inputShape: [21, 16, 3] };
    const changed = (more: Record<string, Tensors[string] | undefined>): Tensors =>
      Object.fromEntries(Object.entries({ ...tensors, ...more }).filter(([, t]) => t)) as Tensors;
    const rejects = (weights: Tensors | Uint8Array, sentence: string, more = {}) =>
      expect(loadResidualNetwork(weights, { ...options, ...more })).rejects.toThrow(new RangeError(sentence));
    await rejects(
      changed({ "layer2.0.conv2.weight": { data: new Float32Array(16 * 9 * 3), shape: [16, 3, 3, 3] } }),
      'loadResidualNetwork: "layer2.0.conv2.weight" has shape [16,3,3,3], the conv2d needs [16,16,3,3].',
    );
    await rejects(
      changed({ "layer3.0.bn2.running_var": undefined }),
      'loadResidualNetwork: module "layer3.0.bn2" has no running_var, which a batchNorm needs.',
    );
    await rejects(
      changed({ "conv1.weight": undefined }),
      'loadResidualNetwork: the weights have no "conv1.weight"; they are of no residual network with PyTorch\'s names (they begin with bn1.bias, bn1.running_mean, bn1.running_var).',
    );
    await rejects(
      changed({ "conv1.weight": { data: new Float32Array(8 * 75), shape: [8, 3, 5, 5] } }),
      "loadResidualNetwork: conv1 has filters of 5 × 5 pixels; known stems have 3 × 3 or 7 × 7.",
    );
    await rejects(tensors, "loadResidualNetwork: the weights tell 4 classes apart, got 2 names.", {
      classes: ["a", "b"],
    });
    await rejects(tensors, "loadResidualNetwork: inputShape must be [height, width, 3], got [32,32].", {
      inputShape: [32, 32],
    });
    await rejects(new Uint8Array(4), "loadResidualNetwork: 4 bytes are too few for a safetensors file.");
    expect(() => residualNetwork("resnet19" as ResidualName)).toThrow(
      new RangeError(`residualNetwork: unknown network "resnet19"; known are ${residualNames.join(", ")}.`),
    );
  });
});

describe("fine-tuning", () => {
  const tensors = filled(data.cases[6].tensors);
  const x = { data: wave(8 * 21 * 16 * 3, 5), shape: [8, 21, 16, 3] };
  const y = ["a", "a", "b", "b", "c", "c", "d", "d"];
  const weightsOf = (state: ModelState) => (state.weights as unknown as { data: Float32Array }[]).map((w) => w.data);

  it("moves only what is not frozen, statistics included, and begins with what it is given", async () => {
    const { model, layers, groups } = await loadResidualNetwork(tensors, {
      inputShape: [21, 16, 3],
      classes: ["a", "b", "c", "d"],
    });
    const start = model.getState();
    const rates = [...groups.flatMap((n, g) => Array<number>(n).fill(g < 3 ? 0 : 0.5)), 1];
    const tuned = neuralClassifier({
      layers,
      rates,
      epochs: 2,
      batchSize: 4,
      optimizer: { kind: "sgd", learningRate: 0.01 },
    });
    await tuned.fit(x, y, { start });
    const [before, after] = [weightsOf(start), weightsOf(tuned.getState())];
    const moved = before.map((own, i) => worstOf(own, after[i]) > 0);
    const frozen = before.length - 15 - 2;
    // The last stage is one block: two convolutions, a projection and three normalisations of four; then the output.
    expect(moved.slice(0, frozen).some(Boolean)).toBe(false);
    expect(moved.slice(frozen, frozen + 3)).toEqual([true, true, true]);
    expect(moved.slice(-2)).toEqual([true, true]);
    model.dispose();
    tuned.dispose();
  });

  it("gives each layer its own learning rate: half of it is half the step of gradient descent", async () => {
    const layers = [{ kind: "flatten" }, { kind: "dense", units: 5 }] as const;
    const once = { layers, epochs: 1, batchSize: 8, optimizer: { kind: "sgd", learningRate: 0.1 } } as const;
    const begun = await neuralClassifier({ ...once, seed: 4 }).fit(x, y);
    const start = begun.getState();
    const step = async (rates: number[]) =>
      weightsOf((await neuralClassifier({ ...once, rates }).fit(x, y, { start })).getState());
    const [whole, half, from] = [await step([1, 1, 1]), await step([1, 0.5, 0]), weightsOf(start)];
    for (const i of [0, 1]) {
      const moves = whole[i].map((w, k) => from[i][k] + (w - from[i][k]) / 2);
      expect(worstOf(half[i], moves)).toBeLessThan(1e-7);
    }
    expect(half[2]).toEqual(from[2]);
  });

  it("keeps the body for other classes, and says which start does not fit", async () => {
    const layers = [{ kind: "flatten" }, { kind: "dense", units: 4 }] as const;
    const start = (await neuralClassifier({ layers, epochs: 1 }).fit(x, y)).getState();
    const others = y.map((name) => (name < "c" ? "one" : "two"));
    const rates = [0, 0, 1];
    const tuned = (await neuralClassifier({ layers, rates, epochs: 1 }).fit(x, others, { start })).getState();
    expect(weightsOf(tuned)[0]).toEqual(weightsOf(start)[0]);
    expect(weightsOf(tuned)[2].length).toBe(8);
    await expect(
      neuralClassifier({ layers: [layers[0], { kind: "dense", units: 6 }] }).fit(x, y, { start }),
    ).rejects.toThrow(
      new RangeError(
        "neuralClassifier: start has [1008,4] where weight 1 of the network is [1008,6]; its layers must be the same.",
      ),
    );
    expect(() => neuralClassifier({ layers, rates: [1, 1] })).toThrow(
      new RangeError("neuralClassifier: rates must be 3 numbers, one a layer and the output's, got 2."),
    );
    expect(() => neuralClassifier({ layers, rates: [0, 0, 0] })).toThrow(
      new RangeError("neuralClassifier: rates must be a list of numbers of at least 0, not all 0, got a list."),
    );
  });
});

describe("networkBody", () => {
  it("sees pictures of any size as a network of that size does", async () => {
    const weights = writeSafetensors(filled(data.cases[4].tensors));
    const { model } = await loadResidualNetwork(weights, { inputShape: [65, 53, 3] });
    const state = model.getState();
    model.dispose();
    const body = await networkBody(state, { layers: 6, inputShape: [40, 24, 3] });
    expect(body.outputShape).toEqual([10, 6, 8]);
    const pictures = wave(2 * 40 * 24 * 3, 3);
    const both = body.run(pictures, 2);
    const second = body.run(pictures.slice(40 * 24 * 3), 1);
    expect(worstOf(both.slice(480), second)).toBe(0);
    body.dispose();
    await expect(networkBody(state, { layers: 90 })).rejects.toThrow(
      new RangeError("networkBody: layers must be in [1, 13], got 90."),
    );
  });
});

describe("pictureTensor", () => {
  it("standardises colours, spreads grey and resizes", async () => {
    await loadOpenCv();
    const red = createImage(4, 2, 3, [255, 0, 0]);
    const gray = createImage(2, 2, 1, [128]);
    const { data: values, shape } = pictureTensor([red, gray], { height: 2, width: 2 });
    expect(shape).toEqual([2, 2, 2, 3]);
    const [mean, std] = [imageNetScale.mean, imageNetScale.std];
    expect(values[0]).toBeCloseTo((1 - mean[0]) / std[0], 5);
    expect(values[1]).toBeCloseTo(-mean[1] / std[1], 5);
    for (const c of [0, 1, 2]) expect(values[12 + c]).toBeCloseTo((128 / 255 - mean[c]) / std[c], 5);
  });
});
