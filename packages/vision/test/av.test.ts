import { tf } from "@earshot/engine";
import { createRandom, type Matrix, packState, pca, type Tensor, unpackState } from "@earshot/models";
import { describe, expect, it } from "vitest";
import {
  energyFilter,
  type Fusion,
  type GateWeights,
  gatedProbabilities,
  keepEnergy,
  restoreAudioVisual,
  trainAudioVisual,
} from "../src/av/index.js";

/** Numbers whose directions hold less and less energy. */
function cloud(rows: number, cols: number): Matrix {
  const random = createRandom(9);
  const data = Float32Array.from({ length: rows * cols }, (_, i) => random.normal() / (1 + (i % cols)) + (i % cols));
  return { data, rows, cols };
}

describe("energyFilter", () => {
  it("keeps as few principal directions as hold the wanted share of the energy", () => {
    const x = cloud(60, 8);
    const { shares } = pca().fit(x).getState() as unknown as Record<"shares", { data: Float64Array }>;
    const all =
      shares ?? (pca().fit(x).getState() as { learned?: Record<"shares", { data: Float64Array }> }).learned?.shares;
    for (const kept of [0.25, 0.7, 0.9]) {
      const filter = energyFilter(x, { kept });
      let [count, sum] = [0, 0];
      while (sum < kept) sum += all.data[count++];
      expect(filter.components.length / 8).toBe(count);
      expect(filter.kept).toBeCloseTo(sum, 4);
      const left = keepEnergy(x, filter);
      expect(variance(left) / variance(x)).toBeCloseTo(sum, 4);
      // What is left has nothing more to lose.
      const again = keepEnergy(left, filter);
      for (let i = 0; i < x.data.length; i++) expect(again.data[i]).toBeCloseTo(left.data[i], 4);
    }
  });

  it("refuses other rows, too few pictures, and shares that are none", () => {
    const filter = energyFilter(cloud(20, 8));
    expect(() => keepEnergy(cloud(2, 7), filter)).toThrow("keepEnergy: rows must have 8 values, got 7.");
    expect(() => energyFilter(cloud(1, 8))).toThrow("energyFilter: needs at least two pictures, got 1.");
    expect(() => energyFilter(cloud(20, 8), { kept: 1.5 })).toThrow(/^energyFilter: kept must be in/);
  });
});

function variance({ data, rows, cols }: Matrix): number {
  let total = 0;
  for (let j = 0; j < cols; j++) {
    const column = Array.from({ length: rows }, (_, i) => data[i * cols + j]);
    const mean = column.reduce((a, b) => a + b, 0) / rows;
    total += column.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  }
  return total;
}

describe("gatedProbabilities", () => {
  const one = (value: number) => Float32Array.of(value);
  const weights: GateWeights = {
    units: 1,
    classes: 2,
    imageMean: one(0),
    imageScale: one(1),
    soundMean: one(0),
    soundScale: one(1),
    image: one(1),
    imageBias: one(0),
    sound: one(1),
    soundBias: one(0),
    gateImage: one(0),
    gateSound: one(0),
    gateBias: one(Math.log(3)),
    out: Float32Array.of(1, 0),
    outBias: Float32Array.of(0, 0),
  };
  const row = (value: number) => ({ data: one(value), rows: 1, cols: 1 });
  const logit = ([p]: Float32Array): number => Math.log(p / (1 - p));

  it("weighs both senses by the gate, and is the other's alone where one is missing", () => {
    const [a, b] = [Math.tanh(0.5), Math.tanh(-1)];
    expect(logit(gatedProbabilities(weights, row(0.5), row(-1)))).toBeCloseTo(0.75 * a + 0.25 * b, 5);
    expect(logit(gatedProbabilities(weights, row(0.5), undefined))).toBeCloseTo(a, 5);
    expect(logit(gatedProbabilities(weights, undefined, row(-1)))).toBeCloseTo(b, 5);
  });
});

/** The image tells a from b and c, the sound c from a and b: only both tell all three. */
function things(n: number, seed: number): { image: Tensor; sound: Tensor; labels: string[] } {
  const random = createRandom(seed);
  const labels = Array.from({ length: n }, (_, i) => "abc"[i % 3]);
  const [image, sound] = [new Float32Array(n * 16), new Float32Array(n * 48)];
  for (const [i, label] of labels.entries()) {
    for (let k = 0; k < 16; k++) image[16 * i + k] = (label === "a" ? 1 : 0) * (k % 2) + 0.2 * random.normal();
    for (let k = 0; k < 48; k++) sound[48 * i + k] = (label === "c" ? 1 : 0) * (k % 3) + 0.4 * random.normal();
  }
  return { image: { data: image, shape: [n, 4, 4, 1] }, sound: { data: sound, shape: [n, 8, 6, 1] }, labels };
}

describe("trainAudioVisual", () => {
  const dense = {
    layers: [{ kind: "flatten" as const }, { kind: "dense" as const, units: 8, activation: "relu" as const }],
  };
  const quick = { epochs: 30, batchSize: 16, optimizer: { kind: "adam" as const, learningRate: 0.01 } };
  const options = {
    image: { ...dense, ...quick },
    sound: { ...dense, ...quick },
    early: { ...dense, ...quick },
    gate: { epochs: 40, units: 8, learningRate: 0.02, batchSize: 16 },
    seed: 5,
  };

  it("tells by both what neither tells alone, answers with one sense missing, and is kept", async () => {
    const { labels, ...senses } = things(96, 1);
    const model = await trainAudioVisual(senses, labels, options);
    const fresh = things(60, 2);
    const right = async (given: { image?: Tensor; sound?: Tensor }, fusion: Fusion): Promise<number> => {
      const { data } = await model.predictProba(given, fusion);
      const rows = fresh.labels.map((_, i) => [...data.subarray(3 * i, 3 * i + 3)]);
      for (const shares of rows) expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      return rows.filter((p, i) => model.classes[p.indexOf(Math.max(...p))] === fresh.labels[i]).length / 60;
    };
    const { image, sound } = fresh;
    for (const fusion of ["early", "late", "gated"] as const) {
      expect(await right({ image, sound }, fusion)).toBeGreaterThan(0.95);
      for (const alone of [{ image }, { sound }]) {
        const share = await right(alone, fusion);
        expect(share).toBeGreaterThan(0.5);
        expect(share).toBeLessThan(0.9);
      }
    }
    expect(await right({ image }, "image")).toBeLessThan(0.9);
    expect(await right({ sound }, "sound")).toBeLessThan(0.9);

    const read = await restoreAudioVisual(unpackState(packState(model.getState())));
    for (const fusion of ["early", "late", "gated"] as const) {
      expect(await read.predictProba({ image, sound }, fusion)).toEqual(
        await model.predictProba({ image, sound }, fusion),
      );
    }
    await expect(model.predictProba({}, "late")).rejects.toThrow(
      "audioVisualClassifier: give an image, a sound, or both.",
    );
    await expect(model.predictProba({ sound }, "image")).rejects.toThrow(
      "audioVisualClassifier: the image is missing.",
    );
    await expect(model.predictProba({ image: sound }, "image")).rejects.toThrow(
      "audioVisualClassifier: trained on samples of 16 values, got 48.",
    );
    model.dispose();
    read.dispose();
  });

  it("repeats itself with the same seed, and leaves no tensor", async () => {
    const { labels, ...senses } = things(24, 3);
    const once = { epochs: 1, batchSize: 16 };
    const few = {
      image: { ...dense, ...once },
      sound: { ...dense, ...once },
      early: { ...dense, ...once },
      gate: { epochs: 1, units: 4 },
    };
    const first = await trainAudioVisual(senses, labels, few);
    const tensors = tf.memory().numTensors;
    const again = await trainAudioVisual(senses, labels, few);
    expect(packState(again.getState())).toEqual(packState(first.getState()));
    expect(tf.memory().numTensors).toBe(tensors);
    await expect(trainAudioVisual(senses, labels.slice(1), few)).rejects.toThrow(
      "audioVisualClassifier: needs an image and a sound a label, got 24 and 24 for 23 labels.",
    );
    await expect(restoreAudioVisual({ kind: "svc" } as never)).rejects.toThrow(
      "restoreAudioVisual: this is the state of a svc, not of an audioVisualClassifier.",
    );
  });
});
