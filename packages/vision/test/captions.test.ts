import { tf, useEngine } from "@earshot/engine";
import { createRandom } from "@earshot/models";
import { neuralClassifier } from "@earshot/models/neural";
import { beforeAll, describe, expect, it } from "vitest";
import { captionerOf } from "../src/captions/captioner.js";
import { type DecoderSizes, freshWeights, type WeightName, weightEntries } from "../src/captions/decoder.js";
import { decoderLoss, decoderScores } from "../src/captions/graph.js";
import {
  attentionMap,
  beamSearch,
  type CaptionedRegions,
  captionRetriever,
  createVocabulary,
  loadCaptioner,
  type Reader,
  regionExtractor,
  trainCaptioner,
} from "../src/captions/index.js";
import { readerOf } from "../src/captions/steps.js";
import { createImage, loadOpenCv } from "../src/index.js";
import { residualNetwork } from "../src/networks/index.js";
import { golden, worstOf } from "./helpers.js";

interface Golden {
  sizes: DecoderSizes;
  regions: number;
  weights: Record<WeightName, number[]>;
  data: number[];
  inputs: number[];
  wanted: number[];
  counts: number[];
  scores: number[];
  loss: number;
  gradients: Record<WeightName, number[]>;
}
const data = golden<Golden>("captions");
const { sizes } = data;

beforeAll(async () => {
  await useEngine({ threads: 1 });
  await loadOpenCv();
});

describe("the decoder", () => {
  it("scores words as PyTorch does, and its gradients are PyTorch's", () => {
    tf.tidy(() => {
      const variables = weightEntries(sizes).map(([name, shape]) => tf.variable(tf.tensor(data.weights[name], shape)));
      const named = Object.fromEntries(weightEntries(sizes).map(([name], i) => [name, variables[i]]));
      const total = data.counts.reduce((a, b) => a + b, 0);
      const regions = tf.tensor(data.data, [3, data.regions, sizes.features]);
      const words = tf.tensor(data.inputs, [3, 4], "int32");
      const wanted = tf.oneHot(tf.tensor1d(data.wanted, "int32"), sizes.words).toFloat();
      const weights = tf.tensor(data.counts.map((c) => c / total));
      const scores = (): tf.Tensor => decoderScores(regions, words, named as never);
      expect(worstOf(scores().dataSync(), data.scores)).toBeLessThan(1e-5);
      const { value, grads } = tf.variableGrads(() => decoderLoss(scores(), wanted, weights), variables);
      expect(value.dataSync()[0]).toBeCloseTo(data.loss, 5);
      for (const [i, [name]] of weightEntries(sizes).entries()) {
        expect(worstOf(grads[variables[i].name].dataSync(), data.gradients[name]), name).toBeLessThan(1e-5);
      }
      for (const variable of variables) variable.dispose();
    });
  });

  it("says word by word what it scores all at once", () => {
    const floats = Object.fromEntries(Object.entries(data.weights).map(([name, v]) => [name, Float32Array.from(v)]));
    const size = data.regions * sizes.features;
    for (const n of [0, 1, 2]) {
      const own = Float32Array.from(data.data.slice(n * size, (n + 1) * size));
      const regions = { data: own, count: data.regions, features: sizes.features };
      const reader = readerOf(regions, floats as never, sizes);
      let state = reader.start();
      for (let t = 0; t < 4; t++) {
        const step = reader.step(state, data.inputs[n * 4 + t]);
        const scores = data.scores.slice((n * 4 + t) * sizes.words, (n * 4 + t + 1) * sizes.words);
        const whole = Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0));
        const logs = scores.map((s) => s - whole);
        expect(worstOf(step.logs, logs)).toBeLessThan(1e-5);
        expect(step.attention.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
        state = step.state;
      }
    }
  });
});

/** A reader of a table: after each word, the probabilities of the next. */
const table = (rows: Record<number, number[]>): Reader => ({
  start: () => ({ hidden: new Float32Array(0), cell: new Float32Array(0) }),
  step: (state, word) => ({
    state,
    logs: Float32Array.from(rows[word], (p) => Math.log(p)),
    attention: Float32Array.of(1),
  }),
});

describe("beamSearch", () => {
  const reader = table({
    0: [0, 0, 0.6, 0.4],
    2: [0.3, 0, 0, 0.7],
    3: [0.9, 0, 0.1, 0],
  });

  it("finds the likeliest caption, which word by word misses", () => {
    const [best] = beamSearch([reader], { width: 4, lengthPower: 0, maxWords: 4 });
    // 0.6 · 0.7 · 0.9 = 0.378 beats 0.4 · 0.9 = 0.36 and 0.6 · 0.3 = 0.18.
    expect(best.codes).toEqual([2, 3]);
    expect(Math.exp(best.score)).toBeCloseTo(0.378, 5);
    expect(best.attention.length).toBe(2);
    const greedy = beamSearch([table({ 0: [0, 0, 0.6, 0.4], 2: [0.5, 0, 0, 0.5], 3: [1, 0, 0, 0] })], {
      width: 1,
      lengthPower: 0,
    });
    expect(greedy[0].codes).toEqual([2]);
  });

  it("equals the search of all captions, whatever the table", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const rng = createRandom(seed);
      const row = (): number[] => {
        const raw = [0, 2, 3, 4].map(() => 0.05 + rng.next());
        const sum = raw.reduce((a, b) => a + b, 0);
        return [raw[0] / sum, 1e-12, raw[1] / sum, raw[2] / sum, raw[3] / sum];
      };
      const rows: Record<number, number[]> = { 0: row(), 2: row(), 3: row(), 4: row() };
      let most = { codes: [] as number[], sum: -Infinity };
      const visit = (codes: number[], sum: number): void => {
        const last = codes.at(-1) ?? 0;
        if (codes.length > 0 && sum + Math.log(rows[last][0]) > most.sum) {
          most = { codes, sum: sum + Math.log(rows[last][0]) };
        }
        if (codes.length === 3) return;
        for (const word of [2, 3, 4]) if (word !== last) visit([...codes, word], sum + Math.log(rows[last][word]));
      };
      visit([], 0);
      const [found] = beamSearch([table(rows)], { width: 60, maxWords: 3, lengthPower: 0 });
      expect(found.codes).toEqual(most.codes);
    }
  });

  it("refuses a width of 0", () => {
    expect(() => beamSearch([reader], { width: 0 })).toThrow(
      new RangeError("beamSearch: width must be in [1, 1000], got 0."),
    );
  });
});

/** Pictures whose one lit region says what is in them. */
function lit(n: number): CaptionedRegions[] {
  return Array.from({ length: n }, (_, i) => {
    const [what, where] = [i % 3, Math.floor(i / 3) % 4];
    const values = new Float32Array(4 * 3);
    values[where * 3 + what] = 1;
    const name = ["dog", "cat", "bird"][what];
    return { regions: { data: values, count: 4, features: 3 }, captions: [`a ${name} runs`, `a ${name} runs here`] };
  });
}

describe("trainCaptioner", () => {
  it("learns to say what is where it looks, the same way for the same seed, and leaves no tensor behind", async () => {
    const pictures = lit(12);
    const before = tf.memory().numTensors;
    const options = { epochs: 40, embedding: 8, units: 16, dropout: 0, batchSize: 6, learningRate: 0.02, minCount: 1 };
    const losses: number[] = [];
    const captioner = await trainCaptioner(pictures, { ...options, onEpoch: ({ loss }) => void losses.push(loss) });
    expect(tf.memory().numTensors).toBe(before);
    expect(losses[39]).toBeLessThan(losses[0] / 2);
    for (const { regions, captions } of pictures) {
      const [{ text, words, attention }] = captioner.caption(regions, { width: 3 });
      expect(captions).toContain(text);
      const noun = words.findIndex((word) => word.length > 2 && word !== "runs");
      expect(attention[noun].length).toBe(4);
    }
    const again = await trainCaptioner(pictures, { ...options, epochs: 2 });
    const third = await trainCaptioner(pictures, { ...options, epochs: 2 });
    expect(again.save()["captions.safetensors"]).toEqual(third.save()["captions.safetensors"]);
    const loaded = loadCaptioner(captioner.save());
    expect(loaded.caption(pictures[0].regions)).toEqual(captioner.caption(pictures[0].regions));
  });

  it("says what is wrong", async () => {
    await expect(trainCaptioner([])).rejects.toThrow(
      new RangeError("trainCaptioner: there are no pictures to learn from."),
    );
    const [one, two] = lit(2);
    const other = { ...two, regions: { data: new Float32Array(6), count: 2, features: 3 } };
    await expect(trainCaptioner([one, other])).rejects.toThrow(
      new RangeError("trainCaptioner: pictures must have the same regions, got 2 × 3 and 4 × 3."),
    );
    expect(() => createVocabulary(["a b", "c"], { minCount: 2 })).toThrow(
      new RangeError("createVocabulary: no word occurs 2 times; lower minCount, or give more captions."),
    );
    const state = { sizes, words: data.scores.slice(0, 7).map(String), mean: new Float32Array(5) };
    const captioner = captionerOf({
      ...state,
      deviation: new Float32Array(5).fill(1),
      decoders: [freshWeights(sizes, createRandom(1))],
    });
    expect(() => captioner.caption(one.regions)).toThrow(
      new RangeError("caption: regions have 3 features, the decoder learned 5."),
    );
    const files = captioner.save();
    expect(() => loadCaptioner({ "captions.json": files["captions.json"] })).toThrow(
      new RangeError("loadCaptioner: captions.safetensors is missing."),
    );
    const text = new TextDecoder().decode(files["captions.json"]).replace('"units":8', '"units":9');
    expect(() => loadCaptioner({ ...files, "captions.json": new TextEncoder().encode(text) })).toThrow(
      new RangeError('loadCaptioner: captions.safetensors has "0.startHidden" of [5,8], captions.json says [5,9].'),
    );
  });
});

describe("captionRetriever", () => {
  it("gives the first caption of the most similar picture", () => {
    const known = lit(3);
    const look = captionRetriever(known);
    expect(known.map(({ regions }) => look(regions).text)).toEqual(["a dog runs", "a cat runs", "a bird runs"]);
    expect(look(lit(9)[7].regions)).toMatchObject({ nearest: 1, text: "a cat runs" });
    expect(() => captionRetriever([])).toThrow(
      new RangeError("captionRetriever: there are no pictures to look among."),
    );
  });
});

describe("regions and maps of attention", () => {
  it("tells apart what is left and right, and forgets nothing of a picture's colours", async () => {
    const { layers } = residualNetwork("resnet8");
    const x = { data: new Float32Array(2 * 16 * 16 * 3).map((_, i) => (i % 5) / 5), shape: [2, 16, 16, 3] };
    const model = await neuralClassifier({ layers, epochs: 1, seed: 2 }).fit(x, ["a", "b"]);
    const extractor = await regionExtractor(model.getState(), { sides: [16, 32], grid: 2 });
    expect(extractor.features).toBe(64 + 64 + 6);
    const picture = createImage(40, 30, 3, [20, 20, 20]);
    for (let y = 0; y < 30; y++)
      for (let k = 0; k < 20; k++) picture.data.fill(250, (y * 40 + k) * 3, (y * 40 + k) * 3 + 3);
    const { data: found, count, features } = extractor.extract(picture);
    expect([found.length, count]).toEqual([4 * features, 4]);
    const lightness = [0, 1, 2, 3].map((region) => found[region * features + 128]);
    expect(lightness[0]).toBeGreaterThan(0.9);
    expect(lightness[1]).toBeLessThan(0.2);
    expect(worstOf(found.slice(0, features), found.slice(features, 2 * features))).toBeGreaterThan(0.1);
    // Grey and coloured pictures of the same look give the same.
    const gray = createImage(8, 8, 1, [90]);
    expect(worstOf(extractor.extract(gray).data, extractor.extract(createImage(8, 8, 3, [90, 90, 90])).data)).toBe(0);
    extractor.dispose();
    model.dispose();
  });

  it("is bright where the decoder looked", () => {
    const map = attentionMap(createImage(20, 20, 1, [200]), Float32Array.of(0.7, 0.1, 0.1, 0.1));
    expect(map.channels).toBe(3);
    expect(map.data[0]).toBeGreaterThan(190);
    expect(map.data[map.data.length - 1]).toBeLessThan(90);
    expect(() => attentionMap(createImage(4, 4, 1), new Float32Array(5))).toThrow(
      new RangeError("attentionMap: attention must be a square grid of regions, got 5."),
    );
  });
});
