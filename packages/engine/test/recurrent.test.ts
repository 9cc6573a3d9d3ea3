import { beforeAll, describe, expect, it } from "vitest";
import { gru, layers, lstm, tf, useEngine } from "../src/index.js";
import { agreesWithPlain, golden, randn, relativeError, toTensor } from "./support.js";

beforeAll(async () => {
  await useEngine({ threads: 2 });
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

  for (const kind of ["lstm", "gru"] as const) {
    for (const returnSequences of [true, false]) {
      for (const goBackwards of [true, false]) {
        it(`take and give states in layers as in TensorFlow.js: ${kind}, ${JSON.stringify({ returnSequences, goBackwards })}`, async () => {
          await useEngine({ threads: 2 });
          const options = { units: H, returnState: true, returnSequences, goBackwards, useBias: goBackwards };
          const layer = layers.layers[kind]({ ...options, recurrentActivation: "sigmoid" });
          const states = kind === "lstm" ? [5, 6] : [5];
          // The weights are made on one backend, and both read them.
          tf.tidy(() => void layer.apply(randn([1, T, F], 1)));
          const values = layer.getWeights().map((w) => [w.dataSync(), w.shape] as const);
          await agreesWithPlain(() => {
            layer.setWeights(values.map(([data, shape]) => tf.tensor(data, shape)));
            const run = (x: tf.Tensor, ...initialState: tf.Tensor[]) => layer.apply(x, { initialState }) as tf.Tensor[];
            const inputs = [randn([B, T, F], 1), ...states.map((seed) => randn([B, H], seed))];
            const total = (...all: tf.Tensor[]) =>
              run(...(all as [tf.Tensor]))
                .map((y, i) => tf.sum(tf.mul(y, randn(y.shape, 20 + i))))
                .reduce((a, b) => tf.add(a, b));
            return [...run(...(inputs as [tf.Tensor])), ...tf.grads(total)(inputs)];
          });
          const { kernelNames } = await tf.profile(() => layer.apply(randn([1, T, F], 1)) as tf.Tensor[]);
          expect(kernelNames).toContain(kind === "lstm" ? "Lstm" : "Gru");
          layer.dispose();
        });
      }
    }
  }

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
