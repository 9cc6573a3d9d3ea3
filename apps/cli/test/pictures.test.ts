import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { syntheticSpeech } from "@earshot/datasets";
import { decodePng } from "@earshot/datasets/node";
import { encodePng } from "@earshot/plots";
import { describe, expect, it } from "vitest";
import { syntheticDigits } from "../src/data/syntheticDigits.js";
import { clipFeatures } from "../src/features/clipFeatures.js";
import { featureConfig } from "../src/features/featureConfig.js";
import { pictureTensor } from "../src/features/pictureFeatures.js";
import { voiceNames } from "../src/features/voiceFeatures.js";
import { planSplit } from "../src/train/planSplit.js";
import { train } from "../src/train/train.js";
import { digitFiles, quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const square = (value: number) => ({ pixels: new Uint8Array(16).fill(value), width: 4, height: 4 });

describe("pictureTensor", () => {
  it("averages the pixels that fall on each of its own, light on dark", () => {
    const pixels = Uint8Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 0 : 255));
    const { data, shape } = pictureTensor([{ pixels, width: 4, height: 4 }], { size: 2, invert: false });
    expect(shape).toEqual([1, 2, 2, 1]);
    expect([...data]).toEqual([0, 1, 0, 1]);
    expect([...pictureTensor([square(255)], { size: 2, invert: true }).data]).toEqual([0, 0, 0, 0]);
  });

  it("fits what is not square into the square, with background beside it", () => {
    const tall = { pixels: new Uint8Array(8).fill(255), width: 2, height: 4 };
    expect([...pictureTensor([tall], { size: 4, invert: false }).data.subarray(0, 4)]).toEqual([0, 1, 1, 0]);
  });
});

describe("decodePng", () => {
  it("reads grey, colours, transparency and palettes back", () => {
    const grey = Uint8Array.from({ length: 15 }, (_, i) => i * 17);
    expect(decodePng(encodePng({ width: 5, height: 3, data: grey })).pixels).toEqual(grey);
    const colour = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 90, 90]);
    expect([...decodePng(encodePng({ width: 2, height: 2, data: colour })).pixels]).toEqual([76, 150, 29, 90]);
    expect([...decodePng(encodePng({ width: 1, height: 1, data: Uint8Array.of(0, 0, 0, 0) })).pixels]).toEqual([255]);
    const data = Uint8Array.of(0, 1, 1, 0);
    const palette = Uint8Array.of(10, 10, 10, 200, 200, 200);
    expect([...decodePng(encodePng({ width: 4, height: 1, data, palette })).pixels]).toEqual([10, 200, 200, 10]);
  });

  it("names a file that is none, is cut, or claims more than it holds", () => {
    expect(() => decodePng(new Uint8Array(20), "x.png")).toThrow("x.png: this is no PNG picture.");
    const whole = encodePng({ width: 9, height: 9, data: new Uint8Array(81) });
    expect(() => decodePng(whole.subarray(0, 50), "x.png")).toThrow(/^x\.png: cut inside its part IDAT\.$/);
    const small = deflateSync(new Uint8Array(3));
    const start = whole.findIndex((_, i) => whole[i] === 0x49 && whole[i + 1] === 0x44) - 4;
    const damaged = new Uint8Array([
      ...whole.subarray(0, start),
      0,
      0,
      0,
      small.length,
      73,
      68,
      65,
      84,
      ...small,
      0,
      0,
      0,
      0,
    ]);
    expect(() => decodePng(damaged, "x.png")).toThrow("x.png: cannot be unpacked, its pixels are cut or damaged.");
  });
});

describe("pictures in a recipe", () => {
  it("are digits by made-up hands where no data is named, judged on hands never met", async () => {
    const recipe = smallRecipe({
      data: { kind: "pictures", size: 14, synthetic: { drawers: 8, takes: 1 } },
      split: { by: "predefined" },
      features: null,
      preprocess: [],
      model: {
        kind: "neuralClassifier",
        layers: [{ kind: "flatten" }],
        epochs: 60,
        optimizer: { kind: "adam", learningRate: 0.02 },
      },
    });
    const { metrics, dir } = await train(recipe, { ...quiet, threads: 1, out: join(folder, "made") });
    expect(metrics.n).toBe(20);
    expect(metrics.metrics.accuracy.value).toBeGreaterThan(0.6);
    expect(readFileSync(join(dir, "report.html"), "utf8")).toContain("image-rendering: pixelated");
    expect(existsSync(join(dir, "plots", "classes.png"))).toBe(true);
  });

  it("are the same for the same seed, and each drawer has a hand of its own", async () => {
    const load = async (seed: number) => (await syntheticDigits({ drawers: 2, takes: 1, seed }).items[0].load()).pixels;
    expect(await load(1)).toEqual(await load(1));
    expect(await load(1)).not.toEqual(await load(2));
  });

  it("are read from folders, and a file that is no picture is named", async () => {
    const root = join(folder, "png");
    for (const [name, value] of [
      ["dark", 40],
      ["light", 220],
    ] as const) {
      mkdirSync(join(root, name), { recursive: true });
      for (let i = 0; i < 6; i++)
        writeFileSync(
          join(root, name, `${i}.png`),
          encodePng({ ...square(0), data: new Uint8Array(16).fill(value + i) }),
        );
    }
    const recipe = smallRecipe({
      data: { kind: "pictures", size: 4 },
      split: { test: 0.34 },
      features: null,
      preprocess: [],
      model: {
        kind: "neuralClassifier",
        layers: [{ kind: "flatten" }],
        epochs: 60,
        optimizer: { kind: "adam", learningRate: 0.1 },
      },
    });
    const { metrics } = await train(recipe, { ...quiet, data: root, threads: 1, out: join(folder, "folders") });
    expect(metrics.metrics.accuracy.value).toBe(1);
    writeFileSync(join(root, "dark", "9.png"), "no picture");
    const out = join(folder, "broken");
    await expect(train(recipe, { ...quiet, data: root, threads: 1, out })).rejects.toThrow(
      /dark\/9\.png: this is no PNG/,
    );
  });
});

describe("copies made anew for every epoch", () => {
  it("change the course of training, the same way for the same seed", async () => {
    const losses = async (fresh: boolean, name: string) => {
      const recipe = smallRecipe({
        augment: { copies: 1, fresh, transforms: [{ kind: "timeShift", shiftSec: [-0.1, 0.1] }] },
        model: { kind: "neuralClassifier", layers: [{ kind: "dense", units: 8 }], epochs: 2 },
      });
      const { dir } = await train(recipe, { ...quiet, threads: 1, out: join(folder, name) });
      const log = readFileSync(join(dir, "log.jsonl"), "utf8").trim().split("\n");
      return log.map((line) => JSON.parse(line).loss as number);
    };
    const [fresh, again, same] = [await losses(true, "f1"), await losses(true, "f2"), await losses(false, "f3")];
    expect(fresh).toEqual(again);
    expect(fresh[0]).toBe(same[0]);
    expect(fresh[1]).not.toBe(same[1]);
  });
});

describe("an unlabelled test folder", () => {
  it("gets a submission.csv", async () => {
    const clips = Object.entries(await digitFiles(6));
    const files: Record<string, (typeof clips)[number][1]> = {};
    clips.forEach(([name, clip], i) => {
      const digit = name.split("/")[1][0];
      files[i % 4 === 3 ? `test/${i}.wav` : `train/${digit === "0" ? "zero" : "one"}/${i}.wav`] = clip;
    });
    const data = writeFiles(join(folder, "competition"), files);
    const recipe = smallRecipe({ data: { kind: "recordings" }, split: { by: "predefined", otherwise: "group" } });
    const { dir, metrics } = await train(recipe, { ...quiet, data, threads: 1, out: join(folder, "submitted") });
    const lines = readFileSync(join(dir, "submission.csv"), "utf8").trim().split("\n");
    expect(lines[0]).toBe("id,label");
    expect(lines).toHaveLength(1 + Math.floor(clips.length / 4));
    for (const line of lines.slice(1)) expect(line).toMatch(/^test\/\d+\.wav,(zero|one)$/);
    expect(metrics.split.by).toBe("item");
  });
});

describe("planSplit", () => {
  it("takes another way where a corpus has no official parts, if told which", async () => {
    const { items } = syntheticSpeech({ speakers: 2, takes: 2, digits: [1, 2] });
    const spec = {
      by: "predefined",
      otherwise: "item",
      test: 0.5,
      stratify: true,
      folds: "auto",
      beside: null,
      allowLeakage: false,
    } as const;
    const labelled = items as never;
    expect(planSplit(labelled, spec, { seed: 1 }).by).toBe("item");
    expect(planSplit(labelled, { ...spec, otherwise: "group" }, { seed: 1 }).by).toBe("group");
    expect(() => planSplit(labelled, { ...spec, otherwise: null }, { seed: 1 })).toThrow(/has no official parts/);
  });
});

describe("the features of a voice", () => {
  it("are as many as their names, with frames behind them", async () => {
    const given = { kind: "voice", sampleRate: 16000, frames: { count: 20, hopSec: 0.02, nMels: 12 } };
    const config = featureConfig(given, "recordings");
    if (!config) throw new Error("no config");
    const clip = await syntheticSpeech({ speakers: 1, takes: 1, digits: [7] }).items[0].load();
    const { features } = clipFeatures(config)(clip);
    expect(features).toMatchObject({ rows: 1, cols: 88 + 2 * 9 * 85 + 240 });
    const names = voiceNames(config as never);
    expect(names).toHaveLength(features.cols);
    expect(new Set(names).size).toBe(names.length);
    expect(featureConfig(config, "recordings")).toEqual(config);
  });

  it("say how fast a tone gets louder and softer, and how each part of it is", () => {
    const rate = 16000;
    const loudness = (t: number): number => 1.2 + Math.sin((2 * Math.PI * 5 * t) / rate);
    const samples = Float32Array.from({ length: 4 * rate }, (_, t) => 0.3 * loudness(t) * Math.sin(t) * (1 + t / rate));
    const given = { kind: "voice", sampleRate: rate, parts: 3, modulation: true };
    const config = featureConfig(given, "recordings");
    if (!config) throw new Error("no config");
    const { features } = clipFeatures(config)({ samples, sampleRate: rate });
    const names = voiceNames(config as never);
    expect(names).toHaveLength(features.cols);
    expect(features.cols).toBe(88 + 2 * 9 * 85 + 3 * 3 * 85 + 70);
    const of = (name: string): number => features.data[names.indexOf(name)];
    // Five times a second is louder than any other rate, in the band of the tone.
    const others = ["0.4to1.2", "2.5to4", "6.5to10", "10to18", "18to40"];
    for (const other of others) {
      expect(of("modulation.band6.4to6.5Hz")).toBeGreaterThan(of(`modulation.band6.${other}Hz`) + 1);
    }
    const parts = [1, 2, 3].map((p) => of(`mfcc0.mean.part${p}of3`));
    expect([...parts].sort((a, b) => a - b)).toEqual(parts);
    expect(parts[0]).toBeLessThan(parts[2]);
    expect(() => featureConfig({ ...given, nMels: 8 } as never, "recordings")).toThrow(
      /modulation wants nMels of 10 or more/,
    );
  });

  it("name a key that is not known", () => {
    expect(() => featureConfig({ kind: "voice", sampleRate: 16000, nMel: 20 } as never, "recordings")).toThrow(
      'features: unknown key "nMel"; did you mean "nMels"?',
    );
  });
});
