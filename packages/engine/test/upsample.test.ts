import { beforeAll, describe, expect, it } from "vitest";
import { conv2d, tf, upsampleConv2d, useEngine } from "../src/index.js";
import { agreesWithPlain, randn, relativeError } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

/** What the kernels compute, by the operations that they stand for; tfjs' own gradient of nearest neighbours mixes images up. */
const doubled = (x: tf.Tensor, f: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const wide = tf.reshape(tf.stack([x, x], 3), [n, h, 2 * w, c]);
  const both = tf.reshape(tf.stack([wide, wide], 2), [n, 2 * h, 2 * w, c]);
  return tf.add(tf.conv2d(both as tf.Tensor4D, f as tf.Tensor4D, 1, "same"), b);
};

describe("upsampleConv2d", () => {
  for (const [shape, outputs, size] of [
    [[2, 4, 6, 8], 8, 3],
    [[3, 5, 7, 12], 16, 3],
    [[1, 1, 1, 8], 12, 3],
    [[5, 3, 4, 20], 12, 3],
    [[40, 6, 2, 8], 8, 3],
    [[2, 17, 9, 8], 8, 3],
    [[2, 4, 5, 3], 6, 3],
    [[2, 4, 5, 8], 8, 5],
  ] as [number[], number, number][]) {
    it(`agrees with tfjs: ${shape.join("×")} doubled, by ${size}×${size} to ${outputs}, and its gradients`, async () => {
      await agreesWithPlain(() => {
        const inputs = [randn(shape, 1), randn([size, size, shape[3], outputs], 2), randn([outputs], 3)];
        const y = upsampleConv2d(inputs[0], inputs[1], inputs[2], { relu: true });
        const way = tf.getBackend() === "cpu" ? doubled : upsampleConv2d;
        return [
          y,
          ...tf.grads(((...t: [tf.Tensor, tf.Tensor, tf.Tensor]) => way(...t)) as never)(inputs, randn(y.shape, 4)),
        ];
      });
    });
  }

  it("gives the same bits for any number of threads", async () => {
    const bits: Float32Array[][] = [];
    for (const threads of [1, 2, 3]) {
      await useEngine({ threads });
      bits.push(
        tf.tidy(() => {
          const inputs = [randn([21, 6, 8, 8], 1), randn([3, 3, 8, 8], 2)];
          const way = (x: tf.Tensor, f: tf.Tensor) => upsampleConv2d(x, f, undefined, { relu: true });
          const y = way(inputs[0], inputs[1]);
          return [y, ...tf.grads(way as never)(inputs, randn(y.shape, 3))].map((t) => t.dataSync() as Float32Array);
        }),
      );
    }
    expect(bits[1]).toEqual(bits[0]);
    expect(bits[2]).toEqual(bits[0]);
  });

  it("says what does not fit", () => {
    const [x, f] = [randn([1, 4, 4, 8], 1), randn([3, 3, 8, 8], 1)];
    expect(() => upsampleConv2d(x, randn([3, 3, 4, 8], 1))).toThrow(
      new RangeError(
        "upsampleConv2d: x [1,4,4,8] and filter [3,3,4,8] do not fit; " +
          "x must be [n, height, width, channels] and filter [height, width, channels, outputs].",
      ),
    );
    expect(() => upsampleConv2d(x, f, randn([7], 1))).toThrow(
      new RangeError("upsampleConv2d: bias must be [8], got [7]."),
    );
    expect(() => upsampleConv2d(tf.cast(x, "int32"), f)).toThrow(
      new TypeError('upsampleConv2d: x must be float32, got int32; use tf.cast(x, "float32").'),
    );
  });
});

describe("conv2d with few channels", () => {
  for (const [n, h, w, ci, co, size, stride, pad] of [
    [3, 9, 12, 16, 1, 3, 1, "same"],
    [2, 8, 8, 8, 2, 3, 1, "same"],
    [1, 11, 9, 24, 3, 5, 1, "valid"],
    [2, 7, 10, 16, 2, 3, 2, "same"],
    [2, 6, 3, 8, 1, 3, 1, "same"],
    [1, 5, 6, 8, 2, 3, 1, 3],
    [2, 9, 13, 1, 16, 3, 2, "same"],
    [3, 8, 9, 2, 8, 3, 1, "same"],
    [1, 12, 11, 3, 24, 5, 2, 2],
    [9, 6, 8, 4, 8, 3, 1, "valid"],
  ] as [number, number, number, number, number, number, number, "same" | "valid" | number][]) {
    it(`agrees with tfjs: ${n}×${h}×${w}×${ci} by ${size}×${size} to ${co}, stride ${stride}, ${pad}, and its gradients`, async () => {
      await agreesWithPlain(() => {
        const inputs = [randn([n, h, w, ci], 3), randn([size, size, ci, co], 4), randn([co], 5)];
        const layer = (relu: boolean) => (x: tf.Tensor, f: tf.Tensor, b: tf.Tensor) =>
          conv2d(x, f, b, { strides: stride, pad, relu });
        const y = layer(true)(inputs[0], inputs[1], inputs[2]);
        return [y, ...tf.grads(layer(false) as never)(inputs, randn(y.shape, 6))];
      });
    });
  }

  it("sums a patch of few channels in the order of every other convolution", async () => {
    await useEngine({ prefer: "wasm", threads: 2 });
    tf.tidy(() => {
      const [x, f] = [randn([3, 9, 10, 1], 1), randn([3, 3, 1, 8], 2)];
      const layer = (a: tf.Tensor, b: tf.Tensor) => conv2d(a, b, undefined, { strides: 2 });
      // Five channels of which four are 0 go through unrolled patches: zeros change no sum.
      const wide = (a: tf.Tensor, b: tf.Tensor) =>
        conv2d(
          tf.pad(a as tf.Tensor4D, [
            [0, 0],
            [0, 0],
            [0, 0],
            [0, 4],
          ]),
          tf.pad(b as tf.Tensor4D, [
            [0, 0],
            [0, 0],
            [0, 4],
            [0, 0],
          ]),
          undefined,
          {
            strides: 2,
          },
        );
      const y = layer(x, f);
      expect(y.dataSync()).toEqual(wide(x, f).dataSync());
      const dy = randn(y.shape, 3);
      const [own, others] = [layer, wide].map(
        (way) =>
          tf
            .grads(way as never)([x, f], dy)[1]
            .dataSync() as Float32Array,
      );
      expect(own).toEqual(others);
      expect(relativeError(own, others)).toBe(0);
    });
  });
});
