import { beforeAll, describe, expect, it } from "vitest";
import { tf, useEngine } from "../src/index.js";
import { agreesWithPlain, randn, relativeError } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

/** Whole numbers around 0, so that equal ones meet. */
const steps = (shape: number[], seed: number): tf.Tensor => tf.round(tf.mul(randn(shape, seed), 2));

describe("comparisons and choices", () => {
  const names = ["equal", "notEqual", "greater", "greaterEqual", "less", "lessEqual"] as const;
  for (const name of names) {
    it(`${name} agrees with tfjs, for arrays and for one number on either side, whatever the length`, async () => {
      await agreesWithPlain(() => {
        const [a, b] = [steps([7, 5], 1), steps([7, 5], 2)];
        const pairs = [tf[name](a, b), tf[name](a, tf.scalar(1)), tf[name](tf.scalar(1), b)];
        return pairs.map((p) => tf.cast(p, "float32"));
      });
      await tf.setBackend("earshot");
      const nan = tf[name](tf.tensor([Number.NaN, 1, 2, 3, 4]), tf.tensor([Number.NaN, 1, 1, 4, 4]));
      const want = {
        equal: [0, 1, 0, 0, 1],
        notEqual: [1, 0, 1, 1, 0],
        greater: [0, 0, 1, 0, 0],
        greaterEqual: [0, 1, 1, 0, 1],
        less: [0, 0, 0, 1, 0],
        lessEqual: [0, 1, 0, 1, 1],
      };
      expect([...nan.dataSync()]).toEqual(want[name]);
    });
  }

  it("where, clipping and its gradient agree with tfjs", async () => {
    await agreesWithPlain(() => {
      const [a, b] = [randn([3, 11], 1), randn([3, 11], 2)];
      const chosen = tf.where(tf.greater(a, 0), a, b);
      const clipped = tf.clipByValue(a, -0.5, 0.7);
      const [gradient] = tf.grads((x) => tf.clipByValue(x, -0.5, 0.7))([a], b);
      const small = tf.less(a, 0.2);
      const both = tf.grads((x, y) => tf.where(small, tf.square(x), y))([a, b], a);
      return [chosen, clipped, gradient, ...both];
    });
  });

  it("the limits themselves let a gradient pass", () => {
    const [gradient] = tf.grads((x) => tf.clipByValue(x, -1, 1))([tf.tensor([-1, 1, 1.5, -2, 0])]);
    expect([...gradient.dataSync()]).toEqual([1, 1, 0, 0, 1]);
  });
});

describe("maxima", () => {
  it("agree with tfjs over any axes that lie side by side, and their gradients", async () => {
    await agreesWithPlain(() => {
      const x = randn([3, 6, 7], 3);
      const whole = [tf.max(x), tf.max(x, 2), tf.max(x, 1, true), tf.max(x, 0), tf.max(x, [1, 2])];
      return [...whole, ...tf.grads((v) => tf.max(v, 1))([x]), ...tf.grads((v) => tf.max(v, 2))([x])];
    });
  });

  it("are NaN where a number is", () => {
    const x = tf.tensor([1, Number.NaN, 3, 4, 5, 6], [3, 2]);
    expect([...tf.max(x, 0).dataSync()]).toEqual([5, Number.NaN]);
    expect([...tf.max(x, 1).dataSync()]).toEqual([Number.NaN, 4, 6]);
  });
});

describe("moves by index", () => {
  it("reversing and gathering agree with tfjs, and their gradients", async () => {
    await agreesWithPlain(() => {
      const x = randn([4, 5, 6], 4);
      const index = tf.tensor([3, 0, 0, 2, 1], [5], "int32");
      const reversed = [0, 1, 2, -1].map((axis) => tf.reverse(x, axis));
      const dy = randn([5, 5, 6], 5);
      const gathered = tf.grads((v) => tf.gather(v, index))([x], dy);
      return [...reversed, tf.reverse(x, [0, 2]), tf.gather(x, index), tf.gather(x, index, 1), ...gathered];
    });
  });
});

describe("parts and copies", () => {
  it("slices along several axes, with steps and backwards, agree with tfjs, and their gradients", async () => {
    await agreesWithPlain(() => {
      const x = randn([4, 5, 6, 3], 4);
      const box = (v: tf.Tensor) => tf.slice(v, [1, 0, 2, 1], [2, 5, 3, 2]);
      const whole = tf.cast(tf.slice(tf.cast(tf.mul(x, 10), "int32"), [0, 1, 1, 0], [4, 3, 2, 3]), "float32");
      const every = tf.stridedSlice(x, [0, 4, 0, 0], [4, 0, 6, 3], [2, -2, 1, 2]);
      // The second axis goes.
      const masked = tf.stridedSlice(x, [0, 1, 2, 0], [3, 2, 5, 3], [1, 1, 1, 1], 0, 0, 0, 0, 2);
      return [box(x), whole, every, masked, ...tf.grads(box)([x], randn([2, 5, 3, 2], 5))];
    });
  });

  it("tiling and padding along any axes agree with tfjs, and their gradients", async () => {
    await agreesWithPlain(() => {
      const x = randn([2, 3, 5], 4);
      const tile = (v: tf.Tensor) => tf.tile(v, [3, 1, 2]);
      const pads: [number, number][] = [
        [1, 0],
        [0, 2],
        [3, 1],
      ];
      const padded = [tf.pad(x, pads), tf.pad(x, pads, -7)];
      return [tile(x), ...padded, ...tf.grads(tile)([x], randn([6, 3, 10], 5))];
    });
  });

  it("sums and means over axes that lie apart agree with tfjs, and their gradients", async () => {
    await agreesWithPlain(() => {
      const x = randn([3, 4, 5, 2], 6);
      const sums = [tf.sum(x, [0, 2]), tf.sum(x, [3, 1], true), tf.mean(x, [0, 3])];
      return [...sums, ...tf.grads((v) => tf.mean(v, [0, 2]))([x], randn([4, 2], 7))];
    });
  });

  it("and, or and not agree with tfjs", async () => {
    await agreesWithPlain(() => {
      const [a, b] = [tf.greater(randn([3, 7], 1), 0), tf.greater(randn([3, 7], 2), 0)];
      return [tf.logicalAnd(a, b), tf.logicalOr(a, b), tf.logicalNot(a)].map((t) => tf.cast(t, "float32"));
    });
  });
});

describe("attention", () => {
  it("agrees with tfjs, heads and batch at once, and its gradients", async () => {
    await agreesWithPlain(() => {
      const [q, k, v] = [1, 2, 3].map((seed) => randn([2, 3, 7, 5], seed));
      const attend = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
        tf.matMul(tf.softmax(tf.mul(tf.matMul(a, b, false, true), 0.4)), c);
      return [attend(q, k, v), ...tf.grads(attend)([q, k, v], randn([2, 3, 7, 5], 4))];
    });
  });

  it("multiplies a batch by one matrix", async () => {
    await agreesWithPlain(() => [
      tf.matMul(randn([3, 6, 5], 1), randn([1, 5, 9], 2)),
      tf.matMul(randn([1, 6, 5], 1), randn([4, 9, 5], 2), false, true),
      tf.matMul(randn([2, 5, 6], 1), randn([2, 5, 9], 2), true),
    ]);
  });
});

describe("resizing to nearest neighbours", () => {
  for (const [size, align, half] of [
    [[10, 14], false, false],
    [[3, 3], false, false],
    [[9, 8], true, false],
    [[12, 5], false, true],
  ] as [[number, number], boolean, boolean][]) {
    it(`agrees with tfjs: 5×7 to ${size[0]}×${size[1]}${align ? ", corners aligned" : half ? ", half pixels" : ""}`, async () => {
      await agreesWithPlain(() => {
        const x = randn([2, 5, 7, 6], 6) as tf.Tensor4D;
        return [tf.image.resizeNearestNeighbor(x, size, align, half)];
      });
    });
  }

  it("its gradient sums what each pixel gave", async () => {
    const x = randn([2, 3, 5, 6], 7) as tf.Tensor4D;
    const dy = randn([2, 6, 10, 6], 8);
    const [gradient] = tf.grads((v) => tf.image.resizeNearestNeighbor(v as tf.Tensor4D, [6, 10]))([x], dy);
    const want = tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, "valid"), 4);
    expect(relativeError(gradient.dataSync(), want.dataSync())).toBeLessThan(1e-6);
  });
});

describe("transposed convolution", () => {
  for (const [size, stride, pad] of [
    [4, 2, "same"],
    [3, 1, "same"],
    [5, 3, "valid"],
  ] as [number, number, "same" | "valid"][]) {
    it(`agrees with tfjs: ${size}×${size}, stride ${stride}, ${pad}, and its gradients`, async () => {
      await agreesWithPlain(() => {
        const out = (n: number): number => (pad === "same" ? n * stride : (n - 1) * stride + size);
        const x = randn([2, 4, 5, 12], 1);
        const filter = randn([size, size, 8, 12], 2);
        const run = (a: tf.Tensor, f: tf.Tensor) =>
          tf.conv2dTranspose(a as tf.Tensor4D, f as tf.Tensor4D, [2, out(4), out(5), 8], stride, pad);
        const y = run(x, filter);
        return [y, ...tf.grads(run)([x, filter], randn(y.shape, 3))];
      });
    });
  }
});
