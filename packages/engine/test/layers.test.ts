import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNormPredict,
  batchNormTrain,
  dropout,
  embedding,
  gru,
  type Initialiser,
  initialise,
  layers,
  lstm,
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

describe("lstm and gru", () => {
  const [B, T, F, H] = [9, 6, 5, 12];
  for (const reverse of [false, true]) {
    for (const gate of ["sigmoid", "hardSigmoid"] as const) {
      for (const mode of ["plain", "mask", "h0", "drop", "mask and drop through"]) {
        it(`agree with their steps one by one: ${reverse ? "backwards" : "forwards"}, ${gate}, ${mode}`, async () => {
          const options = () => ({
            reverse,
            gate,
            ...(mode.startsWith("mask") && { mask: tf.cast(tf.greater(randn([B, T], 99), -0.2), "float32") }),
            ...(mode.includes("drop") && { drop: tf.mul(tf.cast(tf.greater(randn([B, H], 98), 0), "float32"), 2) }),
            ...(mode.includes("through") && { dropThrough: true }),
          });
          const states = mode === "h0" ? [randn([B, H], 5)] : [];
          const cells = mode === "h0" ? [randn([B, H], 6)] : [];
          const check = (run: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]) =>
            agreesWithPlain(() => [run(...inputs), ...tf.grads(run)(inputs, randn([B, T, H], 9))]);
          const weights = (gates: number) => [
            randn([B, T, F], 1),
            ...[[F], [H], []].map((s, i) => tf.mul(randn([...s, gates * H], 2 + i), 0.5)),
          ];
          await check(
            (x, kernel, recurrent, bias, h0, c0) => lstm(x, { kernel, recurrent, bias }, { ...options(), h0, c0 }),
            [...weights(4), ...states, ...cells],
          );
          await check(
            (x, kernel, recurrent, bias, h0) => gru(x, { kernel, recurrent, bias }, { ...options(), h0 }),
            [...weights(3), ...states],
          );
          await check(
            (x, kernel, recurrent, bias, recurrentBias, h0) =>
              gru(x, { kernel, recurrent, bias, recurrentBias }, { ...options(), h0 }),
            [...weights(3), randn([3 * H], 7), ...states],
          );
        });
      }
    }
  }

  it("equal PyTorch's, forwards and backwards", async () => {
    await tf.setBackend("earshot");
    for (const c of golden("recurrent").cases) {
      tf.tidy(() => {
        const names = ["kernel", "recurrent", "bias", ...(c.kind === "gru" ? ["recurrentBias"] : [])];
        const layer = (
          x: tf.Tensor,
          kernel: tf.Tensor,
          recurrent: tf.Tensor,
          bias: tf.Tensor,
          recurrentBias: tf.Tensor,
        ) =>
          c.kind === "lstm" ? lstm(x, { kernel, recurrent, bias }) : gru(x, { kernel, recurrent, bias, recurrentBias });
        const inputs = [c.x, ...names.map((n) => c[n])].map(toTensor);
        const got = [
          (layer as (...t: tf.Tensor[]) => tf.Tensor)(...inputs),
          ...tf.grads(layer as never)(inputs, toTensor(c.dy)),
        ];
        const wanted = [c.y, c.dx, ...names.map((n) => c[`d${n[0].toUpperCase()}${n.slice(1)}`])];
        for (const [i, want] of wanted.entries())
          expect(relativeError(got[i].dataSync(), want.data)).toBeLessThan(1e-5);
      });
    }
  });

  it("run layers with recurrent dropout as one kernel, and end at the same state with or without the others", async () => {
    await useEngine({ seed: 3 });
    const drop = tf.tidy(() => tf.mul(tf.cast(tf.greater(randn([B, H], 98), 0), "float32"), 2));
    for (const kind of ["lstm", "gru"] as const) {
      const layer = layers.layers[kind]({ units: H, recurrentDropout: 0.5, recurrentActivation: "sigmoid" });
      const x = randn([B, T, F], 1);
      const { kernelNames } = await tf.profile(() => layer.apply(x, { training: true }) as tf.Tensor);
      expect(kernelNames).toContain(kind === "lstm" ? "Lstm" : "Gru");
      const [kernel, recurrent, bias] = layer.getWeights();
      const all = { drop, dropThrough: true };
      await agreesWithPlain(() => {
        const run = (k: tf.Tensor, r: tf.Tensor, b: tf.Tensor) =>
          (kind === "lstm" ? lstm : gru)(x, { kernel: k, recurrent: r, bias: b }, { ...all, last: true });
        const weights = [kernel, recurrent, bias];
        return [run(kernel, recurrent, bias), ...tf.grads(run)(weights, randn([B, H], 4))];
      });
      layer.dispose();
      x.dispose();
    }
    drop.dispose();
    await useEngine({ seed: null });
  });

  it("say which shapes do not fit", () => {
    const weights = { kernel: randn([5, 16], 1), recurrent: randn([4, 16], 1), bias: randn([16], 1) };
    expect(() => lstm(randn([2, 3, 6], 1), weights)).toThrow(
      new RangeError(
        "lstm: x [2,3,6], kernel [5,16] and recurrent [4,16] do not fit; " +
          "they must be [batch, steps, features], [features, 4 · units] and [units, 4 · units].",
      ),
    );
  });
});
