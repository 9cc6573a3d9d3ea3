import { beforeAll, describe, expect, it } from "vitest";
import { conv2d, depthwiseConv2d, layers, tf, useEngine } from "../src/index.js";
import { agreesWithPlain, golden, randn, relativeError, toTensor } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

type Case = [
  n: number,
  h: number,
  w: number,
  ci: number,
  co: number,
  kh: number,
  kw: number,
  stride: number,
  pad: "same" | "valid" | number,
];
const cases: Case[] = [
  [2, 9, 12, 8, 16, 3, 3, 1, "same"],
  [1, 17, 6, 20, 12, 3, 3, 1, "valid"],
  [5, 8, 8, 32, 36, 3, 3, 1, "same"],
  [1, 3, 5, 8, 8, 3, 3, 1, "same"],
  [2, 9, 12, 8, 16, 3, 3, 2, "same"],
  [2, 10, 12, 8, 24, 3, 3, 2, "valid"],
  [3, 11, 13, 3, 16, 5, 5, 1, "valid"],
  [2, 8, 8, 16, 32, 1, 1, 1, "same"],
  [2, 8, 8, 16, 32, 1, 1, 2, "same"],
  [2, 16, 16, 8, 8, 5, 5, 2, "same"],
  [1, 12, 20, 12, 40, 3, 5, 1, "same"],
  [2, 9, 9, 5, 7, 3, 3, 1, "same"],
  [3, 1, 30, 4, 6, 1, 3, 1, "same"],
  [33, 4, 5, 1, 9, 3, 3, 1, "same"],
  [2, 8, 10, 8, 16, 3, 3, 2, 1],
  [1, 15, 11, 3, 8, 7, 7, 2, 3],
  [2, 6, 7, 4, 8, 3, 3, 1, 2],
];

describe("conv2d", () => {
  for (const [n, h, w, ci, co, kh, kw, stride, pad] of cases) {
    it(`agrees with tfjs: ${n}×${h}×${w}×${ci} by ${kh}×${kw} to ${co}, stride ${stride}, ${pad}, and its gradients`, async () => {
      await agreesWithPlain(() => {
        const inputs = [randn([n, h, w, ci], 3), randn([kh, kw, ci, co], 4), randn([co], 5)];
        const layer = (x: tf.Tensor, f: tf.Tensor, b: tf.Tensor) =>
          conv2d(x, f, b, { strides: stride, pad, relu: true });
        const y = layer(inputs[0], inputs[1], inputs[2]);
        const plain = tf.conv2d(inputs[0] as tf.Tensor4D, inputs[1] as tf.Tensor4D, stride, pad);
        const linear = (x: tf.Tensor, f: tf.Tensor, b: tf.Tensor) => conv2d(x, f, b, { strides: stride, pad });
        return [y, plain, ...tf.grads(linear as never)(inputs, randn(y.shape, 6))];
      });
    });
  }

  it("equals PyTorch, strides and dilations included, forwards and backwards", async () => {
    await tf.setBackend("earshot");
    for (const c of golden("convolve").cases) {
      tf.tidy(() => {
        const inputs = [c.x, c.filter, c.bias].map(toTensor);
        const options = { strides: c.stride, dilations: c.dilation, pad: "valid" } as const;
        const layer = (x: tf.Tensor, f: tf.Tensor, b: tf.Tensor) => conv2d(x, f, b, options);
        const gradients = tf.grads(layer as never)(inputs, toTensor(c.dy));
        const got = [layer(inputs[0], inputs[1], inputs[2]), ...gradients].map((t) => t.dataSync());
        for (const [i, want] of [c.y, c.dx, c.dFilter, c.dBias].entries()) {
          expect(relativeError(got[i], want.data)).toBeLessThan(1e-5);
        }
      });
    }
  });

  it("gives the same without Winograd, one digit better", async () => {
    await tf.setBackend("earshot");
    const both: Float32Array[] = [];
    for (const winograd of [true, false]) {
      await useEngine({ winograd });
      both.push(tf.tidy(() => conv2d(randn([2, 16, 16, 32], 1), randn([3, 3, 32, 32], 2)).dataSync() as Float32Array));
    }
    await useEngine({ winograd: true });
    expect(both[0]).not.toEqual(both[1]);
    expect(relativeError(both[0], both[1])).toBeLessThan(1e-5);
  });

  it("says which shapes do not fit", () => {
    expect(() => conv2d(randn([1, 5, 5, 3], 1), randn([3, 3, 4, 8], 1))).toThrow(
      new RangeError(
        "conv2d: x [1,5,5,3] and filter [3,3,4,8] do not fit; " +
          "x must be [n, height, width, channels] and filter [height, width, channels, outputs].",
      ),
    );
  });
});

describe("depthwiseConv2d", () => {
  for (const [shape, size, stride, pad] of [
    [[2, 9, 11, 8], 3, 1, "same"],
    [[3, 8, 7, 5], 3, 2, "same"],
    [[2, 10, 9, 12], 3, 2, "same"],
    [[2, 3, 4, 4], 3, 1, "valid"],
    [[1, 2, 2, 4], 3, 1, "same"],
    [[1, 9, 12, 6], 5, 1, "valid"],
  ] as [number[], number, number, "same" | "valid"][]) {
    it(`agrees with tfjs on [${shape}] by ${size}×${size}, stride ${stride}, ${pad}, and its gradients`, async () => {
      await agreesWithPlain(() => {
        const channels = shape[3];
        const inputs = [randn(shape, 1), randn([size, size, channels, 1], 2), randn([channels], 3)];
        const layer = (relu: boolean) => (x: tf.Tensor, f: tf.Tensor, b: tf.Tensor) =>
          depthwiseConv2d(x, f, b, { strides: stride, pad, relu });
        const y = layer(true)(inputs[0], inputs[1], inputs[2]);
        const plain = tf.depthwiseConv2d(inputs[0] as tf.Tensor4D, inputs[1] as tf.Tensor4D, stride, pad);
        return [y, plain, ...tf.grads(layer(false) as never)(inputs, randn(y.shape, 4))];
      });
    });
  }

  it("trains in tfjs' layers, which pass null for no dilation", async () => {
    await useEngine({ prefer: "wasm" });
    const model = layers.sequential();
    model.add(layers.layers.depthwiseConv2d({ kernelSize: 3, inputShape: [8, 8, 4] }));
    model.add(layers.layers.separableConv2d({ filters: 8, kernelSize: 3 }));
    model.add(layers.layers.globalAveragePooling2d({}));
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const [x, y] = [randn([4, 8, 8, 4], 1), randn([4, 8], 2)];
    const { history } = await model.fit(x, y, { epochs: 3, verbose: 0 });
    expect(Number(history.loss[2])).toBeLessThan(Number(history.loss[0]));
  });

  it("wants one filter a channel", () => {
    expect(() => depthwiseConv2d(randn([1, 5, 5, 3], 1), randn([3, 3, 3, 2], 1))).toThrow(
      new RangeError(
        "depthwiseConv2d: x [1,5,5,3] and filter [3,3,3,2] do not fit; " +
          "x must be [n, height, width, channels] and filter [height, width, channels, 1].",
      ),
    );
  });
});

describe("pooling", () => {
  const pools: [number[], number | [number, number], number | [number, number], "same" | "valid" | number][] = [
    [[2, 8, 12, 8], 2, 2, "valid"],
    [[2, 9, 12, 8], 3, 2, 1],
    [[2, 9, 11, 8], 2, 2, "valid"],
    [[2, 9, 11, 8], 2, 2, "same"],
    [[3, 9, 11, 5], 3, 2, "same"],
    [[1, 9, 11, 4], 3, 1, "valid"],
    [[2, 9, 12, 7], [4, 2], [4, 2], "valid"],
    [[2, 8, 12, 8], [4, 2], [4, 2], "valid"],
    [[2, 9, 11, 8], [4, 3], [4, 3], "valid"],
  ];
  for (const [shape, size, stride, pad] of pools) {
    it(`takes maxima of [${shape}], window ${size}, stride ${stride}, ${pad}; the first of equals gets the gradient`, async () => {
      await agreesWithPlain(() => {
        const x = tf.round(tf.mul(randn(shape, 1), 3)) as tf.Tensor4D;
        const layer = (v: tf.Tensor) => tf.maxPool(v as tf.Tensor4D, size, stride, pad);
        const y = layer(x);
        return [y, tf.grad(layer)(x, randn(y.shape, 2))];
      });
    });

    it(`averages [${shape}], window ${size}, stride ${stride}, ${pad}`, async () => {
      await agreesWithPlain(() => {
        const layer = (v: tf.Tensor) => tf.avgPool(v as tf.Tensor4D, size, stride, pad);
        const x = randn(shape, 1);
        const y = layer(x);
        return pad === "valid" ? [y, tf.grad(layer)(x, randn(y.shape, 2))] : y;
      });
    });
  }

  it("gives an average's gradient back to what it was taken of, at the border too", async () => {
    await tf.setBackend("earshot");
    const layer = (v: tf.Tensor) => tf.avgPool(v as tf.Tensor4D, 2, 2, "same");
    tf.tidy(() => {
      const dx = tf.grad(layer)(tf.ones([1, 3, 3, 1]), tf.ones([1, 2, 2, 1]));
      expect([...dx.dataSync()]).toEqual([0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1]);
    });
  });
});
