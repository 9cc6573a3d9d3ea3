import { beforeAll, describe, expect, it } from "vitest";
import { layers, tf, useEngine } from "../src/index.js";
import { agreesWithPlain, randn } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

type Loss = (target: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/** The loss that a compiled model applies to its only output. */
function lossOf(loss: string | string[] | Record<string, string>, features: number): Loss {
  const inputs = layers.input({ shape: [2] });
  const out = layers.layers.dense({ units: features, name: "out" });
  const model = layers.model({ inputs, outputs: out.apply(inputs) as layers.SymbolicTensor });
  model.compile({ optimizer: "sgd", loss });
  const [own] = (model as unknown as { lossFunctions: Loss[] }).lossFunctions;
  model.dispose();
  return own;
}

const oneHot = (classes: number, labels: number[]): tf.Tensor => tf.oneHot(tf.tensor1d(labels, "int32"), classes);

describe("categorical cross-entropy of a compiled model", () => {
  for (const loss of ["categoricalCrossentropy", ["categoricalCrossentropy"], { out: "categoricalCrossentropy" }]) {
    it(`agrees with TensorFlow.js, given as ${JSON.stringify(loss)}`, async () => {
      const own = lossOf(loss, 7);
      await agreesWithPlain(() => {
        const target = oneHot(7, [0, 3, 6, 2, 3]);
        const output = tf.softmax(randn([5, 7], 1));
        return [own(target, output), tf.grad((p) => own(target, p))(output, randn([5], 2))];
      });
    });
  }

  it("scales what does not sum to 1, takes smoothed targets and more than two axes", async () => {
    const own = lossOf("categoricalCrossentropy", 5);
    await agreesWithPlain(() => {
      const target = tf.softmax(randn([2, 3, 5], 3));
      const output = tf.add(tf.abs(randn([2, 3, 5], 1)), 0.1);
      return [own(target, output), tf.grad((p) => own(target, p))(output, randn([2, 3], 2))];
    });
  });

  it("holds probabilities of 0 and 1 apart from them, where no gradient passes", async () => {
    const own = lossOf("categoricalCrossentropy", 3);
    const rows = [0, 1, 0, 0, 1, 0];
    await agreesWithPlain(() => {
      const [target, output] = [oneHot(3, [0, 1]), tf.tensor2d(rows, [2, 3])];
      return [own(target, output), tf.grad((p) => own(target, p))(output, tf.ones([2]))];
    });
    await tf.setBackend("earshot");
    const losses = tf.tidy(() => [...own(oneHot(3, [0, 1]), tf.tensor2d(rows, [2, 3])).dataSync()]);
    expect(losses[0]).toBeCloseTo(-Math.log(1e-7), 4);
    expect(losses[1]).toBeLessThan(1e-6);
  });

  it("leaves other losses as they are", async () => {
    const own = lossOf("meanSquaredError", 4);
    await agreesWithPlain(() => own(randn([3, 4], 1), randn([3, 4], 2)));
  });
});

describe("softmax", () => {
  for (const shape of [[4, 7], [2, 3, 10], [1, 1], [5]]) {
    it(`agrees with TensorFlow.js on [${shape}], its gradient included`, async () => {
      await agreesWithPlain(() => {
        const x = randn(shape, 1);
        return [tf.softmax(x), tf.grad((v) => tf.softmax(v))(x, randn(shape, 2))];
      });
    });
  }
});
