import { beforeAll, describe, expect, it } from "vitest";
import { createOptimiser, gradientNorm, type OptimiserOptions, tf, useEngine } from "../src/index.js";
import { golden, randn, relativeError, toTensor } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

const variableOf = (t: tf.Tensor): tf.Variable => tf.tidy(() => tf.variable(t));

describe("createOptimiser", () => {
  for (const prefer of ["wasm", "cpu"] as const) {
    for (const [i, { options, start, gradients, path }] of golden("optimisers").cases.entries()) {
      it(`walks PyTorch's path on ${prefer}: ${options.kind} (${i + 1})`, async () => {
        await useEngine({ prefer });
        const p = variableOf(toTensor(start));
        const optimiser = createOptimiser(options);
        for (const [t, gradient] of gradients.entries()) {
          tf.tidy(() => optimiser.step([p], [toTensor(gradient)]));
          expect(relativeError(p.dataSync(), path[t].data)).toBeLessThan(2e-6);
        }
        optimiser.dispose();
        p.dispose();
      });
    }
  }

  it("makes Lion's steps by hand", async () => {
    await useEngine();
    const p = variableOf(tf.tensor1d([1, -1, 2]));
    const optimiser = createOptimiser({ kind: "lion", learningRate: 0.1, weightDecay: 0.5, beta1: 0.9, beta2: 0.5 });
    tf.tidy(() => optimiser.step([p], [tf.tensor1d([3, 0, -4])]));
    // p·(1 − 0.05) − 0.1·sign(0.1·g); then m = g/2 outweighs a small opposite gradient.
    expect(relativeError(p.dataSync(), [0.85, -0.95, 2])).toBeLessThan(1e-6);
    tf.tidy(() => optimiser.step([p], [tf.tensor1d([-1, 2, 1])]));
    expect(relativeError(p.dataSync(), [0.7075, -1.0025, 2])).toBeLessThan(1e-6);
    optimiser.dispose();
    p.dispose();
  });

  it("goes on from its state as if it had never stopped", async () => {
    await useEngine();
    for (const options of [
      { kind: "adamW", learningRate: 0.1 },
      { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
    ] as OptimiserOptions[]) {
      const walk = (interrupt: boolean): number[] => {
        const p = variableOf(randn([9], 1));
        let optimiser = createOptimiser(options);
        for (let t = 0; t < 6; t++) {
          tf.tidy(() => optimiser.step([p], [randn([9], 10 + t)]));
          if (!interrupt || t !== 2) continue;
          const state = optimiser.getState();
          optimiser.dispose();
          optimiser = createOptimiser(options);
          optimiser.setState(state);
        }
        optimiser.dispose();
        const end = [...p.dataSync()];
        p.dispose();
        return end;
      };
      expect(walk(true)).toEqual(walk(false));
    }
  });

  it("leaves copies of a parameter as they were", () => {
    const p = variableOf(tf.ones([5]));
    const copy = p.clone();
    const optimiser = createOptimiser({ kind: "sgd", learningRate: 1 });
    tf.tidy(() => optimiser.step([p], [tf.ones([5])]));
    expect([...p.dataSync(), ...copy.dataSync()]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    tf.dispose([p, copy]);
  });

  it("scales gradients and spares parameters from decay", () => {
    const [a, b] = [variableOf(tf.ones([5])), variableOf(tf.ones([5]))];
    const optimiser = createOptimiser({ kind: "sgd", learningRate: 1, weightDecay: 0.5 });
    tf.tidy(() => optimiser.step([a, b], [tf.ones([5]), tf.ones([5])], { scale: 0.25, decays: [true, false] }));
    expect([a.dataSync()[0], b.dataSync()[4]]).toEqual([0.25, 0.75]);
    tf.dispose([a, b]);
  });

  it("says what is wrong", () => {
    expect(() => createOptimiser({ kind: "adam", learningRate: 0 })).toThrow(
      new RangeError("createOptimiser: learningRate must be a number above 0, got 0."),
    );
    expect(() => createOptimiser({ kind: "adagrad" as "adam", learningRate: 1 })).toThrow(
      new RangeError('createOptimiser: unknown kind "adagrad"; known are sgd, adam, adamW, rmsprop and lion.'),
    );
    expect(() => createOptimiser({ kind: "sgd", learningRate: 1, nesterov: true })).toThrow(
      new RangeError("createOptimiser: nesterov needs a momentum above 0 and a dampening of 0."),
    );
  });
});

describe("gradientNorm", () => {
  it("is the length of all gradients as one vector, on every backend", async () => {
    for (const prefer of ["cpu", "wasm"] as const) {
      await useEngine({ prefer });
      const norm = tf.tidy(() => gradientNorm([tf.tensor2d([[1, 2]]), tf.fill([30_001], 0.1), tf.scalar(4)]));
      expect(norm).toBeCloseTo(Math.sqrt(1 + 4 + 30_001 * Math.fround(0.1) ** 2 + 16), 10);
      expect(gradientNorm([])).toBe(0);
      expect(tf.tidy(() => gradientNorm([tf.tensor1d([1, Number.NaN])]))).toBeNaN();
    }
    expect(() => tf.tidy(() => gradientNorm([tf.tensor1d([1], "int32")]))).toThrow(
      new TypeError('gradientNorm: gradient 0 must be float32, got int32; use tf.cast(gradient 0, "float32").'),
    );
  });
});
