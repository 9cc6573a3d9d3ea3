import { useEngine } from "@earshot/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom, type NeuralClassifierOptions, neuralClassifier, restoreModel } from "../src/index.js";
import { augmentBatch } from "../src/neural/augment.js";
import type { LossName } from "../src/neural/index.js";
import { drawBalanced } from "../src/neural/samples.js";

beforeAll(async () => {
  await useEngine({ threads: 1 });
});

/** Gaussian clouds, two classes of unlike size. */
function clouds(sizes: number[], spread = 0.6, cols = 5) {
  const rng = createRandom(2);
  const y = sizes.flatMap((count, c) => Array.from({ length: count }, () => `c${c}`));
  const data = Float32Array.from({ length: y.length * cols }, (_, i) => {
    const c = Number(y[Math.floor(i / cols)][1]);
    return (i % cols === c ? 2 : 0) + spread * rng.normal();
  });
  return { x: { data, rows: y.length, cols }, y };
}
const plain: NeuralClassifierOptions = {
  layers: [{ kind: "dense", units: 12, activation: "tanh" }],
  epochs: 4,
  batchSize: 8,
  optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
  seed: 3,
};
const weightsOf = (model: ReturnType<typeof neuralClassifier>): number[] =>
  (model.getState().weights as unknown as { data: Float32Array }[]).flatMap((w) => Array.from(w.data));

describe("going on from trained weights", () => {
  it("keeps the statistics of normalisations where told to, while the rest learns, also within residual blocks", async () => {
    const { x, y } = clouds([20, 20]);
    const norm = { kind: "batchNorm" } as const;
    const layers = [norm, { kind: "residual", layers: [{ kind: "dense", units: 5 }, norm] }] as const;
    const options = { ...plain, layers };
    const first = neuralClassifier({ ...options, epochs: 2 });
    const start = (await first.fit(x, y)).getState();
    const named = (model: ReturnType<typeof neuralClassifier>) => {
      const weights = model.getState().weights as unknown as { data: Float32Array }[];
      // gamma, beta, mean, variance of each normalisation; a kernel lies between them.
      const at = (i: number): number[] => Array.from(weights[i].data);
      return { learned: [0, 1, 4, 5, 6].map(at), statistics: [2, 3, 7, 8].map(at) };
    };
    const before = named(first);
    const kept = named(await neuralClassifier({ ...options, keepStatistics: true }).fit(x, y, { start }));
    const moved = named(await neuralClassifier(options).fit(x, y, { start }));
    expect(kept.statistics).toEqual(before.statistics);
    for (const [i, values] of moved.statistics.entries()) expect(values).not.toEqual(before.statistics[i]);
    for (const [i, values] of kept.learned.entries()) expect(values).not.toEqual(before.learned[i]);
    expect(() => neuralClassifier({ keepStatistics: 1 as unknown as boolean })).toThrow(
      new RangeError("neuralClassifier: keepStatistics must be true or false, got 1."),
    );
  });
});

describe("gradient accumulation", () => {
  it("steps four batches of 8 as one of 32, clipped or not", async () => {
    const { x, y } = clouds([64, 64]);
    for (const clipNorm of [undefined, 0.05]) {
      const whole = weightsOf(await neuralClassifier({ ...plain, batchSize: 32, clipNorm }).fit(x, y));
      const parts = weightsOf(await neuralClassifier({ ...plain, accumulate: 4, clipNorm }).fit(x, y));
      const worst = Math.max(...whole.map((w, i) => Math.abs(w - parts[i])));
      expect(worst).toBeLessThan(2e-6);
    }
  });

  it("weighs batches by the weights of their samples, and steps what is left at the end of an epoch", async () => {
    const { x, y } = clouds([30, 20]);
    const sampleWeight = y.map((_, i) => i % 3);
    const fit = async (change: NeuralClassifierOptions) =>
      weightsOf(await neuralClassifier({ ...plain, ...change }).fit(x, y, { sampleWeight }));
    const [whole, parts] = [await fit({ batchSize: 50 }), await fit({ batchSize: 7, accumulate: 100 })];
    expect(Math.max(...whole.map((w, i) => Math.abs(w - parts[i])))).toBeLessThan(2e-6);
  });
});

describe("balanced sampling", () => {
  it("draws every class equally often, however rare it is", () => {
    const codes = Int32Array.from({ length: 3000 }, (_, i) => (i % 100 === 0 ? 2 : i % 10 === 0 ? 1 : 0));
    const drawn = drawBalanced(codes, createRandom(1));
    const counts = [0, 0, 0];
    for (const i of drawn) counts[codes[i]]++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
  });

  it("finds more of a rare class", async () => {
    const { x, y } = clouds([120, 12], 3);
    const found = async (sampling: "shuffle" | "balanced") => {
      const model = await neuralClassifier({ ...plain, epochs: 6, sampling }).fit(x, y);
      const named = await model.predict(x);
      model.dispose();
      return named.filter((label, i) => label === "c1" && y[i] === "c1").length;
    };
    expect(await found("balanced")).toBeGreaterThan(await found("shuffle"));
  });
});

describe("losses", () => {
  it.each(["focal", "binaryCrossEntropy", "meanSquared", "amSoftmax"] as LossName[])(
    "%s separates clouds, with probabilities that sum to 1 and survive a restart",
    async (loss) => {
      const { x, y } = clouds([40, 40, 40], 0.3);
      const optimizer = { kind: "adam", learningRate: 0.02 } as const;
      const model = await neuralClassifier({ ...plain, loss, optimizer, epochs: 15 }).fit(x, y);
      expect(await model.predict(x)).toEqual(y);
      const { data, rows, cols } = await model.predictProba(x);
      for (let i = 0; i < rows; i++) {
        const row = Array.from(data.subarray(i * cols, (i + 1) * cols));
        expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      }
      const again = (await restoreModel(model.getState())) as typeof model;
      expect((await again.predictProba(x)).data).toEqual(data);
      model.dispose();
      again.dispose();
    },
  );
});

describe("cutMix", () => {
  const shape = [12, 10];
  const batch = () => ({
    data: Float32Array.from({ length: 4 * 120 }, (_, i) => Math.floor(i / 120)),
    targets: Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
    n: 4,
    shape,
  });

  it("puts a box of one other sample into each, and mixes targets by its area", () => {
    for (let seed = 0; seed < 20; seed++) {
      const b = batch();
      augmentBatch(b, { cutMix: 1 }, createRandom(seed));
      for (let i = 0; i < 4; i++) {
        const own = b.data.subarray(i * 120, (i + 1) * 120);
        const foreign = own.filter((v) => v !== i);
        expect(new Set(foreign).size).toBeLessThan(2);
        expect(b.targets[5 * i]).toBeCloseTo(1 - foreign.length / 120, 6);
        if (foreign.length > 0) expect(b.targets[4 * i + foreign[0]]).toBeCloseTo(foreign.length / 120, 6);
        const cells = [...own.keys()].filter((k) => own[k] !== i).map((k) => [Math.floor(k / 10), k % 10]);
        const [rows, cols] = [0, 1].map((axis) => new Set(cells.map((cell) => cell[axis])).size);
        expect(rows * cols).toBe(foreign.length);
      }
    }
  });

  it("and every other change of batches is an option of the classifier, and changes what is learned", async () => {
    const { x, y } = clouds([24, 24]);
    const changes = [
      { mixUp: 1 },
      { cutMix: 1 },
      { mask: { frames: 2, count: 1 } },
      { shift: 2 },
      { noise: 0.5 },
      { warp: { frames: 0.3 } },
    ];
    const learned = [];
    for (const augment of [undefined, ...changes]) {
      learned.push(weightsOf(await neuralClassifier({ ...plain, augment }).fit(x, y)).join());
    }
    expect(new Set(learned).size).toBe(1 + changes.length);
    expect(() => neuralClassifier({ augment: { cutMix: -1 } })).toThrow(RangeError);
  });

  it("takes turns with mixUp where both are asked for", () => {
    const kinds = Array.from({ length: 40 }, (_, seed) => {
      const b = batch();
      augmentBatch(b, { cutMix: 1, mixUp: 1 }, createRandom(seed));
      return b.data.every((v) => Number.isInteger(v)) ? "cut" : "mix";
    });
    expect(new Set(kinds)).toEqual(new Set(["cut", "mix"]));
  });
});

describe("a fit that cannot go on", () => {
  it("says what to lower when memory runs out, and leaves a checkpoint that goes on", async () => {
    const x = { data: new Float32Array(96 * 64 * 64).map((_, i) => Math.sin(i)), shape: [96, 64, 64] };
    const y = Array.from({ length: 96 }, (_, i) => `c${i % 2}`);
    const huge: NeuralClassifierOptions = {
      layers: [{ kind: "conv2d", filters: 4096, size: 1 }, { kind: "globalPool" }],
      batchSize: 96,
      epochs: 1,
    };
    await expect(neuralClassifier(huge).fit(x, y)).rejects.toThrow(
      /^neuralClassifier: out of memory in epoch 1 with batches of 96; lower batchSize, or the width of the network \(.*\)\.$/,
    );
    // The engine is as good as before.
    const { x: small, y: labels } = clouds([20, 20], 0.1);
    const model = await neuralClassifier({ ...plain, epochs: 30 }).fit(small, labels);
    expect(await model.predict(small)).toEqual(labels);
    model.dispose();
  });
});
