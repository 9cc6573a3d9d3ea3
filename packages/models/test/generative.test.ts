import { readFileSync } from "node:fs";
import { conv2d, dense, tf, useEngine } from "@earshot/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { fromPatches, toPatches } from "../src/generative/denoiser.js";
import { drawFromNoise } from "../src/generative/denoising.js";
import { troubleOf } from "../src/generative/diversity.js";
import {
  type AdversarialLoss,
  augmentBoth,
  betweenNoise,
  createSpectrogramCodec,
  discriminatorLoss,
  diversity,
  drawNoise,
  embedSamples,
  type GradientPenalty,
  generatorLoss,
  gradientPenalty,
  loudestStretch,
  nearestSpectrogram,
  type SpectrogramGeneratorOptions,
  spectrogramDistance,
  spectrogramGenerator,
} from "../src/generative/index.js";
import { createParameters } from "../src/generative/parameters.js";
import { normedWeight } from "../src/generative/spectralNorm.js";
import { createTexture } from "../src/generative/texture.js";
import { createRandom, type ModelState, packState, restoreModel, type Tensor, unpackState } from "../src/index.js";
import { neuralClassifier } from "../src/neural/index.js";

interface Golden {
  x: number[];
  weights: number[][];
  penalties: Record<GradientPenalty, { value: number; kernel: number[]; dense: number[] }>;
  scores: { real: number[]; fake: number[] };
  losses: Record<AdversarialLoss, [number, number]>;
  spectral: { matrix: number[]; sigma: number };
}
const golden: Golden = JSON.parse(readFileSync(new URL("./golden/generative.json", import.meta.url), "utf8"));

const apart = (got: ArrayLike<number>, want: readonly number[]): number =>
  Math.max(...want.map((v, i) => Math.abs(got[i] - v))) / Math.max(...want.map(Math.abs));

/** Two kinds of spectrogram: a line that rises, and one that falls, each with a shift and a grain of its own. */
function lines(each: number, shape: [number, number] = [16, 8]): { x: Tensor; y: string[] } {
  const rng = createRandom(4);
  const [frames, bands] = shape;
  const y = Array.from({ length: 2 * each }, (_, i) => (i % 2 ? "up" : "down"));
  const data = new Float32Array(y.length * frames * bands).fill(-1);
  for (const [i, label] of y.entries()) {
    const offset = rng.next() * 2;
    for (let t = 0; t < frames; t++) {
      const place = Math.round((t * (bands - 3)) / frames + offset);
      const band = label === "up" ? place : bands - 1 - place;
      data[(i * frames + t) * bands + band] = 1 - 0.4 * rng.next();
    }
  }
  return { x: { data, shape: [y.length, frames, bands] }, y };
}

const small: SpectrogramGeneratorOptions = {
  ...{ channels: [16, 8], otherChannels: [8, 16], units: 16, latent: 8, epochs: 3, batchSize: 8, seed: 3 },
};

beforeAll(async () => {
  await useEngine({ threads: 1 });
});

describe("adversarial losses", () => {
  it.each(Object.keys(golden.losses) as AdversarialLoss[])("%s equals PyTorch's", (loss) => {
    const [real, fake] = [golden.scores.real, golden.scores.fake].map((v) => tf.tensor2d(v, [v.length, 1]));
    const [d, g] = golden.losses[loss];
    expect(discriminatorLoss(loss, real, fake).dataSync()[0]).toBeCloseTo(d, 5);
    expect(generatorLoss(loss, fake).dataSync()[0]).toBeCloseTo(g, 5);
    tf.dispose([real, fake]);
  });

  it.each(["wganGp", "r1"] as const)("the penalty %s and its gradient equal PyTorch's double backward", (kind) => {
    const [kernel, bias, last] = [[3, 3, 1, 5], [5], [60, 1]].map((shape, i) =>
      tf.variable(tf.tensor(golden.weights[i], shape)),
    );
    const want = golden.penalties[kind];
    tf.tidy(() => {
      const x = tf.tensor4d(golden.x, [4, 8, 6, 1]);
      const score = (at: tf.Tensor): tf.Tensor =>
        dense(tf.reshape(tf.leakyRelu(conv2d(at, kernel, bias, { strides: 2 }), 0.2), [4, -1]), last);
      const { value, grads } = tf.variableGrads(() => gradientPenalty(kind, score, x), [kernel, last]);
      expect(value.dataSync()[0] / want.value).toBeCloseTo(1, 2);
      expect(apart(grads[kernel.name].dataSync(), want.kernel)).toBeLessThan(0.02);
      expect(apart(grads[last.name].dataSync(), want.dense)).toBeLessThan(0.02);
    });
    tf.dispose([kernel, bias, last]);
  });
});

describe("spectral norm", () => {
  it("finds the largest singular value, and makes it 1", () => {
    const parameters = createParameters(createRandom(1));
    const weight = normedWeight(parameters, [3, 3, 4, 7], true);
    weight.variable.assign(tf.tensor(golden.spectral.matrix, [3, 3, 4, 7]));
    for (let i = 0; i < 60; i++) weight.iterate();
    const used = tf.tidy(() => weight.use().dataSync());
    expect(golden.spectral.matrix[5] / used[5]).toBeCloseTo(golden.spectral.sigma, 3);
    parameters.dispose();
  });
});

describe("augmentBoth", () => {
  it("changes nothing unless asked to", () => {
    const x = tf.ones([2, 4, 4, 1]);
    expect(augmentBoth(x, {}, createRandom(1))).toBe(x);
    x.dispose();
  });

  it("shifts each sample in time on its own, fills with silence, and lets gradients through", () => {
    const rng = createRandom(2);
    const values = Float32Array.from({ length: 3 * 6 * 2 }, rng.next);
    const x = tf.tensor4d(values, [3, 6, 2, 1]);
    const y = tf.tidy(() => augmentBoth(x, { shift: 2 }, createRandom(9)).dataSync());
    for (let i = 0; i < 3; i++) {
      const own = Array.from(y.subarray(i * 12, i * 12 + 12));
      const fits = [-2, -1, 0, 1, 2].some((by) =>
        own.every((v, k) => {
          const t = Math.floor(k / 2) - by;
          return v === (t < 0 || t >= 6 ? -1 : values[i * 12 + 2 * t + (k % 2)]);
        }),
      );
      expect(fits).toBe(true);
    }
    const g = tf.tidy(() =>
      tf
        .grad((v: tf.Tensor) =>
          tf.sum(augmentBoth(v, { shift: 2, bands: 1, level: 0.1, cutout: 0.3 }, createRandom(9))),
        )(x)
        .dataSync(),
    );
    expect(g.some((v) => v !== 0)).toBe(true);
    expect(g.every(Number.isFinite)).toBe(true);
    x.dispose();
  });
});

describe("noise", () => {
  it("of number i is the same whatever the count, and stays within its truncation", () => {
    expect(drawNoise(8, 5, 3)[1]).toEqual(drawNoise(8, 2, 3)[1]);
    const values = drawNoise(64, 20, 1, 0.7).flatMap((p) => Array.from(p.values));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.7);
    expect(() => drawNoise(8, 1, 1, 0)).toThrow("drawNoise: truncation must be above 0, got 0.");
  });

  it("goes from one point to another along a sphere", () => {
    const [a, b] = drawNoise(32, 2, 5);
    const way = betweenNoise(a, b, 5);
    expect(apart(way[0].values, Array.from(a.values))).toBeLessThan(1e-6);
    expect(apart(way[4].values, Array.from(b.values))).toBeLessThan(1e-6);
    const norm = (v: Float32Array) => Math.sqrt(v.reduce((s, x) => s + x * x, 0));
    expect(norm(way[2].values)).toBeGreaterThan(0.9 * Math.min(norm(a.values), norm(b.values)));
  });
});

describe("texture", () => {
  it("draws pictures with the ripples of others: tones stay tones, clicks stay clicks", () => {
    const shape = [16, 8] as const;
    const texture = createTexture(shape);
    const tone = Float32Array.from({ length: 128 }, (_, i) => (i % 8 === 3 ? 2 : 0));
    const strengths = new Float64Array(128);
    texture.add(tone, strengths);
    const drawn = texture.draw(strengths, createRandom(3));
    // All frames alike, as in a tone; some band stands out.
    for (let i = 8; i < 128; i++) expect(drawn[i]).toBeCloseTo(drawn[i % 8], 5);
    expect(Math.max(...drawn.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it("keeps the mean square, and is white for white", () => {
    const texture = createTexture([12, 10]);
    const squares = Array.from({ length: 40 }, (_, i) => {
      const drawn = texture.draw(new Float32Array(120).fill(4), createRandom(i));
      return drawn.reduce((sum, v) => sum + v * v, 0) / 120;
    });
    expect(squares.reduce((a, b) => a + b) / 40).toBeCloseTo(4, 0);
  });
});

describe("drawing sounds out of noise", () => {
  it("puts values of a patch side by side, and back", () => {
    const values = Float32Array.from({ length: 2 * 4 * 6 }, (_, i) => i);
    expect(Array.from(toPatches(values, [4, 6]).subarray(0, 8))).toEqual([0, 1, 6, 7, 2, 3, 8, 9]);
    expect(fromPatches(toPatches(values, [4, 6]), [4, 6])).toEqual(values);
  });

  it("follows the exact way where the recordings are normal, pushed by as much as guidance says", () => {
    // For values N(μ, s²) the way from noise x ends at μ + (x − μ) s / √(s² + most²); the noise begins at most = 40.
    const [mu, s, shape] = [0.3, 0.1, [4, 4] as const];
    const [noise] = drawNoise(16, 1, 4);
    const denoiser = (muOf: (code: number) => number) => ({
      parameters: createParameters(createRandom(0)),
      apply: (noisy: Float32Array, levels: readonly number[], codes: readonly number[]) => {
        const sigma = Math.exp(levels[0]);
        const total = Math.hypot(sigma, 0.5);
        return tf.tensor2d(
          noisy.map((v, i) => {
            const x = v * total;
            const centre = muOf(codes[Math.floor(i / 16)]);
            const clear = centre + (s ** 2 / (s ** 2 + sigma ** 2)) * (x - centre);
            return (clear - (0.25 / total ** 2) * x) / ((sigma * 0.5) / total);
          }),
          [codes.length, 16],
        );
      },
    });
    const want = Array.from(noise.values, (v) => mu + (40 * v - mu) * (s / Math.hypot(s, 40)));
    const [plain] = drawFromNoise(
      denoiser(() => mu),
      [noise.values],
      [0],
      shape,
      { steps: 40, guidance: 1 },
    );
    expect(apart(plain, want)).toBeLessThan(0.01);
    const centreOf = (code: number): number => (code < 0 ? mu - 0.2 : mu);
    const [far] = drawFromNoise(denoiser(centreOf), [noise.values], [0], shape, { steps: 40, guidance: 2 });
    const shift = far.reduce((sum, v, i) => sum + v - plain[i], 0) / 16;
    expect(shift).toBeGreaterThan(0.1);
    expect(shift).toBeLessThan(0.2);
  });
});

describe("the codec", () => {
  const codec = createSpectrogramCodec({ sampleRate: 8000, nFft: 256, nMels: 40, frames: 32 });
  const rng = createRandom(1);
  const tone = Float32Array.from({ length: 5000 }, (_, i) => 0.4 * Math.sin(i * 0.5) + 0.01 * rng.normal());

  it("turns sound into values from −1 to 1, and back into sound of the same spectrogram", () => {
    const values = codec.encode(tone);
    expect(values.length).toBe(32 * 40);
    expect(Math.max(...values)).toBe(1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    const sound = codec.decode(values);
    expect(sound.length).toBe(codec.length);
    expect(Math.max(...sound.map(Math.abs))).toBeLessThanOrEqual(0.97 + 1e-6);
    expect(spectrogramDistance(codec.encode(sound), values)).toBeLessThan(0.1);
  });

  it("finds the loudest stretch of a long clip, and the beginning of a short one", () => {
    const late = new Float32Array(20_000);
    late.set(tone.subarray(0, 4000), 12_000);
    expect(loudestStretch(late, 4000)).toBeGreaterThan(11_000);
    expect(loudestStretch(tone, 8000)).toBe(0);
  });

  it("refuses silence and what does not fit, in a sentence", () => {
    expect(() => codec.encode(new Float32Array(9000))).toThrow(
      "createSpectrogramCodec: encode needs sound, got silence.",
    );
    expect(() => codec.decode(new Float32Array(3))).toThrow(
      "createSpectrogramCodec: decode needs 32 × 40 values, got 3.",
    );
    expect(() => createSpectrogramCodec({ sampleRate: 8000, frames: 2 })).toThrow(
      "createSpectrogramCodec: frames must be a whole number of at least 4, got 2.",
    );
  });
});

describe.each(["gan", "vae", "diffusion"] as const)("spectrogramGenerator, %s", (method) => {
  const { x, y } = lines(12);
  const options = { ...small, method, steps: 4 };

  it("learns, ends at the same bits when it goes on from a checkpoint, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const stored: Uint8Array[] = [];
    const logs: Record<string, number>[] = [];
    const whole = await spectrogramGenerator(options).fit(x, y, {
      onEpoch: ({ log }) => logs.push(log),
      onCheckpoint: async (state) => void stored.push(packState(state)),
    });
    expect(logs.map((log) => log.epoch)).toEqual([1, 2, 3]);
    const figures = {
      gan: ["dLoss", "gLoss", "realScore", "fakeScore", "dGradNorm"],
      vae: ["loss", "reconstruction"],
      diffusion: ["loss"],
    }[method];
    for (const key of [...figures, "gGradNorm", "diversity"]) expect(Number.isFinite(logs[2][key])).toBe(true);
    const again = await spectrogramGenerator(options).fit(x, y, { resume: unpackState(stored[0]) });
    const weights = (model: { getState(): ModelState }) =>
      (model.getState().weights as unknown as { data: Float32Array }[]).map((w) => Array.from(w.data));
    expect(weights(again)).toEqual(weights(whole));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("makes the same sounds from the same seed, after a way through its state as well", async () => {
    const model = await spectrogramGenerator(options).fit(x, y);
    const made = await model.generate("up", { count: 3, seed: 5 });
    expect(made.length).toBe(3);
    expect(made.every((one) => one.length === 16 * 8 && one.every((v) => v >= -1 && v <= 1))).toBe(true);
    expect((await model.generate("up", { count: 1, seed: 5 }))[0]).toEqual(made[0]);
    const restored = (await restoreModel(JSON.parse(JSON.stringify(model.toJSON())))) as typeof model;
    expect(await restored.generate("up", { count: 3, seed: 5 })).toEqual(made);
    await expect(model.generate("upp")).rejects.toThrow(
      'spectrogramGenerator: unknown label "upp"; did you mean "up"?',
    );
    model.dispose();
    restored.dispose();
  });
});

describe("spectrogramGenerator", () => {
  const { x, y } = lines(20);

  it("trains with a gradient penalty, Wasserstein's loss and every augmentation", async () => {
    const logs: Record<string, number>[] = [];
    const augment = { shift: 1, bands: 1, level: 0.1, cutout: 0.2 };
    const model = spectrogramGenerator({ ...small, loss: "wasserstein", ratio: 2, augment, epochs: 1 });
    await model.fit(x, y, { onEpoch: ({ log }) => logs.push(log) });
    expect(Number.isFinite(logs[0].dLoss)).toBe(true);
  });

  it.each([
    { method: "vae", epochs: 25, learningRate: 3e-3 },
    { method: "diffusion", epochs: 25, learningRate: 3e-3, steps: 8, ema: 0.9 },
  ] as const)(
    "makes each class as it is, once it has learned by $method",
    async (how) => {
      const model = spectrogramGenerator({ ...small, ...how });
      await model.fit(x, y);
      const size = 16 * 8;
      const own = (label: string) =>
        y.flatMap((l, i) => (l === label ? [x.data.subarray(i * size, (i + 1) * size)] : [])) as Float32Array[];
      let right = 0;
      for (const label of ["up", "down"]) {
        for (const one of await model.generate(label, { count: 10, seed: 1 })) {
          const [up, down] = [own("up"), own("down")].map((all) => nearestSpectrogram(one, all).distance);
          right += Number((up < down ? "up" : "down") === label);
        }
      }
      expect(right).toBeGreaterThanOrEqual(18);
      model.dispose();
    },
    30_000,
  );

  it("refuses bad input in a sentence", async () => {
    await expect(spectrogramGenerator(small).fit(x, [...y.slice(0, -1), "new"])).rejects.toThrow(
      'class "new" has 1 sounds, at least 3 are needed',
    );
    const loud = { ...x, data: x.data.map((v) => 2 * v) };
    await expect(spectrogramGenerator(small).fit(loud, y)).rejects.toThrow("values must lie in [−1, 1]");
    await expect(spectrogramGenerator({ ...small, channels: [8, 8, 8, 8] }).fit(x, y)).rejects.toThrow(
      "4 stages need frames and bands that are multiples of 16, got 16 × 8.",
    );
    expect(() => spectrogramGenerator({ latentt: 3 } as never)).toThrow(
      'unknown option "latentt"; did you mean "latent"?',
    );
    await expect(spectrogramGenerator(small).generate("up")).rejects.toThrow("call fit before generate");
    const state = (await neuralState()) as ModelState;
    await expect(spectrogramGenerator(small).fit(x, y, { resume: state })).rejects.toThrow("not a generatorCheckpoint");
  });

  it("ends when told to, and with the signal's reason", async () => {
    let epochs = 0;
    await spectrogramGenerator(small).fit(x, y, { onEpoch: () => (++epochs === 1 ? "stop" : undefined) });
    expect(epochs).toBe(1);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(spectrogramGenerator(small).fit(x, y, { signal })).rejects.toThrow("enough");
  });
});

const neuralState = async () => {
  const { x, y } = lines(6);
  const model = await neuralClassifier({
    layers: [{ kind: "flatten" }, { kind: "dense", units: 4, activation: "relu" }],
    epochs: 1,
  }).fit(x, y);
  return model.getState();
};

describe("figures", () => {
  it("say how various sounds are, and which is nearest", () => {
    const [a, b] = [Float32Array.of(0, 0), Float32Array.of(1, 1)];
    expect(diversity([a, b])).toBe(1);
    expect(nearestSpectrogram(Float32Array.of(0.9, 1), [a, b]).index).toBe(1);
    expect(() => diversity([a])).toThrow("diversity: at least two spectrograms are needed, got 1.");
  });

  it("tell collapse, and a game that one side has won", () => {
    expect(troubleOf({ diversity: 0.05 }, 9)).toMatch(/collapsed: its sounds of one class differ by 5 %/);
    expect(troubleOf({ diversity: 0.05 }, 2)).toBeUndefined();
    expect(troubleOf({ diversity: 1, realScore: 20, fakeScore: -9 }, 9)).toMatch(/discriminator has won/);
    expect(troubleOf({ diversity: 0.8, realScore: 1, fakeScore: -1 }, 9)).toBeUndefined();
  });

  it("embed samples by the last hidden layer of a classifier", async () => {
    const { x } = lines(6);
    const state = await neuralState();
    const seen = await embedSamples(state, x);
    expect([seen.rows, seen.cols]).toEqual([12, 4]);
    await expect(embedSamples({ ...state, kind: "svc" }, x)).rejects.toThrow("a neuralClassifier is needed");
  });
});
