import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNormPredict,
  batchNormTrain,
  dropout,
  embedding,
  type Initialiser,
  initialise,
  tf,
  useEngine,
} from "../src/index.js";
import { agreesWithPlain, golden, randn, relativeError, toTensor } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
});

describe("batchNormTrain", () => {
  for (const shape of [
    [70, 10],
    [3, 5, 4, 8],
    [5, 1],
    [300, 33],
  ]) {
    for (const relu of [false, true]) {
      it(`agrees with its parts on [${shape}]${relu ? " with ReLU" : ""}, gradients through mean and variance included`, async () => {
        await agreesWithPlain(() => {
          const channels = shape[shape.length - 1];
          const inputs = [tf.add(randn(shape, 1), 5), randn([channels], 2), randn([channels], 3)];
          const layer = (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
            const { y, mean, variance } = batchNormTrain(x, g, b, { relu });
            tf.dispose([mean, variance]);
            return y;
          };
          return [layer(inputs[0], inputs[1], inputs[2]), ...tf.grads(layer as never)(inputs, randn(shape, 8))];
        }, 2e-5);
      });
    }
  }

  it("equals PyTorch", async () => {
    await tf.setBackend("earshot");
    for (const c of golden("normalise").cases) {
      tf.tidy(() => {
        const inputs = [c.x, c.gamma, c.beta].map(toTensor);
        const layer = (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
          const { y, mean, variance } = batchNormTrain(x, g, b, { relu: c.relu });
          tf.dispose([mean, variance]);
          return y;
        };
        const got = [layer(inputs[0], inputs[1], inputs[2]), ...tf.grads(layer as never)(inputs, toTensor(c.dy))];
        for (const [i, want] of [c.y, c.dx, c.dGamma, c.dBeta].entries()) {
          expect(relativeError(got[i].dataSync(), want.data)).toBeLessThan(1e-5);
        }
      });
    }
  });

  it("keeps its digits on channels with a large mean", async () => {
    await tf.setBackend("earshot");
    const { y, mean, variance } = batchNormTrain(tf.tensor2d([[10000], [10001]]), tf.ones([1]), tf.zeros([1]), {
      epsilon: 1e-9,
    });
    expect([...y.dataSync()]).toEqual([-1, 1]);
    expect([mean.dataSync()[0], variance.dataSync()[0]]).toEqual([10000.5, 0.25]);
    tf.dispose([y, mean, variance]);
  });

  it("predicts with moving statistics", async () => {
    await agreesWithPlain(() => {
      const [gamma, beta, mean] = [1, 2, 3].map((seed) => randn([6], seed));
      const statistics = { gamma, beta, mean, variance: tf.abs(randn([6], 4)) };
      return [
        batchNormPredict(randn([9, 6], 5), statistics),
        batchNormPredict(randn([9, 6], 5), statistics, { relu: true }),
        // A frozen layer passes on what those before it learn from; so do its own scale and offset.
        ...[false, true].flatMap((relu) => {
          const norm = (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
            batchNormPredict(x, { ...statistics, gamma: g, beta: b }, { relu });
          return tf.grads(norm as never)([randn([9, 6], 5), gamma, beta], randn([9, 6], 7));
        }),
      ];
    });
  });
});

describe("dropout", () => {
  it("keeps the same elements on every backend, and the same ones in its gradient", async () => {
    await agreesWithPlain(() => {
      const x = randn([33, 10], 1);
      return [dropout(x, 0.3, 7), tf.grad((v) => dropout(v, 0.3, 7))(x, randn([33, 10], 2))];
    });
  });

  it("keeps the asked share, scaled so that the mean stays", () => {
    const kept = tf.tidy(() => dropout(tf.ones([100_000]), 0.25, 3).dataSync());
    const share = kept.filter((v) => v !== 0).length / kept.length;
    expect(share).toBeGreaterThan(0.745);
    expect(share).toBeLessThan(0.755);
    expect(kept.every((v) => v === 0 || v === Math.fround(1 / 0.75))).toBe(true);
  });

  it("wants a rate below 1", () => {
    expect(() => dropout(tf.ones([2]), 1, 0)).toThrow(new RangeError("dropout: rate must be in [0, 1), got 1."));
  });
});

describe("embedding", () => {
  it("looks rows up, and adds their gradients up", async () => {
    await agreesWithPlain(() => {
      const index = tf.tensor2d(
        [
          [0, 4, 4],
          [2, 0, 4],
        ],
        [2, 3],
        "int32",
      );
      const layer = (table: tf.Tensor) => embedding(table, index);
      const table = randn([5, 7], 1);
      return [layer(table), tf.grad(layer)(table, randn([2, 3, 7], 2))];
    });
    expect(() => embedding(tf.ones([3]), tf.tensor1d([0], "int32"))).toThrow(
      new RangeError("embedding: table must be [rows, size], got [3]."),
    );
  });
});

describe("initialise", () => {
  let state = 7;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const variance = (values: Float32Array): number => values.reduce((s, v) => s + v * v, 0) / values.length;

  it("gives each kind its variance", () => {
    const shape = [3, 3, 40, 60];
    const [fanIn, fanOut] = [360, 540];
    const wanted = { glorot: 2 / (fanIn + fanOut), he: 2 / fanIn, lecun: 1 / fanIn };
    for (const [name, value] of Object.entries(wanted)) {
      for (const kind of ["Uniform", "Normal"]) {
        const got = variance(initialise(`${name}${kind}` as Initialiser, shape, uniform));
        expect(Math.abs(got / value - 1)).toBeLessThan(0.03);
      }
    }
    expect([...initialise("ones", [2], uniform), ...initialise("zeros", [1], uniform)]).toEqual([1, 1, 0]);
  });

  it("makes rows or columns orthonormal, whichever are fewer", () => {
    for (const [rows, cols] of [
      [6, 4],
      [4, 9],
    ]) {
      const w = initialise("orthogonal", [rows, cols], uniform);
      const m = tf.tensor2d(w, [rows, cols]);
      const product = rows < cols ? tf.matMul(m, m, false, true) : tf.matMul(m, m, true);
      const identity = tf.eye(Math.min(rows, cols)).dataSync();
      expect(relativeError(product.dataSync(), identity)).toBeLessThan(1e-6);
    }
  });

  it("refuses an unknown kind", () => {
    expect(() => initialise("xavier" as Initialiser, [2, 2], uniform)).toThrow(
      new RangeError(
        'initialise: unknown kind "xavier"; known are zeros, ones, orthogonal, glorot-, he- and lecunUniform or -Normal.',
      ),
    );
  });
});
