import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../src/evaluate/evaluate.js";
import { train } from "../src/train/train.js";
import { digitFiles, expectSelfContained, quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
let made = 0;
const fresh = (): string => join(folder, `run${made++}`);
const go = (change: Record<string, unknown> = {}, options: object = {}, out = fresh()) =>
  train(smallRecipe(change), { ...quiet, threads: 1, out, ...options });
const recordings = { kind: "recordings", corpora: ["freeSpokenDigits", "audioFolder"], target: "label" };
const folderRecordings = { kind: "recordings", corpora: ["audioFolder"] };

describe("train", () => {
  it("writes a whole run folder and nothing half-written", async () => {
    const { dir } = await go();
    expect(readdirSync(dir).sort()).toEqual(
      [
        "log.jsonl",
        "metrics.json",
        "model",
        "plots",
        "predictions.csv",
        "recipe.yaml",
        "report.html",
        "run.json",
      ].sort(),
    );
    expect(readdirSync(join(dir, "model")).sort()).toEqual(["README.md", "model.json", "weights.safetensors"]);
    expect(readdirSync(join(dir, "plots"))).toEqual(
      expect.arrayContaining(["confusion.png", "confusion.svg", "perClass.png", "perClass.svg"]),
    );
    const metrics = JSON.parse(readFileSync(join(dir, "metrics.json"), "utf8"));
    expect(metrics).toMatchObject({
      recipe: "small",
      n: 15,
      data: { items: 60, classes: 10 },
      split: { by: "item", folds: 1 },
    });
    expect(Object.keys(metrics.metrics)).toEqual(["accuracy", "balancedAccuracy", "f1Macro", "logLoss", "rocAuc"]);
    expect(metrics.metrics.accuracy.low).toBeLessThanOrEqual(metrics.metrics.accuracy.value);
    expect(readFileSync(join(dir, "predictions.csv"), "utf8").split("\n")[0]).toBe("id,label,0,1,2,3,4,5,6,7,8,9");
    expect(JSON.parse(readFileSync(join(dir, "run.json"), "utf8"))).toMatchObject({ status: "done", seed: 5 });
  });

  it("measures the same for the same seed, apart from times", async () => {
    const [a, b] = [await go(), await go()];
    expect({ ...a.metrics, seconds: 0 }).toEqual({ ...b.metrics, seconds: 0 });
    const [x, y] = [a, b].map(({ dir }) => readFileSync(join(dir, "predictions.csv"), "utf8"));
    expect(x).toBe(y);
  });

  it("judges every speaker by a model that never met it, when split by group", async () => {
    const { metrics, dir } = await go({ split: { by: "speaker" } });
    expect(metrics).toMatchObject({ n: 60, split: { by: "speaker", folds: 3, sharedGroups: [] } });
    expect(Object.keys(metrics.perGroup)).toHaveLength(3);
    expect(metrics.calibration).toMatchObject({ kind: "temperature", n: 60 });
    expect(readFileSync(join(dir, "report.html"), "utf8")).toContain("What its probabilities are worth");
    const { decision, reference } = JSON.parse(readFileSync(join(dir, "model", "model.json"), "utf8"));
    expect({ items: decision.items, kind: reference.kind, trained: reference.items }).toEqual({
      items: 60,
      kind: "sound",
      trained: 60,
    });
    const folds = Object.values(metrics.perFold ?? {});
    expect(folds.map(({ n }) => n)).toEqual([20, 20, 20]);
    const mean = folds.reduce((sum, fold) => sum + (fold.metrics.accuracy ?? 0) / 3, 0);
    expect(mean).toBeCloseTo(metrics.metrics.accuracy.value ?? Number.NaN, 12);
  });

  it("reports unseen speakers beside a random split, and says which voices are on both sides", async () => {
    const { metrics, dir } = await go({ split: { test: 0.25, beside: "speaker" } });
    expect(metrics.split.sharedGroups).toHaveLength(3);
    expect(metrics.beside).toMatchObject({ n: 60, split: { by: "speaker", folds: 3 } });
    const page = readFileSync(join(dir, "report.html"), "utf8");
    expect(page).toContain("speakers never met");
    expect(page).toContain("Known voices");
  });

  it("learns eight items by heart with --debug", async () => {
    const { metrics } = await go({}, { debug: true });
    expect(metrics).toMatchObject({ n: 8, metrics: { accuracy: { value: 1 } } });
  });

  it("trains a network on changed copies, with a line a epoch", async () => {
    const { dir } = await go({
      augment: { copies: 2, transforms: [{ kind: "timeShift", shiftSec: [-0.1, 0.1] }] },
      model: { kind: "neuralClassifier", layers: [{ kind: "dense", units: 8, activation: "relu" }], epochs: 3 },
    });
    const log = readFileSync(join(dir, "log.jsonl"), "utf8").trim().split("\n");
    expect(log).toHaveLength(3);
    expect(JSON.parse(log[2])).toMatchObject({ turn: "test", epoch: 3, epochs: 3 });
    expect(existsSync(join(dir, "plots", "learning.svg"))).toBe(true);
  });

  it("draws a page that fetches nothing and runs no script", async () => {
    const { dir } = await go();
    const page = readFileSync(join(dir, "report.html"), "utf8");
    expect(page).toContain("default-src 'none'");
    expectSelfContained(page);
    expect(page.match(/<audio /g)).toHaveLength(3);
  });
});

describe("evaluate", () => {
  it("judges a run's model on a folder it has never seen", async () => {
    const { dir } = await go({ data: recordings }, { data: writeFiles(join(folder, "seen"), await digitFiles()) });
    const other = writeFiles(join(folder, "unseen"), await digitFiles(6));
    const { metrics } = await evaluate(dir, { ...quiet, data: other, threads: 1, skipBroken: false });
    expect(metrics).toMatchObject({ n: 24, unknown: { n: 0 } });
    expect(metrics.metrics.accuracy.value).toBeGreaterThan(0.8);
  });

  it("judges what was not trained on, when given the same data again", async () => {
    const { dir, metrics } = await go();
    const again = await evaluate(dir, { ...quiet, threads: 1, skipBroken: false });
    expect(again.metrics.confusion).toEqual(metrics.confusion);
    expect(again.metrics.leakage).toEqual(metrics.leakage);
  });

  it("says so when the model that folds left behind has met every item", async () => {
    const { dir } = await go({ split: { by: "speaker" } });
    const { metrics } = await evaluate(dir, { ...quiet, threads: 1, skipBroken: false });
    expect(metrics.leakage).toHaveLength(60);
    expect(metrics.split.how).toContain("by a model that was trained on them");
  });
});

describe("bad input", () => {
  const message = async (change: object, options: object, out = fresh()): Promise<string> => {
    const text = await go(change as Record<string, unknown>, options, out).then(
      () => "nothing",
      (error: Error) => error.message,
    );
    if (!text.includes("exists already")) expect(existsSync(out)).toBe(false);
    return text;
  };

  it("names a folder that does not exist, and one that is empty", async () => {
    const missing = join(folder, "missing");
    expect(await message({ data: recordings }, { data: missing })).toBe(
      `${missing} does not exist; name a folder or archive that holds the corpus.`,
    );
    const empty = writeFiles(join(folder, "empty"), { ".keep": "" });
    expect(await message({ data: recordings }, { data: empty })).toBe(
      `${empty} is empty; name a folder or archive that holds the corpus.`,
    );
  });

  it("asks for data where there is no corpus to fall back on", async () => {
    expect(await message({ data: recordings }, {})).toMatch(/name their folder or archive with --data DIR/);
  });

  it("refuses a run folder that exists, and leaves it alone", async () => {
    const out = writeFiles(join(folder, "taken"), { "note.txt": "mine" });
    expect(await message({}, {}, out)).toBe(`${out} exists already; name a new folder with --out, or remove it first.`);
    expect(readFileSync(join(out, "note.txt"), "utf8")).toBe("mine");
  });

  it("names a class with one item", async () => {
    const files = await digitFiles(2);
    const lone = Object.entries(files).map(([name, clip]) => [
      `${name.includes("/0_") ? "zero" : "one"}/${name.slice(-10)}`,
      clip,
    ]);
    const data = writeFiles(join(folder, "lone"), {
      ...Object.fromEntries(lone),
      "two/x.wav": Object.values(files)[0],
    });
    expect(await message({ data: folderRecordings }, { data })).toMatch(
      /class "two" .* has one item|Class "two" has a single item/,
    );
  });

  it("counts a text file called .wav, and skips it only when told to", async () => {
    const files = { ...(await digitFiles()), "recordings/0_carl_0.wav": "this is no sound" };
    const data = writeFiles(join(folder, "broken"), files);
    expect(await message({ data: recordings }, { data })).toMatch(
      /^1 of 17 items cannot be used, the first because .*0_carl_0.*; mend or remove them, or leave them out with --skip-broken\.$/,
    );
    const { metrics } = await go({ data: recordings }, { data, skipBroken: true });
    expect(metrics.data).toMatchObject({ items: 16, broken: 1 });
  });

  it("names a key of features or model that is not known, before any data is read", async () => {
    const features = { kind: "mfcc", sampleRate: 8000, nMfc: 13 };
    expect(await message({ features, data: recordings }, { data: "nowhere" })).toMatch(
      /features: nMfc is not a known key; did you mean nMfcc\?/,
    );
    expect(await message({ model: { kind: "scv" } }, {})).toMatch(/unknown kind "scv"; did you mean "svc"\?/);
    expect(await message({ model: { kind: "svc", gama: 1 } }, {})).toMatch(
      /unknown option "gama"; did you mean "gamma"\?/,
    );
  });

  it("says that clips differ in length when nothing makes them alike", async () => {
    const features = { kind: "mfcc", sampleRate: 8000, nFft: 256, nMels: 26, nMfcc: 13 };
    expect(await message({ features }, {})).toMatch(/set features\.durationSec for a fixed length, or features\.pool/);
  });

  it("leaves nothing behind when stopped", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    expect(await message({}, { signal })).toBe("stopped");
  });

  it("leaves nothing behind when a file cannot be written", async () => {
    const out = join(folder, "nofolder", "run");
    writeFileSync(join(folder, "nofolder"), "a file");
    expect(await message({}, {}, out)).toMatch(/EEXIST|ENOTDIR|not a directory/);
  });
});
