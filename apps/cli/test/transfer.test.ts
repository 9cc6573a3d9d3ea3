import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createImage, loadOpenCv } from "@earshot/vision";
import { writeImage } from "@earshot/vision/node";
import { beforeAll, describe, expect, it } from "vitest";
import { type Screen, silentScreen } from "../src/cli/screen.js";
import { exportCommand } from "../src/commands/export.js";
import { predictVisionCommand } from "../src/vision/command.js";
import { drawScenes } from "../src/vision/drawScenes.js";
import { loadVision, visionRun } from "../src/vision/loadVision.js";
import { runVision } from "../src/vision/runVision.js";
import { spectrogramPicture } from "../src/vision/transferCorpus.js";
import { ratesOf } from "../src/vision/transferLearn.js";
import { expectSelfContained, scratchFolder } from "./helpers.js";

const folder = scratchFolder();
const signal = new AbortController().signal;
const train = async (name: string, out: string, data: string | undefined, ...settings: string[]) => {
  const loaded = await loadVision(name, settings);
  if (!loaded) throw new Error(`${name} is no recipe of pictures`);
  return runVision(loaded, { out, screen: silentScreen, ...(data && { data }) });
};
const ask = async (out: string, files: string[]): Promise<string[]> => {
  const run = await visionRun(out);
  if (!run) throw new Error("the run is not known again");
  const lines: string[] = [];
  const screen: Screen = { ...silentScreen, print: (line = "") => void lines.push(line) };
  await predictVisionCommand(run, out, files, undefined, { screen, signal });
  return lines;
};
const reads = (path: string): string => readFileSync(path, "utf8");

beforeAll(loadOpenCv);

describe("earshot train transfer-resnet", () => {
  const quick = ["synthetic.source=40", "synthetic.train=4", "synthetic.test=4", "frozen.epochs=2", "scratch.epochs=1"];
  const out = join(folder, "transfer");

  it("goes on from other shapes without data, part by part, beside random weights; predicts, and exports smaller", async () => {
    const stages = ["stages.0.epochs=1", "stages.1.epochs=2"];
    const { metrics } = await train("transfer-faces", out, undefined, ...quick, ...stages);
    expect(Object.keys(metrics.metrics)).toEqual(
      expect.arrayContaining(["accuracy", "frozenAccuracy", "stage1Accuracy", "scratchAccuracy"]),
    );
    expect(metrics.n).toBe(20);
    expect(reads(join(out, "predictions.csv")).trim().split("\n")).toHaveLength(21);
    expectSelfContained(reads(join(out, "report.html")));
    const log = reads(join(out, "log.jsonl"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { part: string });
    expect(new Set(log.map(({ part }) => part))).toContain("from random weights");
    const picture = join(folder, "shape.png");
    await writeImage(picture, createImage(32, 32, 3, [90, 30, 200]));
    const [line] = await ask(out, [picture]);
    expect(line).toMatch(/arrow|cross|diamond|frame|moon/);

    const small = join(folder, "small");
    const tables: { rows: { weights: string; bytes: number; msPerItem: number }[] }[] = [];
    const screen: Screen = {
      ...silentScreen,
      json: true,
      printJson: (value) => void tables.push(value as (typeof tables)[number]),
    };
    await exportCommand(out, { folder: small, int8: true, features: true }, { screen, signal });
    const [whole, rounded] = tables[0].rows;
    expect([whole.weights, rounded.weights]).toEqual(["float32", "int8"]);
    expect(rounded.bytes).toBeLessThan(0.32 * whole.bytes);
    expect(rounded.msPerItem).toBeGreaterThan(0);
    expect((await ask(small, [picture]))[0].slice(0, picture.length + 8)).toBe(line.slice(0, picture.length + 8));
    const onnx = join(folder, "net.onnx");
    await exportCommand(out, { onnx, int8: true, features: true }, { screen, signal });
    expect(existsSync(onnx)).toBe(true);
    await expect(exportCommand(out, { features: true }, { screen, signal })).rejects.toThrow(
      "Name what to write: --onnx FILE for other runtimes, or --folder DIR for a run folder.",
    );
    await expect(exportCommand(out, { folder: small, features: true }, { screen, signal })).rejects.toThrow(
      `${small} exists already; name a new folder, or remove it first.`,
    );
  }, 300_000);

  it("says which weights are missing or do not fit, and which picture cannot be read, and leaves nothing", async () => {
    const data = join(folder, "pictures");
    for (const part of ["train", "test"]) {
      for (const name of ["a", "b"]) {
        mkdirSync(join(data, part, name), { recursive: true });
        await writeImage(join(data, part, name, "1.png"), createImage(8, 8, 3, [name === "a" ? 250 : 5, 80, 80]));
      }
    }
    const nothing = join(folder, "nothing");
    await expect(train("transfer-resnet", nothing, data, "weights=no.safetensors")).rejects.toThrow(
      "The weights no.safetensors are nowhere; name a safetensors file with --set weights=PATH, or put it into the data folder.",
    );
    const wrong = join(folder, "wrong.safetensors");
    writeFileSync(wrong, Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]));
    await expect(train("transfer-resnet", nothing, data, `weights=${wrong}`)).rejects.toThrow(
      'wrong.safetensors: loadResidualNetwork: the weights have no "conv1.weight"; they are of no residual network with PyTorch\'s names (they begin with nothing).',
    );
    const broken = join(data, "train", "a", "2.jpg");
    writeFileSync(broken, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70]));
    await expect(train("transfer-resnet", nothing, data)).rejects.toThrow(/2\.jpg cannot be read as an image/);
    expect(existsSync(nothing)).toBe(false);
  });

  it("gives each part its factor, and freezes what is not named", () => {
    const rates = ratesOf({ groups: [3, 2, 2, 1] }, { stem: 0.5, stage2: 2, output: 1 });
    expect(rates).toEqual([0.5, 0.5, 0.5, 0, 0, 2, 2, 0, 1]);
  });

  it("draws a sound as a picture: pitch upwards, time to the right", () => {
    const samples = Float32Array.from({ length: 44_100 }, (_, i) =>
      i < 22_050 ? 0 : 0.5 * Math.sin((2 * Math.PI * 4000 * i) / 22_050),
    );
    const { data, width, height } = spectrogramPicture(samples);
    expect([width, height]).toEqual([128, 64]);
    const column = (x: number): number[] => Array.from({ length: height }, (_, y) => data[y * width + x]);
    expect(Math.max(...column(20))).toBe(0);
    const loudest = column(100).indexOf(Math.max(...column(100)));
    expect(loudest).toBeGreaterThan(5);
    expect(loudest).toBeLessThan(32);
  });
});

describe("earshot train captions", () => {
  const quick = ["synthetic.pictures=20", "epochs=1", "units=16", "embedding=8", "sides=[32]", "grid=3", "minCount=2"];

  it("learns drawn scenes without data, is judged beside the nearest caption, and writes sentences and maps", async () => {
    const out = join(folder, "captions");
    const { metrics } = await train("captions", out, undefined, ...quick);
    for (const name of ["bleu1", "bleu4", "cider", "nearestBleu1", "nearestBleu4", "nearestCider"]) {
      expect(metrics.metrics[name].value, name).toBeGreaterThanOrEqual(0);
    }
    expect(metrics.metrics.nearestBleu1.value).toBeGreaterThan(0.4);
    expect(existsSync(join(out, "plots", "attention.png"))).toBe(true);
    const picture = join(folder, "scene.png");
    await writeImage(picture, await drawScenes(1, 5)[0].read());
    const [line] = await ask(out, [picture]);
    expect(line).toContain("scene.png");
    expect(existsSync(join(out, "predictions", "scene.png"))).toBe(true);
  }, 300_000);
});
