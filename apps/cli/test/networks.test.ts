import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type AudioClip, encodeWav } from "@earshot/datasets";
import { loadClip } from "@earshot/datasets/node";
import { networkNames } from "@earshot/models/neural";
import { describe, expect, it } from "vitest";
import { silentScreen } from "../src/cli/screen.js";
import { exportCommand } from "../src/commands/export.js";
import { predictCommand } from "../src/commands/predict.js";
import { describeDryRun } from "../src/train/dryRun.js";
import { planSplit } from "../src/train/planSplit.js";
import { train } from "../src/train/train.js";
import { digitFiles, quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
let made = 0;
const fresh = (): string => join(folder, `run${made++}`);
const logMel = { kind: "logMel", sampleRate: 8000, nFft: 256, hopLength: 160, nMels: 16, durationSec: 0.5 };
const network = (model: object = {}, change: object = {}) =>
  smallRecipe({
    data: { kind: "syntheticSpeech", target: "digit", speakers: 3, takes: 1 },
    features: logMel,
    report: { replicates: 0, worst: 0 },
    model: { kind: "neuralClassifier", network: { kind: "dsCnn", width: 0.25 }, epochs: 2, batchSize: 16, ...model },
    ...change,
  });
const go = (recipe: ReturnType<typeof network>, options: object = {}, out = fresh()) =>
  train(recipe, { ...quiet, threads: 1, out, ...options });

describe("networks from recipes", () => {
  it("are shown by --dry-run: layers, shapes, parameters, multiply–adds, memory", async () => {
    const { yaml, json } = await describeDryRun(
      network({ network: undefined, layers: [{ kind: "conv2d", filters: 4, strides: 2 }, { kind: "globalPool" }] }),
    );
    expect(yaml).toContain("# input       [26, 16]");
    expect(yaml).toContain("# conv2d      [13, 8, 4]          40          3,744");
    expect(yaml).toContain("# dense       [10]                50             40");
    expect(yaml).toMatch(/# 0\.0 MB of weights; training in batches of 16 takes about 0\.1 MB beside the data/);
    expect(json.network).toMatchObject({ inputShape: [26, 16], parameters: 90, multiplyAdds: 3784, batchSize: 16 });
  });

  it.each(networkNames)("%s learns eight items by heart with --debug", async (kind) => {
    const model = {
      network: { kind, width: 0.25 },
      augment: { mixUp: 0.4 },
      optimizer: { kind: "adam", learningRate: 3e-3 },
    };
    const { metrics } = await go(network(model, { preprocess: [{ kind: "standardScaler" }] }), { debug: true });
    expect(metrics).toMatchObject({ n: 8, metrics: { accuracy: { value: 1 } } });
  });

  it("give the same run for the same seed, on one thread and on two", async () => {
    const recipe = network({ augment: { mask: { frames: 4, features: 2 } }, sampling: "balanced", loss: "focal" });
    const [one, two] = [await go(recipe), await go(recipe, { threads: 2 })];
    for (const file of ["model/weights.safetensors", "log.jsonl", "predictions.csv"]) {
      expect(readFileSync(join(one.dir, file)).equals(readFileSync(join(two.dir, file)))).toBe(true);
    }
  });

  it("are exported from samples to probabilities, and predict the same on onnxruntime-node", async () => {
    const ort = createRequire(new URL("../../../packages/models/package.json", import.meta.url))("onnxruntime-node");
    const data = writeFiles(join(folder, "digits"), await digitFiles(3));
    const { dir } = await go(
      network(
        { epochs: 6 },
        { data: { kind: "recordings", corpora: ["freeSpokenDigits"] }, preprocess: [{ kind: "standardScaler" }] },
      ),
      { data },
    );
    const context = { signal: new AbortController().signal };
    const said: unknown[] = [];
    const screen = { ...silentScreen, printJson: (value: unknown) => void said.push(value) };
    const onnx = join(folder, "digits.onnx");
    await exportCommand(dir, { onnx, features: true }, { ...context, screen });
    expect(said.pop()).toMatchObject({ onnx, input: "samples", classes: ["0", "1"] });
    const file = join(data, "recordings", "1_anna_0.wav");
    await predictCommand(dir, [file], { top: 2 }, { ...context, screen });
    const [{ probabilities }] = (said.pop() as { predictions: { probabilities: Record<string, number> }[] })
      .predictions;
    const session = await ort.InferenceSession.create(onnx);
    const samples = new Float32Array(4000);
    samples.set((await loadClip(file)).samples.subarray(0, 4000));
    const result = await session.run({ samples: new ort.Tensor("float32", samples, [1, 4000]) });
    expect((result.probabilities.data as Float32Array)[1]).toBeCloseTo(probabilities["1"], 3);
    await session.release();
  });
});

describe("bad input for networks", () => {
  const refusal = async (recipe: ReturnType<typeof network>, options: object = {}): Promise<string> => {
    const out = fresh();
    const error: Error = await go(recipe, options, out).then(
      () => new Error("nothing"),
      (e) => e,
    );
    expect(existsSync(out)).toBe(false);
    return error.message;
  };

  it("is told in one sentence: layers, optimisers, losses, classes", async () => {
    const layers = [{ kind: "conv2d", filters: 4, size: 40, pad: "valid" }];
    expect(await refusal(network({ network: undefined, layers }))).toBe(
      "neuralClassifier: layer 1 (conv2d) has a window of [40, 40], longer than its input [26, 16].",
    );
    expect(await refusal(network({ network: undefined, layers: [{ kind: "dense", units: 4 }] }))).toBe(
      "neuralClassifier: layer 1 (dense) needs one axis, gets [26,16]; put a flatten or a pool before it.",
    );
    expect(await refusal(network({ optimizer: { kind: "adamm" } }))).toBe(
      'model: neuralClassifier: unknown optimizer "adamm"; did you mean "adam"?',
    );
    expect(await refusal(network({ loss: "crossentropie" }))).toBe(
      'model: neuralClassifier: unknown loss "crossentropie"; did you mean "crossEntropy"?',
    );
    expect(await refusal(network({ classWeight: { "11": 2 } }))).toBe(
      'neuralClassifier: classWeight names "11", which is not in y.',
    );
    expect(
      await refusal(
        network({}, { data: { kind: "syntheticSpeech", target: "digit", speakers: 3, takes: 1, labels: ["1", "12"] } }),
      ),
    ).toBe('data.labels names "12", which no item has; did you mean "1"?');
  });

  it("is told in one sentence: empty clips, NaN, folds of one class", async () => {
    const recipe = network({}, { data: { kind: "recordings", corpora: ["audioFolder"] } });
    const tone = (hz: number): AudioClip => ({
      sampleRate: 8000,
      samples: Float32Array.from({ length: 4000 }, (_, t) => Math.sin((2 * Math.PI * hz * t) / 8000)),
    });
    const good = Object.fromEntries(
      [200, 300, 400, 500].flatMap((hz, i) => [
        [`low/${i}.wav`, tone(hz)],
        [`high/${i}.wav`, tone(5 * hz)],
      ]),
    );
    const empty = writeFiles(join(folder, "empty"), good);
    writeFileSync(join(empty, "low", "9.wav"), encodeWav({ samples: new Float32Array(0), sampleRate: 8000 }));
    expect(await refusal(recipe, { data: empty })).toMatch(
      /^1 of 9 items cannot be used, the first because low\/9\.wav: .*(empty|no sample).*; mend or remove them, or leave them out with --skip-broken\.$/,
    );
    const holed = writeFiles(join(folder, "holed"), good);
    const bytes = encodeWav({ ...tone(100), samples: tone(100).samples }, { encoding: "pcm_f32" });
    new DataView(bytes.buffer, bytes.byteOffset).setFloat32(bytes.length - 400, Number.NaN, true);
    writeFileSync(join(holed, "low", "9.wav"), bytes);
    expect(await refusal(recipe, { data: holed })).toMatch(
      /^1 of 9 items cannot be used, the first because .*low\/9\.wav.*NaN.*; mend or remove them, or leave them out with --skip-broken\.$/,
    );
    const items = ["a", "b", "a", "a"].map((label, i) => ({ id: `${i}`, label, group: i < 2 ? "anna" : "bert" }));
    items.push({ id: "4", label: "b", group: "anna" });
    const spec = { by: "group", folds: "auto" } as Parameters<typeof planSplit>[1];
    expect(() => planSplit(items as unknown as Parameters<typeof planSplit>[0], spec, { seed: 1 })).toThrow(
      'Turn "anna" of the split would train on the single class "a"; choose another split.',
    );
  });
});
