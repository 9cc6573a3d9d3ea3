import { tf, useEngine } from "@earshot/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../src/core/random.js";
import {
  type Checkpoint,
  describeNetwork,
  type ModelState,
  type NeuralClassifierOptions,
  namedNetwork,
  networkNames,
  neuralClassifier,
  stateFromJson,
  stateToJson,
} from "../src/index.js";
import { augmentBatch } from "../src/neural/augment.js";
import { rateFactor } from "../src/neural/schedule.js";

beforeAll(async () => {
  await useEngine({ threads: 1 });
});

/** Noise pictures, [n, frames, features]; labels have nothing to do with them, so that only memory helps. */
function pictures(n: number, classes = 4, seed = 1) {
  const rng = createRandom(seed);
  const shape = [n, 24, 16];
  return {
    x: { data: Float32Array.from({ length: n * 24 * 16 }, () => rng.normal()), shape },
    y: Array.from({ length: n }, (_, i) => `c${i % classes}`),
  };
}
const weightsOf = (model: ReturnType<typeof neuralClassifier>): number[][] =>
  (model.getState().weights as unknown as { data: Float32Array }[]).map((w) => Array.from(w.data));

describe("named networks", () => {
  for (const name of networkNames) {
    it(`${name} overfits eight items, and leaves no tensor behind`, async () => {
      const { x, y } = pictures(8);
      const before = tf.memory().numTensors;
      const model = neuralClassifier({
        network: { kind: name, width: 0.5, dropout: 0 },
        epochs: 60,
        batchSize: 8,
        optimizer: { kind: "adam", learningRate: 3e-3 },
        seed: 3,
      });
      const losses: number[] = [];
      await model.fit(x, y, { onEpoch: ({ loss }) => void losses.push(loss) });
      expect(losses[losses.length - 1]).toBeLessThan(0.1);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });
  }

  it("are described before they are trained", async () => {
    const lines = await describeNetwork({ network: "cnn" }, [96, 40], 10);
    expect(lines[0]).toEqual({
      kind: "conv2d",
      outputShape: [96, 40, 32],
      parameters: 288,
      multiplyAdds: 96 * 40 * 288,
      held: 96 * 40 * 32,
    });
    expect(lines[lines.length - 1]).toMatchObject({ kind: "dense", outputShape: [10], parameters: 2570 });
    expect(lines.map((l) => l.kind).filter((kind) => kind === "maxPool").length).toBe(3);
  });

  it("say what is wrong", async () => {
    expect(() => namedNetwork("resnett")).toThrow(
      new RangeError('namedNetwork: unknown network "resnett"; did you mean "resnet"?'),
    );
    expect(() => namedNetwork("cnn", { width: 0 })).toThrow(
      new RangeError("namedNetwork: width must be above 0 and at most 64, got 0."),
    );
    expect(() => neuralClassifier({ network: "cnn", layers: [] })).toThrow(
      new RangeError("neuralClassifier: give layers or a network, not both."),
    );
    await expect(describeNetwork({ layers: [{ kind: "maxPool", size: 9 }] }, [4, 4], 2)).rejects.toThrow(
      new RangeError("neuralClassifier: layer 1 (maxPool) has a window of [9, 9], longer than its input [4, 4]."),
    );
    await expect(
      describeNetwork({ layers: [{ kind: "residual", layers: [{ kind: "dense", units: 3 }] }] }, [4, 4], 2),
    ).rejects.toThrow(
      new RangeError(
        "neuralClassifier: layer 1 (residual), layer 1 (dense) needs one axis, gets [4,4]; put a flatten or a pool before it.",
      ),
    );
  });
});

const rich: NeuralClassifierOptions = {
  network: { kind: "crnn", width: 0.25 },
  epochs: 5,
  batchSize: 6,
  optimizer: { kind: "adamW", learningRate: 2e-3 },
  schedule: { kind: "cosine", warmup: 0.1 },
  augment: { mixUp: 0.3, mask: { frames: 4, features: 3 }, shift: 2, noise: 0.1 },
  earlyStopping: { patience: 4, validationShare: 0.25 },
  clipNorm: 1,
  ema: 0.9,
  labelSmoothing: 0.1,
  seed: 8,
};

describe("resuming", () => {
  it("ends at the same weights and log, bit for bit, from every checkpoint", async () => {
    const { x, y } = pictures(24);
    const checkpoints: string[] = [];
    const logs: object[] = [];
    const whole = await neuralClassifier(rich).fit(x, y, {
      onEpoch: (log) => void logs.push(log),
      onCheckpoint: (c) => void checkpoints.push(JSON.stringify(stateToJson(c))),
    });
    expect(checkpoints.length).toBe(logs.length);
    for (const [i, text] of checkpoints.entries()) {
      const later: object[] = [];
      const resume = stateFromJson(JSON.parse(text)) as Checkpoint;
      const model = await neuralClassifier(rich).fit(x, y, { resume, onEpoch: (log) => void later.push(log) });
      expect(weightsOf(model)).toEqual(weightsOf(whole));
      expect(later).toEqual(logs.slice(i + 1));
    }
  });

  it("refuses a checkpoint of another network", async () => {
    const { x, y } = pictures(12);
    let resume: ModelState | undefined;
    await neuralClassifier({ network: "dsCnn", epochs: 1 }).fit(x, y, {
      onCheckpoint: (c) => {
        resume = c;
      },
    });
    await expect(neuralClassifier({ epochs: 2, layers: [{ kind: "flatten" }] }).fit(x, y, { resume })).rejects.toThrow(
      new RangeError(
        'neuralClassifier: the checkpoint\'s "weights" does not fit this network; it is of another recipe.',
      ),
    );
  });
});

describe("schedules", () => {
  it("move the learning rate as their names say", () => {
    const at = (schedule: Parameters<typeof rateFactor>[0], progress: number, epoch = 0, drops = 0) =>
      rateFactor(schedule, progress, epoch, drops);
    expect(at({ kind: "cosine" }, 0)).toBe(1);
    expect(at({ kind: "cosine", end: 0.1 }, 1)).toBeCloseTo(0.1, 12);
    expect(at({ kind: "cosine" }, 0.5)).toBeCloseTo(0.5, 12);
    expect(at({ kind: "constant", warmup: 0.2 }, 0.1)).toBeCloseTo(0.505, 12);
    expect(at({ kind: "step", every: 3, factor: 0.5 }, 0.5, 7)).toBe(0.25);
    expect(at({ kind: "oneCycle" }, 0.3)).toBe(1);
    expect(at({ kind: "oneCycle" }, 0)).toBeCloseTo(0.04, 12);
    expect(at({ kind: "plateau" }, 0.5, 0, 2)).toBe(0.25);
  });

  it("are refused when unknown", () => {
    expect(() => neuralClassifier({ schedule: { kind: "cosin" as "cosine" } })).toThrow(
      new RangeError('neuralClassifier: unknown schedule "cosin"; did you mean "cosine"?'),
    );
    expect(() => neuralClassifier({ schedule: { kind: "step", every: 0 } })).toThrow(
      new RangeError("neuralClassifier: schedule.every must be a number of epochs of at least 1, got 0."),
    );
  });
});

describe("augmentBatch", () => {
  const batch = () => ({
    data: Float32Array.from({ length: 24 }, (_, i) => i),
    targets: Float32Array.of(1, 0, 0, 1),
    n: 2,
    shape: [4, 3],
  });

  it("turns frames round without losing one", () => {
    const b = batch();
    augmentBatch(b, { shift: 3 }, createRandom(2));
    const rows = [0, 1, 2, 3].map((f) => b.data[3 * f] / 3);
    expect([...rows].sort()).toEqual([0, 1, 2, 3]);
    expect(rows.map((r, i) => (r - rows[0] + 4 - i) % 4)).toEqual([0, 0, 0, 0]);
  });

  it("mixes samples and targets in the same shares", () => {
    const b = batch();
    augmentBatch(b, { mixUp: 0.4 }, createRandom(5));
    const share = b.targets[0];
    expect(share).toBeGreaterThanOrEqual(0.5);
    expect(b.targets[1]).toBeCloseTo(1 - share, 6);
    expect(b.data[0]).toBeCloseTo(12 * (1 - share), 5);
    expect(b.data[12]).toBeCloseTo(12 * share, 5);
  });

  it("masks whole frames and features with the sample's mean", () => {
    const b = batch();
    augmentBatch(b, { mask: { frames: 2, features: 1, count: 3 } }, createRandom(1));
    const changed = [...b.data.subarray(0, 12)].filter((v, i) => v !== i);
    expect(changed.length).toBeGreaterThan(0);
    expect(new Set(changed)).toEqual(new Set([5.5]));
  });
});
