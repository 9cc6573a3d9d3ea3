import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { speakDigits } from "@earshot/datasets";
import { loadModel } from "@earshot/models/folder";
import { exportOnnx } from "@earshot/models/onnx";
import { describe, expect, it } from "vitest";
import { shippedModels } from "../src/server/shippedModels.js";
import { inThread } from "../src/session/model.js";
import { openModel } from "../src/session/openModel.js";
import { predictClip } from "../src/session/predictClip.js";
import { planWindows } from "../src/session/windowPlan.js";
import { testSignal } from "./fixtures.js";

const models = shippedModels().flatMap((source) => ("folder" in source ? [source] : []));

describe("shippedModels", () => {
  it("lists those there are, and names them when one is not", () => {
    expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining(["emotion", "sounds", "digits"]));
    expect(() => shippedModels(["moods"])).toThrow(/^shippedModels: there is no model "moods"; known: emotion, /);
  });

  it.each(models)("$name is small, and its card names data, licence and figures", ({ folder }) => {
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(bytes).toBeLessThan(1e6);
    const card = readFileSync(join(folder, "README.md"), "utf8");
    expect(card).toMatch(/Training data: .+, licence: (?!not stated)/);
    expect(card).toMatch(/\| (uar|eer|accuracy)\w+ \| 0\.\d+/);
    expect(card).toMatch(/ever |Not for/);
  });

  it.each(models)("$name comes as ONNX too, the same model", async ({ folder }) => {
    const { model } = await loadModel(folder);
    const onnx = await exportOnnx(model);
    expect(Buffer.compare(readFileSync(join(folder, "model.onnx")), onnx)).toBe(0);
    model.dispose();
  });

  it.each(models)("$name answers any sound, silence included, and shares its frames", async (source) => {
    const model = await openModel(source);
    for (const samples of [testSignal(2), new Float32Array(32_000)]) {
      for (const { probabilities } of await predictClip({ samples, sampleRate: 16_000 }, inThread(model))) {
        expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      }
    }
    expect(planWindows(model.info.features, model.info.windowSec, model.info.stepSec).shared).toBeDefined();
    model.dispose();
  });

  it("digits hears what a voice says that it was not trained on", async () => {
    const model = await openModel(models.find(({ name }) => name === "digits") ?? models[0]);
    let right = 0;
    for (let digit = 0; digit < 10; digit++) {
      const clip = speakDigits(String(digit), { sampleRate: 16_000, seed: 1000 + digit });
      const samples = new Float32Array(16_000);
      samples.set(clip.samples.subarray(0, 16_000), Math.max(0, Math.floor((16_000 - clip.samples.length) / 2)));
      const [{ probabilities }] = await predictClip({ samples, sampleRate: 16_000 }, inThread(model));
      if (model.info.classes[probabilities.indexOf(Math.max(...probabilities))] === String(digit)) right++;
    }
    expect(right).toBeGreaterThanOrEqual(6);
    model.dispose();
  });
});
