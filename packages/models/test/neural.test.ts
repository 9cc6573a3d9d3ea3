import { tf, useEngine } from "@earshot/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../src/core/random.js";
import { type NeuralClassifierOptions, neuralClassifier, restoreModel } from "../src/index.js";

/** Gaussian clouds around one centre a class. */
function clouds(perClass: number, { classes = 3, cols = 6, spread = 0.5, seed = 1 } = {}) {
  const rng = createRandom(seed);
  const centres = Array.from({ length: classes }, () => Array.from({ length: cols }, () => rng.normal() * 2));
  const data = new Float32Array(perClass * classes * cols);
  const y: string[] = [];
  for (let i = 0; i < perClass * classes; i++) {
    y.push(`class ${i % classes}`);
    for (let c = 0; c < cols; c++) data[i * cols + c] = centres[i % classes][c] + spread * rng.normal();
  }
  return { x: { data, rows: y.length, cols }, y };
}

const small: NeuralClassifierOptions = {
  layers: [
    { kind: "dense", units: 16 },
    { kind: "batchNorm" },
    { kind: "activation", activation: "relu" },
    { kind: "dropout", rate: 0.2 },
  ],
  epochs: 12,
  batchSize: 16,
  optimizer: { kind: "adam", learningRate: 0.01 },
  seed: 4,
};
const weightsOf = (model: ReturnType<typeof neuralClassifier>): number[][] =>
  (model.getState().weights as unknown as { data: Float32Array }[]).map((w) => Array.from(w.data));

describe("neuralClassifier", () => {
  beforeAll(async () => {
    await useEngine({ threads: 1 });
  });

  it("separates clouds that are apart, returns itself, and gives rows that sum to 1", async () => {
    const { x, y } = clouds(30, { spread: 0.1 });
    const model = neuralClassifier(small);
    expect(await model.fit(x, y)).toBe(model);
    expect(model.classes).toEqual(["class 0", "class 1", "class 2"]);
    expect(await model.predict(x)).toEqual(y);
    const proba = await model.predictProba(x);
    for (let r = 0; r < proba.rows; r++) {
      expect(proba.data[3 * r] + proba.data[3 * r + 1] + proba.data[3 * r + 2]).toBeCloseTo(1, 6);
    }
    model.dispose();
  });

  it("gives the same weights for the same seed, on one thread and on two, and others for another seed", async () => {
    const { x, y } = clouds(30);
    const one = weightsOf(await neuralClassifier(small).fit(x, y, { threads: 1 }));
    const two = weightsOf(await neuralClassifier(small).fit(x, y, { threads: 2 }));
    expect(two).toEqual(one);
    expect(weightsOf(await neuralClassifier({ ...small, seed: 5 }).fit(x, y, { threads: 1 }))).not.toEqual(one);
  });

  it("forgets earlier fits", async () => {
    const other = clouds(20, { classes: 2, cols: 4, seed: 9 });
    const { x, y } = clouds(20);
    const model = await neuralClassifier(small).fit(other.x, other.y);
    await model.fit(x, y);
    expect(weightsOf(model)).toEqual(weightsOf(await neuralClassifier(small).fit(x, y)));
    model.dispose();
  });

  it("predicts the same after its state went through JSON", async () => {
    const { x, y } = clouds(20);
    const model = await neuralClassifier(small).fit(x, y);
    const copy = await restoreModel(JSON.parse(JSON.stringify(model)));
    const want = await model.predictProba(x);
    expect(await (copy as typeof model).predictProba(x)).toEqual(want);
    model.dispose();
    copy.dispose();
  });

  it("leaves nothing behind: fit and predict no tensor, dispose no memory", async () => {
    const { x, y } = clouds(20);
    const tensors = tf.memory().numTensors;
    const bytes = (): number => (tf.memory() as unknown as { numBytesInHeap: number }).numBytesInHeap;
    const model = await neuralClassifier({ ...small, earlyStopping: { patience: 2 } }).fit(x, y);
    expect(tf.memory().numTensors).toBe(tensors);
    const before = bytes();
    await model.predict(x);
    const held = bytes();
    expect(held).toBeGreaterThan(before);
    await model.predict(x);
    expect(bytes()).toBe(held);
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
    model.dispose();
    await Promise.resolve();
    expect(bytes()).toBe(before);
  });

  it("stops when the held-out part gets no better, and returns the best epoch's weights", async () => {
    const { x, y } = clouds(30, { spread: 4 });
    const losses: number[] = [];
    const options = { ...small, epochs: 200, optimizer: { kind: "adam", learningRate: 0.03 } } as const;
    const stopped = neuralClassifier({ ...options, earlyStopping: { patience: 5, validationShare: 0.3 } });
    await stopped.fit(x, y, { onEpoch: ({ valLoss }) => void losses.push(valLoss) });
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(losses.length).toBe(best + 5);
    // Training for exactly that many epochs ends at the weights that were restored.
    const exact = neuralClassifier({
      ...options,
      epochs: best,
      earlyStopping: { patience: 200, validationShare: 0.3, restoreBest: false },
    });
    await exact.fit(x, y);
    expect(weightsOf(stopped)).toEqual(weightsOf(exact));
  });

  it("ends early when told to, and stays as it was", async () => {
    const { x, y } = clouds(20);
    const model = neuralClassifier(small);
    const control = new AbortController();
    const fit = model.fit(x, y, {
      signal: control.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 3) control.abort(new Error("enough"));
      },
    });
    await expect(fit).rejects.toThrow(new Error("enough"));
    await expect(model.predict(x)).rejects.toThrow(new Error("neuralClassifier: call fit before predict."));
  });

  it("lets class weights move the decision", async () => {
    const { x, y } = clouds(60, { classes: 2, spread: 6 });
    const favour = async (weight: number): Promise<number> => {
      const model = neuralClassifier({ ...small, classWeight: { "class 0": weight } });
      await model.fit(x, y);
      const predicted = await model.predict(x);
      model.dispose();
      return predicted.filter((c) => c === "class 0").length;
    };
    expect(await favour(20)).toBeGreaterThan(await favour(0.05));
  });

  it("smooths labels: the probabilities keep away from 0 and 1", async () => {
    const { x, y } = clouds(30, { spread: 0.1 });
    const top = async (labelSmoothing: number): Promise<number> => {
      const model = await neuralClassifier({ ...small, epochs: 40, labelSmoothing }).fit(x, y);
      const { data } = await model.predictProba(x);
      model.dispose();
      return Math.max(...data);
    };
    expect(await top(0)).toBeGreaterThan(0.99);
    expect(await top(0.3)).toBeLessThan(0.95);
  });

  it("says what is wrong", async () => {
    const { x, y } = clouds(4);
    expect(() => neuralClassifier({ epochs: 0 })).toThrow(
      new RangeError("neuralClassifier: epochs must be a whole number of at least 1, got 0."),
    );
    expect(() => neuralClassifier({ optimizer: { kind: "adma" as "adam", learningRate: 1 } })).toThrow(
      new RangeError('neuralClassifier: unknown optimizer "adma"; did you mean "adam"?'),
    );
    expect(() => neuralClassifier({ optimizer: { kind: "adam", learningRate: -1 } })).toThrow(
      new RangeError("neuralClassifier: optimizer.learningRate must be a number above 0, got -1."),
    );
    await expect(neuralClassifier({ layers: [{ kind: "dense", units: 0 }] }).fit(x, y)).rejects.toThrow(
      new RangeError("neuralClassifier: layer 1 (dense) needs units of at least 1, got 0."),
    );
    await expect(neuralClassifier({ layers: [{ kind: "dens" as "dense", units: 3 }] }).fit(x, y)).rejects.toThrow(
      new RangeError('neuralClassifier: layer 1 (dens) is unknown; did you mean "dense"?'),
    );
    const bad = { ...x, data: x.data.slice() };
    bad.data[8] = Number.NaN;
    await expect(neuralClassifier(small).fit(bad, y)).rejects.toThrow(
      new RangeError("neuralClassifier: x must be finite, got NaN in sample 1, number 2."),
    );
    await expect(neuralClassifier(small).fit(x, y.slice(1))).rejects.toThrow(
      new RangeError("neuralClassifier: x has 12 samples and y 11."),
    );
    await expect(neuralClassifier(small).predict(x)).rejects.toThrow(
      new Error("neuralClassifier: call fit before predict."),
    );
    const model = await neuralClassifier({ ...small, epochs: 1 }).fit(x, y);
    await expect(model.predict({ data: new Float32Array(5), rows: 1, cols: 5 })).rejects.toThrow(
      new RangeError("neuralClassifier: fitted on samples of shape [6], got [5]."),
    );
    const wild = { ...small, optimizer: { kind: "sgd", learningRate: 1e30 } as const };
    await expect(neuralClassifier(wild).fit(x, y)).rejects.toThrow(/lower optimizer\.learningRate \(1e\+30\)/);
  });
});
