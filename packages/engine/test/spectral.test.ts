import { beforeAll, describe, expect, it } from "vitest";
import { moveAverage, powerIteration, type SingularVectors, spectralNorm, tf, useEngine } from "../src/index.js";
import { agreesWithPlain, randn, relativeError } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

/** Runs with vectors that are gone afterwards. */
function withVectors<T>(rows: number, columns: number, use: (vectors: SingularVectors) => T): T {
  const [left, right] = [tf.zeros([rows, 1]), randn([columns, 1], 9)].map((t) => tf.tidy(() => tf.variable(t)));
  const out = use({ left, right });
  tf.dispose([left, right]);
  return out;
}

describe("spectralNorm", () => {
  for (const shape of [
    [3, 3, 4, 6],
    [7, 1],
    [5, 8],
    [40, 9],
  ]) {
    it(`agrees with tfjs on a weight of [${shape}], its gradient included`, async () => {
      await agreesWithPlain(() =>
        withVectors(
          shape.slice(0, -1).reduce((a, b) => a * b),
          shape[shape.length - 1],
          (vectors) => {
            const weight = randn(shape, 1);
            for (let i = 0; i < 3; i++) powerIteration(weight, vectors);
            const gradient = tf.grad((w) => spectralNorm(w, vectors))(weight, randn(shape, 2));
            return [spectralNorm(weight, vectors), gradient, vectors.left.clone(), vectors.right.clone()];
          },
        ),
      );
    });
  }

  it("makes a weight's largest singular value 1 once the vectors have settled", () => {
    const largest = withVectors(2, 2, (vectors) => {
      // Singular values of [[3, 0], [4, 5]] are √45 and √5.
      const weight = tf.tensor2d([3, 0, 4, 5], [2, 2]);
      for (let i = 0; i < 20; i++) powerIteration(weight, vectors);
      return tf.tidy(() => spectralNorm(weight, vectors).dataSync());
    });
    expect(
      relativeError(
        largest,
        [3, 0, 4, 5].map((v) => v / Math.sqrt(45)),
      ),
    ).toBeLessThan(1e-6);
  });

  it("says which vectors do not fit", () => {
    withVectors(3, 4, (vectors) => {
      expect(() => spectralNorm(randn([3, 5], 1), vectors)).toThrow(
        new RangeError("spectralNorm: right must be [5,1], got [4,1]."),
      );
      expect(() => powerIteration(randn([2, 4], 1), vectors)).toThrow(
        new RangeError("powerIteration: left must be [2,1], got [3,1]."),
      );
      expect(() => spectralNorm(randn([4], 1), vectors)).toThrow(
        new RangeError("spectralNorm: weight must have 2 axes or more, got [4]."),
      );
    });
  });
});

describe("moveAverage", () => {
  it("moves an average in place, and leaves what shared its numbers", async () => {
    for (const prefer of ["cpu", "wasm"] as const) {
      await useEngine({ prefer });
      const average = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4, 5])));
      const before = average.clone();
      tf.tidy(() => moveAverage(average, tf.tensor1d([5, 4, 3, 2, 1]), 0.75));
      expect([...average.dataSync()]).toEqual([2, 2.5, 3, 3.5, 4]);
      expect([...before.dataSync()]).toEqual([1, 2, 3, 4, 5]);
      tf.dispose([average, before]);
    }
  });

  it("says what does not fit", () => {
    const average = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    expect(() => moveAverage(average, tf.tensor1d([1, 2, 3]), 0.5)).toThrow(
      new RangeError("moveAverage: value must be [2], got [3]."),
    );
    expect(() => moveAverage(average, average, 1.5)).toThrow(
      new RangeError("moveAverage: decay must be in [0, 1], got 1.5."),
    );
    average.dispose();
  });
});
