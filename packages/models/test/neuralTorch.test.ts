import { readFileSync } from "node:fs";
import { tf, useEngine } from "@earshot/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { readSafetensors, type StateTensor } from "../src/index.js";
import { type Loss, neuralFromTorch, type TorchWeights } from "../src/neural/index.js";
import { lossOf, lossOfRow, readLoss } from "../src/neural/loss.js";
import { rateFactor, type Schedule } from "../src/neural/schedule.js";
import { expectClose, golden } from "./golden.js";

interface Networks {
  frames: number;
  features: number;
  classes: number;
  n: number;
  cases: { name: string; tensors: Record<string, number[]>; logits: number[] }[];
}
interface Values {
  losses: {
    name: string;
    loss: Loss;
    shape: [number, number];
    scores: number[];
    targets: number[];
    weights: number[];
    rows: number[];
    gradient: number[];
  }[];
  schedules: { epochs: number; stepsPerEpoch: number; cosine: number[]; cosineEnd: number[]; step: number[] };
}
const { losses, schedules } = golden<Values>("neural");
const { frames, features, classes, n, cases } = golden<Networks>("neuralNetworks");

/** The numbers that `fill` in tools/golden/neural.py gives. */
function filled(shapes: Record<string, number[]>): Record<string, StateTensor> {
  const names = Object.keys(shapes).sort();
  return Object.fromEntries(
    names.map((name, j) => {
      const shape = shapes[name];
      const size = shape.reduce((a, b) => a * b, 1);
      const data = Float32Array.from({ length: size }, (_, i) => {
        const wave = Math.sin(1 + 0.7 * i + 0.013 * i * i + 13 * j);
        if (name.endsWith("running_var")) return 1 + 0.5 * Math.abs(wave);
        if (shape.length === 1) return (name.endsWith("weight") ? 1 : 0) + 0.3 * wave;
        return (wave * 3) / Math.sqrt(size / shape[0]);
      });
      return [name, { data, shape }];
    }),
  );
}
const samples = {
  data: Float32Array.from({ length: n * frames * features }, (_, i) => Math.sin(0.31 * i + 0.0007 * i * i)),
  shape: [n, frames, features],
};
const labels = Array.from({ length: classes }, (_, c) => `c${c}`);
const weightsOf = (name: string, tensors: TorchWeights["tensors"]): TorchWeights => ({
  tensors,
  options: { network: { kind: name, width: 0.25 } },
  inputShape: [frames, features],
  classes: labels,
});
const softmax = (rows: number[]): number[] =>
  rows.map((_, i) => {
    const row = rows.slice(i - (i % classes), i - (i % classes) + classes);
    return Math.exp(rows[i]) / row.reduce((a, b) => a + Math.exp(b), 0);
  });

beforeAll(async () => {
  await useEngine({ threads: 1 });
});

describe("neuralFromTorch", () => {
  it.each(cases)("gives $name the probabilities that PyTorch gives it", async ({ name, tensors, logits }) => {
    const before = tf.memory().numTensors;
    const model = await neuralFromTorch(weightsOf(name, filled(tensors)));
    expect(tf.memory().numTensors).toBe(before);
    expectClose((await model.predictProba(samples)).data, softmax(logits), 1e-5);
    model.dispose();
  });

  it("reads the file that PyTorch's side wrote", async () => {
    const file = readFileSync(new URL("./golden/neuralTorch.safetensors", import.meta.url));
    const model = await neuralFromTorch(weightsOf("dsCnn", readSafetensors(file)));
    const want = cases.find(({ name }) => name === "dsCnn")?.logits ?? [];
    expectClose((await model.predictProba(samples)).data, softmax(want), 1e-5);
    model.dispose();
  });

  it("names the module that does not fit", async () => {
    const { tensors } = cases[1];
    const good = filled(tensors);
    const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => !key.startsWith(name)));
    const last = Object.keys(tensors).at(-1) as string;
    const [end] = last.split(".");
    await expect(neuralFromTorch(weightsOf("cnn", without(`${end}.`)))).rejects.toThrow(
      new RangeError("neuralFromTorch: the weights end before a dense."),
    );
    await expect(
      neuralFromTorch(weightsOf("cnn", { ...good, "99.weight": { data: new Float32Array(1), shape: [1, 1] } })),
    ).rejects.toThrow(new RangeError('neuralFromTorch: no layer is left for module "99".'));
    await expect(neuralFromTorch(weightsOf("cnn", without("2.running_mean")))).rejects.toThrow(
      new RangeError('neuralFromTorch: module "2" has no running_mean, which a batchNorm needs.'),
    );
    await expect(
      neuralFromTorch(
        weightsOf("cnn", { ...good, "1.weight": { data: new Float32Array(8 * 25), shape: [8, 1, 5, 5] } }),
      ),
    ).rejects.toThrow(new RangeError('neuralFromTorch: "1.weight" has shape [8,1,5,5], the conv2d needs [8,1,3,3].'));
    await expect(neuralFromTorch({ ...weightsOf("cnn", good), order: ["first"] })).rejects.toThrow(
      new RangeError('neuralFromTorch: order names module "first", which the weights lack.'),
    );
  });
});

describe("losses", () => {
  it.each(losses)(
    "$name and its gradient are PyTorch's",
    ({ loss, shape, scores, targets, weights, rows, gradient }) => {
      const read = readLoss(loss);
      const [z, t, w] = [tf.tensor(scores, shape), tf.tensor(targets, shape), tf.tensor(weights)];
      const sum = (given: tf.Tensor): tf.Scalar => tf.sum(lossOf(read, given, t, w));
      const weighed = rows.map((row, i) => row * weights[i]);
      expectClose(
        tf.tidy(() => lossOf(read, z, t, w).dataSync()),
        weighed,
        2e-6,
      );
      expectClose(
        tf.tidy(() =>
          tf
            .grad((x: tf.Tensor) => sum(x))(z)
            .dataSync(),
        ),
        gradient,
        5e-6,
      );
      const [, k] = shape;
      const twin = rows.map((_, i) => lossOfRow(read, scores.slice(i * k, i * k + k), targets.slice(i * k, i * k + k)));
      expectClose(twin, rows, 1e-7);
      tf.dispose([z, t, w]);
    },
  );

  it("are refused when unknown", () => {
    expect(() => readLoss("focall" as "focal")).toThrow(
      new RangeError('neuralClassifier: unknown loss "focall"; did you mean "focal"?'),
    );
    expect(() => readLoss({ kind: "focal", gamma: 0.5 })).toThrow(
      new RangeError("neuralClassifier loss focal: gamma must be a number in [1, 20], got 0.5."),
    );
    expect(() => readLoss({ kind: "meanSquared", gamma: 2 } as unknown as Loss)).toThrow(
      /^neuralClassifier loss meanSquared: unknown option "gamma"/,
    );
  });
});

describe("schedules", () => {
  const { epochs, stepsPerEpoch } = schedules;
  it.each([
    ["cosine", { kind: "cosine" }, schedules.cosine],
    ["cosine to a tenth", { kind: "cosine", end: 0.1 }, schedules.cosineEnd],
    ["step", { kind: "step", every: 3, factor: 0.5 }, schedules.step],
  ] as [string, Schedule, number[]][])("%s takes PyTorch's steps", (_, schedule, want) => {
    const total = epochs * stepsPerEpoch;
    const got = want.map((__, i) => rateFactor(schedule, i / total, Math.floor(i / stepsPerEpoch), 0));
    expectClose(got, want, 1e-8);
  });
});
