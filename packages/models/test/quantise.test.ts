import { useEngine } from "@earshot/engine";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createRandom,
  logisticRegression,
  type ModelState,
  neuralClassifier,
  packModel,
  pipeline,
  restoreModel,
  type StateTensor,
  standardScaler,
  unpackModel,
} from "../src/index.js";
import { quantiseWeights } from "../src/neural/index.js";
import { exportOnnx } from "../src/onnx/index.js";
import { loadOnnxRuntime } from "../src/onnx/onnxRuntime.js";

const rng = createRandom(3);
const n = 24;
const x = { data: Float32Array.from({ length: n * 12 * 8 }, () => rng.normal()), shape: [n, 12, 8] };
const y = Array.from({ length: n }, (_, i) => ["a", "b", "c"][i % 3]);
for (let i = 0; i < n; i++) for (let k = 0; k < 32; k++) x.data[i * 96 + 32 * (i % 3) + k] += 1.5;

const layers = [
  { kind: "conv2d", filters: 12, size: 3 },
  { kind: "batchNorm" },
  { kind: "activation", activation: "relu" },
  { kind: "depthwiseConv2d", size: 3 },
  { kind: "lstm", units: 8 },
  { kind: "dense", units: 16, activation: "relu" },
] as const;
const train = () =>
  neuralClassifier({ layers, epochs: 8, batchSize: 8, optimizer: { kind: "adam", learningRate: 5e-3 }, seed: 2 }).fit(
    x,
    y,
  );

beforeAll(async () => {
  await useEngine({ threads: 1 });
});

interface Rounded {
  int8: StateTensor;
  scale: StateTensor;
}

describe("quantiseWeights", () => {
  it("rounds kernels to within half a scale of their output, and leaves the rest alone", async () => {
    const state = (await train()).getState();
    const weights = state.weights as unknown as StateTensor[];
    const small = quantiseWeights(state).weights as unknown as (StateTensor | Rounded)[];
    let rounded = 0;
    for (const [i, own] of small.entries()) {
      if (!("int8" in own)) {
        expect(own).toBe(weights[i]);
        continue;
      }
      rounded++;
      const outputs = own.scale.data.length;
      // Depthwise filters end in an axis of one.
      const inner = weights[i].shape.at(-1) === 1 ? 1 : 0;
      expect(outputs).toBe(weights[i].shape.at(-1 - inner));
      for (const [k, v] of weights[i].data.entries()) {
        const scale = own.scale.data[k % outputs];
        expect(Math.abs((own.int8.data[k] - 128) * scale - v)).toBeLessThanOrEqual(scale * 0.5000001);
      }
    }
    // Convolution, depthwise, both of the LSTM, dense; the output of 48 numbers is too small.
    expect(rounded).toBe(5);
  });

  it("restores to a network that says the same of nearly all, out of a folder of a third of the bytes", async () => {
    const model = await train();
    const state = model.getState();
    const whole = await packModel(model);
    const small = await packModel(Object.create(model, { getState: { value: () => quantiseWeights(state) } }));
    const [before, after] = [whole, small].map((files) => files["weights.safetensors"].length);
    expect(after).toBeLessThan(0.45 * before);
    const { model: restored } = await unpackModel(small);
    const [p, q] = [await model.predictProba(x), await restored.predictProba(x)];
    expect(Math.max(...p.data.map((v, i) => Math.abs(v - q.data[i])))).toBeLessThan(0.05);
    expect(await restored.predict(x)).toEqual(await model.predict(x));
    // What was rounded once rounds to itself.
    const again = quantiseWeights((await restored.getState()) as ModelState);
    expect((await restoreModel(again)).getState()).toEqual(await restored.getState());
    model.dispose();
    restored.dispose();
  });

  it("finds networks within pipelines, and says where there is none", async () => {
    const flat = { data: x.data, rows: n, cols: 96 };
    const piped = await pipeline(standardScaler(), neuralClassifier({ epochs: 2 })).fit(flat, y);
    const small = quantiseWeights(await piped.getState());
    const restored = await restoreModel(small);
    expect("classes" in restored && restored.classes).toEqual(["a", "b", "c"]);
    const linear = await logisticRegression().fit(flat, y);
    expect(() => quantiseWeights(linear.getState() as ModelState)).toThrow(
      new TypeError(
        "quantiseWeights: a logisticRegression holds no network; only neuralClassifier has kernels to round.",
      ),
    );
  });

  it("refuses eight bits without their scales", async () => {
    const state = quantiseWeights((await train()).getState());
    const [first, ...others] = state.weights as unknown as Rounded[];
    const wrong = { int8: first.int8, scale: { data: new Float32Array(3), shape: [3] } };
    await expect(restoreModel({ ...state, weights: [wrong, ...others] } as unknown as ModelState)).rejects.toThrow(
      new RangeError('neuralClassifier: "weights" of the state must be a list of float32 tensors.'),
    );
  });
});

describe("exportOnnx with int8", () => {
  it("writes a smaller file that onnxruntime reads as the rounded network", async () => {
    const runtime = await loadOnnxRuntime();
    if (!runtime) throw new Error("onnxruntime-node is a development dependency");
    const model = await train();
    const [whole, small] = [await exportOnnx(model), await exportOnnx(model, { int8: true })];
    expect(small.length).toBeLessThan(0.6 * whole.length);
    const rounded = await restoreModel(quantiseWeights(model.getState()));
    const { data } = await (rounded as typeof model).predictProba(x);
    const session = await runtime.InferenceSession.create(small, { logSeverityLevel: 4 });
    const { probabilities } = await session.run({ features: new runtime.Tensor("float32", x.data, x.shape) });
    const found = probabilities.data as Float32Array;
    expect(Math.max(...found.map((v, i) => Math.abs(v - data[i])))).toBeLessThan(2e-3);
    model.dispose();
    rounded.dispose();
  });
});
