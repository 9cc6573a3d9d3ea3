import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "@earshot/models";
import { describe, expect, it } from "vitest";
import type { Screen } from "../src/cli/screen.js";
import { silentScreen } from "../src/cli/screen.js";
import { train } from "../src/train/train.js";
import { scratchFolder, smallRecipe } from "./helpers.js";

const folder = scratchFolder();
let made = 0;
const fresh = (): string => join(folder, `run${made++}`);

/** A small network over frames; everything random takes part. */
const network = (epochs: number, model: object = {}) =>
  smallRecipe({
    data: { kind: "syntheticSpeech", target: "digit", speakers: 4, takes: 1 },
    split: { by: "speaker", folds: 2 },
    augment: { copies: 1, transforms: [{ kind: "timeShift", shiftSec: [-0.1, 0.1] }] },
    report: { replicates: 0, worst: 0 },
    model: {
      kind: "neuralClassifier",
      network: { kind: "mlp", width: 0.05 },
      epochs,
      batchSize: 16,
      augment: { mixUp: 0.2 },
      earlyStopping: { patience: 50, validationShare: 0.2 },
      ema: 0.9,
      ...model,
    },
  });
const go = (recipe: ReturnType<typeof network>, out: string, options: object = {}) =>
  train(recipe, { out, screen: silentScreen, threads: 1, checkpointEverySec: 0, ...options });

/** What must not differ by a bit. */
const outcome = (dir: string) => ({
  weights: readFileSync(join(dir, "model", "weights.safetensors")).toString("base64"),
  log: readFileSync(join(dir, "log.jsonl"), "utf8"),
  predictions: readFileSync(join(dir, "predictions.csv"), "utf8"),
});

/** A screen that calls `at` as training moves on. */
const watching = (at: (title: string, done: number) => void): Screen => ({
  ...silentScreen,
  progress: (title) => ({ update: (done) => at(title, done), print() {}, end() {} }),
});

const whole = (async () => outcome((await go(network(6), fresh())).dir))();

describe("a run that is interrupted", () => {
  it("keeps what it learned, says how to go on, and ends at the same bits", async () => {
    const out = fresh();
    const control = new AbortController();
    const screen = watching((title, done) => {
      if (title === "training 2/2" && done > 2.2) control.abort(new Error("Ctrl-C"));
    });
    const stopped = await go(network(6), out, { signal: control.signal, screen, checkpointEverySec: 60 }).catch(
      (e) => e,
    );
    expect(stopped.exitCode).toBe(130);
    expect(stopped.message).toMatch(
      /^Interrupted; what was learned is kept: go on with `earshot train .* --resume`\.$/,
    );
    expect(JSON.parse(readFileSync(join(out, "run.json"), "utf8")).status).toBe("running");
    await go(network(6), out, { resume: true });
    expect(outcome(out)).toEqual(await whole);
    expect(readdirSync(join(out, "checkpoint")).length).toBe(4);
  });

  it("can be killed at any moment and gone on with, again and again", async () => {
    const rng = createRandom(Number(process.env.EARSHOT_KILL_SEED ?? 3));
    const out = fresh();
    const task = JSON.stringify({ loaded: network(6), out });
    const [script, tsx] = ["./killable.ts", "../../../node_modules/tsx/dist/esm/index.mjs"].map((path) =>
      fileURLToPath(new URL(path, import.meta.url)),
    );
    const lines = () =>
      existsSync(join(out, "log.jsonl")) ? readFileSync(join(out, "log.jsonl"), "utf8").split("\n").length - 1 : 0;
    for (let kill = 0; kill < 2; kill++) {
      const goal = lines() + 1 + rng.below(8);
      const child = spawn(process.execPath, ["--import", tsx, "--conditions=@earshot/source", script, task]);
      const ended = new Promise((done) => child.once("exit", (code, signal) => done(signal ?? code)));
      while (lines() < goal && child.exitCode === null) await new Promise((done) => setTimeout(done, 1 + rng.below(9)));
      child.kill("SIGKILL");
      expect(await ended).toBe("SIGKILL");
    }
    await go(network(6), out, { resume: true });
    expect(outcome(out)).toEqual(await whole);
  });

  it("leaves nothing when there was nothing to keep", async () => {
    const out = fresh();
    await expect(go(smallRecipe(), out, { signal: AbortSignal.abort(new Error("at once")) })).rejects.toThrow(
      "at once",
    );
    expect(existsSync(out)).toBe(false);
  });
});

describe("a finished run", () => {
  it("is extended by more epochs as if they had been asked for at once", async () => {
    const out = fresh();
    await go(network(4), out);
    await go(network(6), out, { resume: true });
    const [longer, asked] = [outcome(out), await whole];
    expect(longer.weights).toBe(asked.weights);
    expect(longer.predictions).toBe(asked.predictions);
    expect(longer.log.split("\n").length).toBe(asked.log.split("\n").length);
    const again = await go(network(6), out, { resume: true });
    expect(again.metrics).toEqual(JSON.parse(readFileSync(join(out, "metrics.json"), "utf8")));
    await expect(go(network(5), out, { resume: true })).rejects.toThrow(
      `${out} has trained 6 epochs already, and 5 are asked for; ask for more, or train anew with another --out.`,
    );
  });
});

describe("a checkpoint", () => {
  it("is refused where recipe, version, data or bytes are others", async () => {
    const out = fresh();
    const control = new AbortController();
    const screen = watching((title, done) => {
      if (title === "training 1/2" && done >= 3) control.abort(new Error("Ctrl-C"));
    });
    await go(network(6), out, { signal: control.signal, screen }).catch(() => {});
    const resume = (recipe = network(6)) => go(recipe, out, { resume: true });
    await expect(resume(network(6, { ema: 0.5 }))).rejects.toThrow(
      `${out} was begun with another recipe: model.ema is 0.9 there and 0.5 here; give the same settings, or train anew with another --out.`,
    );
    const file = join(out, "checkpoint", "progress.json");
    const good = readFileSync(file, "utf8");
    writeFileSync(file, good.replace('"version": 1', '"version": 7'));
    await expect(resume()).rejects.toThrow(
      `${file} was written by Earshot 0.0.0 (format 7), this is 0.0.0 (format 1); go on with that version, or train again with another --out.`,
    );
    writeFileSync(file, good.replace(/"data": "../, '"data": "xx'));
    await expect(resume()).rejects.toThrow(
      `${out} was begun on other items than these (a recording, a label or the choice of items has changed); train again with another --out.`,
    );
    writeFileSync(file, "{");
    await expect(resume()).rejects.toThrow(
      `${file} is no checkpoint of Earshot; remove its folder to train from the start.`,
    );
    writeFileSync(file, good);
    const weights = JSON.parse(good).stages["turn-1"].training;
    const path = join(out, "checkpoint", weights.file);
    truncateSync(path, 1000);
    await expect(resume()).rejects.toThrow(
      `${path} is damaged (1000 of ${weights.bytes} bytes); remove ${join(out, "checkpoint")} to train from the start.`,
    );
  });

  it("of a fit that failed can be gone on with at another learning rate", async () => {
    const out = fresh();
    await go(network(2), out);
    const wild = network(4, { optimizer: { kind: "sgd", learningRate: 1e30 } });
    await expect(go(wild, out, { resume: true })).rejects.toThrow(
      /model\.optimizer\.kind is not set there and sgd here/,
    );
    const tooFast = network(4, { optimizer: { kind: "adam", learningRate: 1e30 } });
    const other = fresh();
    await go(network(2, { optimizer: { kind: "adam", learningRate: 1e-3 } }), other);
    await expect(go(tooFast, other, { resume: true })).rejects.toThrow(
      /the loss is no number any more in epoch [34]; lower optimizer\.learningRate \(1e\+30\), standardise the features, or set clipNorm\. What was learned before is kept: go on with `earshot train .* --resume`, and --set what has to change\.$/,
    );
    const mended = network(4, { optimizer: { kind: "adam", learningRate: 1e-3 } });
    await go(mended, other, { resume: true });
    expect(readFileSync(join(other, "log.jsonl"), "utf8").split("\n").length).toBe(2 * 4 + 1);
  });
});
