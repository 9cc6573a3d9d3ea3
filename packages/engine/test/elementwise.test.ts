import { beforeAll, describe, it } from "vitest";
import { tf, useEngine } from "../src/index.js";
import { agreesWithPlain, randn } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

describe("element by element", () => {
  const unary: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    relu: tf.relu,
    relu6: (x) => tf.relu6(tf.mul(x, 5)),
    leakyRelu: (x) => tf.leakyRelu(x, 0.1),
    elu: tf.elu,
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    exp: tf.exp,
    log: (x) => tf.log(tf.abs(x)),
    sqrt: (x) => tf.sqrt(tf.abs(x)),
    rsqrt: (x) => tf.rsqrt(tf.abs(x)),
    square: tf.square,
    neg: tf.neg,
    abs: tf.abs,
    reciprocal: tf.reciprocal,
    step: (x) => tf.step(x),
    softplus: (x) => tf.softplus(tf.mul(x, 8)),
  };
  for (const [name, f] of Object.entries(unary)) {
    it(`${name} agrees with tfjs, tails shorter than a vector and tiny numbers included`, async () => {
      await agreesWithPlain(() => [f(randn([33, 10], 1)), f(randn([3], 2)), f(tf.mul(randn([65], 3), 1e-4))], 2e-6);
    });
  }

  it("activations have the gradients of tfjs", async () => {
    const leaky = (x: tf.Tensor) => tf.leakyRelu(x, 0.2);
    for (const f of [tf.relu, tf.relu6, leaky, tf.elu, tf.sigmoid, tf.tanh]) {
      await agreesWithPlain(() => tf.grad((x) => f(tf.mul(x, 3)))(randn([33, 10], 1), randn([33, 10], 2)), 2e-6);
    }
  });

  const shapes: [number[], number[]][] = [
    [
      [33, 10],
      [33, 10],
    ],
    [[33, 10], [10]],
    [[33, 10], []],
    [
      [3, 4, 5, 6],
      [3, 1, 1, 6],
    ],
    [
      [3, 4, 5, 6],
      [4, 1, 6],
    ],
    [
      [3, 4, 5, 6],
      [3, 4, 1, 1],
    ],
    [
      [3, 1],
      [1, 4],
    ],
    [
      [2, 1, 3],
      [1, 5, 3],
    ],
  ];
  for (const [a, b] of shapes) {
    it(`[${a}] and [${b}] meet in both orders, and so do their gradients`, async () => {
      await agreesWithPlain(() => {
        const [x, y] = [randn(a, 1), tf.add(tf.abs(randn(b, 2)), 0.5)];
        const pairs = [tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.squaredDifference];
        const product = tf.grads((u: tf.Tensor, v: tf.Tensor) => tf.mul(u, v))([x, y]);
        return [...pairs.flatMap((f) => [f(x, y), f(y, x)]), ...product];
      });
    });
  }
});

describe("reductions", () => {
  it("sum and average leading, trailing and middle axes, and spread gradients back", async () => {
    for (const axes of [[0], [1], [3], [0, 1], [1, 2], [2, 3], [0, 2], [0, 1, 2, 3]]) {
      for (const f of [tf.sum, tf.mean]) {
        await agreesWithPlain(() => {
          const x = randn([3, 4, 5, 6], 1);
          const y = f(x, axes);
          return [y, f(x, axes, true), tf.grad((v) => f(v, axes))(x, randn(y.shape, 2))];
        }, 2e-6);
      }
    }
  });

  it("softmax sums to 1 and agrees with tfjs", async () => {
    await agreesWithPlain(() => [
      tf.softmax(tf.mul(randn([33, 10], 1), 9) as tf.Tensor2D),
      tf.softmax(randn([3], 1) as tf.Tensor1D),
    ]);
  });
});

describe("moves", () => {
  it("transpose in every order", async () => {
    for (const order of [
      [0, 2, 1, 3],
      [3, 2, 1, 0],
      [0, 1, 3, 2],
      [1, 0, 2, 3],
      [2, 3, 0, 1],
    ]) {
      await agreesWithPlain(() => tf.transpose(randn([3, 4, 5, 6], 1), order));
    }
    await agreesWithPlain(() => [tf.transpose(randn([1, 4, 5], 2), [0, 2, 1]), tf.transpose(randn([7, 3], 2))]);
  });

  it("slice, pad and join as tfjs does, whatever the axes", async () => {
    await agreesWithPlain(() => {
      const [x, y] = [randn([3, 4, 5, 6], 1), randn([3, 2, 5, 6], 2)];
      return [
        tf.slice(x, [0, 1, 0, 0], [3, 2, 5, 6]),
        tf.slice(x, [1, 1, 2, 0], [2, 2, 1, 3]),
        tf.slice(x, 1),
        tf.concat([x, y], 1),
        tf.pad(
          x,
          [
            [0, 0],
            [1, 2],
            [0, 0],
            [0, 0],
          ],
          3,
        ),
        tf.pad(
          x,
          [
            [1, 0],
            [1, 2],
            [0, 0],
            [0, 3],
          ],
          3,
        ),
        tf.grad((v) => tf.slice(v, [0, 1, 0, 0], [3, 2, 5, 6]))(x, y),
      ];
    });
  });

  it("turn truth values and integers into floats", async () => {
    await agreesWithPlain(() => {
      const yes = tf.cast(tf.greater(randn([5, 3], 1), 0), "float32");
      return [tf.mul(yes, 2), tf.add(tf.cast(tf.tensor1d([1, -2, 3], "int32"), "float32"), 0.5)];
    });
  });
});
