import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useEngine } from "@earshot/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Classifier,
  createRandom,
  kNeighbors,
  neuralClassifier,
  pipeline,
  standardScaler,
  type Tensor,
} from "../src/index.js";
import type { LossName } from "../src/neural/index.js";
import type { LayerSpec } from "../src/neural/layers/specs.js";
import { networkNames } from "../src/neural/networks.js";
import { exportOnnx, onnxClassifier } from "../src/onnx/index.js";
import { expectClose } from "./golden.js";

beforeAll(async () => {
  await useEngine({ threads: 1 });
});

const rng = createRandom(11);
const shape = [26, 20];
const x: Tensor = {
  data: Float32Array.from({ length: 6 * 26 * 20 }, () => 2 * rng.normal() + 1),
  shape: [6, ...shape],
};
const y = ["a", "b", "c", "a", "b", "c"];
const options = { epochs: 2, batchSize: 3, optimizer: { kind: "adam", learningRate: 5e-3 }, seed: 2 } as const;
const folder = mkdtempSync(join(tmpdir(), "earshot-onnx-"));
afterAll(() => rmSync(folder, { recursive: true }));

const conv: LayerSpec[] = [
  { kind: "conv2d", filters: 6, size: [4, 3], strides: [2, 1], dilations: [1, 2], activation: "gelu" },
];
/** Layers and settings that no named network has. */
const layers: Record<string, LayerSpec[]> = {
  "padding, strides and dilation": [
    ...conv,
    { kind: "averagePool", size: 3, strides: 2, pad: "same" },
    { kind: "maxPool", size: [2, 3], pad: "same" },
    { kind: "flatten" },
  ],
  "valid convolutions, depthwise": [
    { kind: "conv2d", filters: 4, size: 5, pad: "valid", strides: 2, activation: "swish" },
    { kind: "depthwiseConv2d", size: [3, 2], pad: "valid", activation: "elu" },
    { kind: "globalPool", mode: "max" },
  ],
  "PyTorch's padding, and shortcuts as they say": [
    { kind: "conv2d", filters: 4, size: 5, strides: 2, pad: 2 },
    { kind: "maxPool", size: 3, strides: 2, pad: 1 },
    {
      kind: "residual",
      layers: [{ kind: "conv2d", filters: 9, strides: 2, pad: 1 }],
      shortcut: [{ kind: "subsample", filters: 9, strides: 2 }],
    },
    {
      kind: "residual",
      layers: [{ kind: "conv2d", filters: 6, size: 1 }],
      shortcut: [
        { kind: "conv2d", filters: 6, size: 1, pad: "valid" },
        { kind: "batchNorm", epsilon: 1e-5 },
      ],
    },
    { kind: "globalPool" },
  ],
  "one dimension, globally pooled": [
    { kind: "conv1d", filters: 8, size: 4, strides: 2, activation: "leakyRelu" },
    { kind: "batchNorm" },
    { kind: "conv1d", filters: 6, pad: "valid" },
    { kind: "maxFeatureMap" },
    { kind: "globalPool", mode: "both" },
  ],
  "images as steps": [
    ...conv,
    { kind: "conv1d", filters: 5, activation: "softplus" },
    { kind: "sequence" },
    { kind: "batchNorm" },
    { kind: "globalPool" },
  ],
  "LSTMs both ways": [
    { kind: "lstm", units: 8, bidirectional: true, sequences: true },
    { kind: "maxFeatureMap" },
    { kind: "lstm", units: 4, bidirectional: true },
    { kind: "dense", units: 6, activation: "sigmoid" },
  ],
  "a GRU and attention": [
    { kind: "gru", units: 12 },
    { kind: "dense", units: 8, activation: "relu6" },
    { kind: "maxFeatureMap" },
    { kind: "batchNorm" },
  ],
  "attention over frames": [
    { kind: "attentionPool", units: 7 },
    { kind: "dropout", rate: 0.2 },
  ],
  "blocks of dense layers": [
    { kind: "flatten" },
    { kind: "dense", units: 16, useBias: false },
    { kind: "residual", layers: [{ kind: "dense", units: 16, activation: "tanh" }], activation: "linear" },
  ],
};
const cases: [string, () => Classifier][] = [
  ...networkNames.map((name): [string, () => Classifier] => [
    name,
    () => neuralClassifier({ ...options, network: { kind: name, width: 0.25, dropout: 0.1 } }),
  ]),
  ...Object.entries(layers).map(([name, own]): [string, () => Classifier] => [
    name,
    () => neuralClassifier({ ...options, layers: own }),
  ]),
  ...(["binaryCrossEntropy", "amSoftmax"] as LossName[]).map((loss): [string, () => Classifier] => [
    loss,
    () => neuralClassifier({ ...options, loss, layers: [{ kind: "globalPool" }] }),
  ]),
  [
    "scaled frames before a network",
    () => pipeline(standardScaler(), neuralClassifier({ ...options, network: { kind: "dsCnn", width: 0.25 } })),
  ],
];

describe("an ONNX file of a network", () => {
  it.each(cases)("%s gives the same probabilities in onnxruntime-node", async (name, make) => {
    const model = await make().fit(x, y);
    const want = await model.predictProba(x);
    const fast = await onnxClassifier(model);
    expect(fast?.classes).toEqual(["a", "b", "c"]);
    const { data } = (await fast?.predictProba(x)) ?? { data: [] };
    expectClose(data, Array.from(want.data), 1e-5);
    expect(await fast?.predict(x)).toEqual(await model.predict(x));
    // Kept for Python, below.
    writeFileSync(join(folder, `${cases.findIndex(([own]) => own === name)}.onnx`), await exportOnnx(model));
    writeFileSync(
      join(folder, `${cases.findIndex(([own]) => own === name)}.json`),
      JSON.stringify(Array.from(want.data)),
    );
    fast?.dispose();
    model.dispose();
  });

  const python = process.env.EARSHOT_PEERS_PYTHON;
  const script = `
import sys, json, numpy, onnxruntime
out = {}
x = numpy.fromfile(sys.argv[1] + "/x.f32", numpy.float32).reshape(6, 26, 20)
for i in range(int(sys.argv[2])):
    session = onnxruntime.InferenceSession(f"{sys.argv[1]}/{i}.onnx")
    p = session.run(None, {"features": x})[0].astype(float).ravel()
    out[i] = float(abs(p - numpy.array(json.load(open(f"{sys.argv[1]}/{i}.json")))).max())
print(json.dumps(out))
`;
  it.skipIf(!python || spawnSync(python, ["-c", "import onnxruntime"]).status !== 0)(
    "gives them in Python's onnxruntime as well",
    () => {
      writeFileSync(join(folder, "x.f32"), new Uint8Array(x.data.buffer));
      const count = cases.filter((_, i) => existsSync(join(folder, `${i}.onnx`))).length;
      const { stdout, stderr } = spawnSync(python ?? "", ["-c", script, folder, String(count)], { encoding: "utf8" });
      expect(stdout, stderr).not.toBe("");
      const worst = Math.max(...Object.values(JSON.parse(stdout) as Record<string, number>));
      expect(count).toBe(cases.length);
      expect(worst).toBeLessThan(1e-5);
    },
  );
});

describe("onnxClassifier", () => {
  it("checks what goes in as the model does, and only predicts", async () => {
    const model = await neuralClassifier({ ...options, layers: [{ kind: "flatten" }] }).fit(x, y);
    const fast = (await onnxClassifier(model)) as Classifier;
    await expect(fast.predictProba({ data: new Float32Array(40), shape: [2, 4, 5] })).rejects.toThrow(
      new RangeError("neuralClassifier: fitted on samples of shape [26,20], got [4,5]."),
    );
    const holed = { ...x, data: x.data.slice().fill(Number.NaN, 525, 526) };
    await expect(fast.predictProba(holed)).rejects.toThrow(
      new RangeError("neuralClassifier: x must be finite, got NaN in sample 1, number 5."),
    );
    expect(() => fast.fit(x, y)).toThrow(new Error("onnxClassifier: it only predicts; fit the model it was made of."));
    fast.dispose();
    fast.dispose();
    model.dispose();
  });

  it("is undefined for what it cannot run the same", async () => {
    const matrix = { data: x.data.slice(0, 60), rows: 6, cols: 10 };
    expect(await onnxClassifier(kNeighbors({ nNeighbors: 1 }).fit(matrix, y))).toBeUndefined();
    const looks = neuralClassifier({ ...options, layers: [{ kind: "flatten" }], passes: 3, augment: { shift: 2 } });
    expect(await onnxClassifier(await looks.fit(x, y))).toBeUndefined();
    looks.dispose();
  });

  it("writes the same bytes for the same network", async () => {
    const model = await neuralClassifier({ ...options, network: { kind: "dsCnn", width: 0.25 } }).fit(x, y);
    expect(Buffer.from(await exportOnnx(model)).equals(Buffer.from(await exportOnnx(model)))).toBe(true);
    model.dispose();
  });
});
