import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeWav } from "@earshot/datasets";
import { describe, expect, it } from "vitest";
import { evaluateGenerative } from "../src/generative/evaluate.js";
import { generate } from "../src/generative/generate.js";
import {
  checkGenerative,
  generativeRun,
  type LoadedGenerative,
  loadGenerative,
} from "../src/generative/loadGenerative.js";
import { writeGenerativeReport } from "../src/generative/report.js";
import { trainGenerative } from "../src/generative/train.js";
import { writeSamples } from "../src/generative/writeSamples.js";
import { loadRecipe } from "../src/recipe/load.js";
import { type RunFolder, runFolderAt } from "../src/run/runFolder.js";
import { digitFiles, quiet, scratchFolder, writeFiles } from "./helpers.js";

const folder = scratchFolder();

/** Two digits, small pictures, small networks. */
const small = (change: Record<string, unknown> = {}): LoadedGenerative => ({
  name: "small",
  recipe: checkGenerative("small.yaml", {
    task: "generate",
    title: "Small",
    seed: 5,
    data: { kind: "syntheticSpeech", target: "digit", labels: ["0", "1"], speakers: 4, takes: 3 },
    codec: { sampleRate: 8000, nFft: 256, nMels: 16, frames: 32 },
    model: {
      ...{ method: "gan", channels: [8, 8], otherChannels: [8, 8], units: 8, latent: 4, epochs: 3, batchSize: 8 },
    },
    samples: { every: 2, perClass: 2 },
    judge: { epochs: 2, perClass: 3, augmentation: false },
    ...change,
  }),
});
const options = { ...quiet, threads: 1, checkpointEverySec: 0 };
const weights = (dir: string): string => readFileSync(join(dir, "model", "weights.safetensors"), "base64");

describe("a generative recipe", () => {
  const run = join(folder, "run");

  it("ends with samples of its epochs, figures beside those of recordings, a report and a model", async () => {
    const { metrics } = await trainGenerative(small(), { ...options, out: run });
    expect(readdirSync(join(run, "samples")).sort()).toEqual(["epoch-001", "epoch-002", "epoch-003", "index.html"]);
    expect(readdirSync(join(run, "samples/epoch-003")).sort()).toEqual(
      ["0", "1"].flatMap((label) => [`${label}-1.wav`, `${label}-2.wav`, `${label}.png`]),
    );
    const { samples, sampleRate } = decodeWav(readFileSync(join(run, "samples/epoch-003/1-2.wav")));
    expect([samples.length, sampleRate]).toEqual([31 * 64, 8000]);
    expect(metrics.n).toBe(6);
    expect(metrics.split.own + metrics.split.judge + metrics.split.test).toBe(24);
    for (const figure of [
      "accuracy",
      "accuracyReal",
      "accuracyInverted",
      "frechet",
      "frechetReal",
      "nearest",
    ] as const) {
      expect(Number.isFinite(metrics.metrics[figure].value)).toBe(true);
    }
    expect(metrics.metrics.nearer?.value).toBeGreaterThanOrEqual(0);
    expect(metrics.metrics.nearer?.value).toBeLessThanOrEqual(1);
    const log = readFileSync(join(run, "log.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(Object.keys(log[2])).toEqual(
      expect.arrayContaining(["dLoss", "gLoss", "realScore", "fakeScore", "dGradNorm", "gGradNorm", "diversity"]),
    );
    const page = readFileSync(join(run, "report.html"), "utf8");
    expect(page).toContain("Judged, not admired");
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(readFileSync(join(run, "samples/index.html"), "utf8")).toContain('src="epoch-002/1-2.wav"');
  });

  it("goes on where it was stopped, to the same bits", async () => {
    const dir = join(folder, "stopped");
    const stop = new AbortController();
    const noted = {
      ...quiet.screen,
      progress: (title: string) => ({
        update: (done: number) => void (title === "training" && done > 1.4 && stop.abort()),
        print() {},
        end() {},
      }),
    };
    const first = trainGenerative(small(), { ...options, screen: noted, signal: stop.signal, out: dir });
    await expect(first).rejects.toThrow(/Interrupted; what was learned is kept: go on with/);
    await trainGenerative(small(), { ...options, out: dir, resume: true });
    expect(weights(dir)).toBe(weights(run));
    expect(readFileSync(join(dir, "log.jsonl"), "utf8").replaceAll("stopped", "run")).toBe(
      readFileSync(join(run, "log.jsonl"), "utf8"),
    );
    await expect(trainGenerative(small({ crops: 2 }), { ...options, out: dir, resume: true })).rejects.toThrow(
      /was begun with another recipe: crops is 1 there and 2 here/,
    );
  });

  it("makes sounds, ways between two seeds included, with pictures and a page", async () => {
    const { sounds } = await generate(run, {
      label: ["1"],
      count: 2,
      seed: 1,
      truncation: 1,
      out: join(folder, "ones"),
    });
    expect(readdirSync(join(folder, "ones")).sort()).toEqual([
      "1-1.png",
      "1-1.wav",
      "1-2.png",
      "1-2.wav",
      "index.html",
    ]);
    expect(sounds.map(({ label }) => label)).toEqual(["1", "1"]);
    const way = await generate(run, { count: 3, seed: 1, to: 2, out: join(folder, "way") });
    expect(way.sounds.map(({ between }) => between)).toEqual([0, 0.5, 1, 0, 0.5, 1]);
    expect(readFileSync(join(folder, "way/1-1.wav"))).not.toEqual(readFileSync(join(folder, "way/1-3.wav")));
  });

  it("refuses what cannot be made, in a sentence", async () => {
    const out = join(folder, "none");
    await expect(generate(run, { label: ["2"], count: 1, seed: 0, out })).rejects.toThrow(
      `${run} never learned "2"; did you mean`,
    );
    await expect(generate(folder, { count: 1, seed: 0, out })).rejects.toThrow("holds no trained model");
    await expect(generate(run, { count: 1, seed: 0, out: run })).rejects.toThrow("exists already");
    expect(existsSync(out)).toBe(false);
  });

  it("is judged and reported again from its folder", async () => {
    const loaded = generativeRun(run) as LoadedGenerative;
    const { n, figures } = await evaluateGenerative(run, loaded, { ...options, seed: 9 });
    expect(n).toBe(6);
    expect(figures.accuracyReal.value).not.toBeNull();
    const page = join(folder, "again.html");
    expect(await writeGenerativeReport(runFolderAt(run), page)).toBe(page);
    expect(readFileSync(page, "utf8")).toContain("made up 1");
  });

  it("says so when a class has fewer than eight recordings, or they are silent", async () => {
    const dir = writeFiles(join(folder, "few"), await digitFiles(3));
    const data = { kind: "recordings", corpora: ["freeSpokenDigits"] };
    await expect(trainGenerative(small({ data }), { ...options, data: dir, out: join(folder, "a") })).rejects.toThrow(
      'Class "0" has 6 recordings with sound, at least 8 are needed',
    );
    const silence = { samples: new Float32Array(4000), sampleRate: 8000 };
    writeFiles(dir, Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`recordings/0_carl_${i}.wav`, silence])));
    await expect(trainGenerative(small({ data }), { ...options, data: dir, out: join(folder, "b") })).rejects.toThrow(
      'Class "0" has 6 recordings with sound',
    );
    expect(existsSync(join(folder, "b"))).toBe(false);
  });

  it("refuses a damaged checkpoint, naming it", async () => {
    const dir = join(folder, "damaged");
    await trainGenerative(small(), { ...options, out: dir });
    const file = readdirSync(join(dir, "checkpoint")).find((name) => name.startsWith("generator-")) as string;
    writeFiles(dir, { [`checkpoint/${file}`]: "nothing" });
    const longer = small();
    longer.recipe.model.epochs = 4;
    await expect(trainGenerative(longer, { ...options, out: dir, resume: true })).rejects.toThrow(
      `${join(dir, "checkpoint", file)} is damaged`,
    );
  });

  it("leaves nothing of an epoch whose samples do not fit on the disk", async () => {
    const dir = runFolderAt(join(folder, "full"));
    let written = 0;
    const full: RunFolder = {
      ...dir,
      write: (name, content) =>
        ++written > 2 ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) : dir.write(name, content),
    };
    const { codec } = await import("../src/generative/generate.js").then(({ openGenerator }) => openGenerator(run));
    const what = { codec, classes: ["0", "1"], perClass: 1, seed: 1 };
    const size = codec.shape[0] * codec.shape[1];
    const make = (points: readonly unknown[]) =>
      points.map(() => Float32Array.from({ length: size }, (_, i) => Math.sin(i)));
    const log = { epoch: 2, epochs: 3 };
    await expect(writeSamples(full, { log, latent: 4, make }, what)).rejects.toThrow("full");
    expect(existsSync(dir.path("samples/epoch-002"))).toBe(false);
  });

  it("is told apart from other recipes", () => {
    expect(loadGenerative("quickstart")).toBeUndefined();
    expect(loadGenerative("digits-gan")?.recipe.title).toMatch(/digits/);
    expect(() => loadRecipe("digits-gan")).toThrow("makes sounds, it names none");
    expect(() => loadGenerative("digits-gan", ["model.method=gam"])).toThrow(/method/);
  });
});
