import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extractFeatures, type FeatureConfig } from "@earshot/dsp";
import { applyIsotonic, applyPlatt, applyTemperature } from "@earshot/metrics";
import { logisticRegression } from "@earshot/models";
import { saveModel } from "@earshot/models/folder";
import { afterAll, describe, expect, it } from "vitest";
import { inThread } from "../src/session/model.js";
import { openModel } from "../src/session/openModel.js";
import { predictClip } from "../src/session/predictClip.js";
import { logMel, silent, testSignal } from "./fixtures.js";
import { startServerHere } from "./hereThread.js";

const pooled: FeatureConfig = { ...logMel, pool: { statistics: ["mean"], segments: 1 } };
const clip = { samples: testSignal(2), sampleRate: 16_000 };
const root = mkdtempSync(join(tmpdir(), "earshot-live-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A weak model of noise against tone, so that its probabilities are neither 0 nor 1. */
async function trained(classes: readonly string[]) {
  const rows = Array.from({ length: 12 }, (_, i) => extractFeatures(testSignal(0.5 + 0.1 * i, 16_000, i + 1), pooled));
  const x = { data: Float32Array.from(rows.flatMap(({ data }) => [...data])), rows: 12, cols: rows[0].cols };
  const y = rows.map((_, i) => classes[i % classes.length]);
  return logisticRegression({ c: 1e-4 }).fit(x, y);
}

let folders = 0;
async function folder(classes: readonly string[], description: object): Promise<string> {
  const path = join(root, String(folders++));
  await saveModel(path, await trained(classes), { name: "m", features: pooled, ...description });
  return path;
}

async function answers(path: string) {
  const model = await openModel({ folder: path });
  return { info: model.info, said: await predictClip(clip, inThread(model)) };
}

const two = ["bonafide", "spoof"];
const platt = { kind: "platt", slope: 2.5, intercept: -0.7, priorLogOdds: 0.2 } as const;
const isotonic = {
  kind: "isotonic" as const,
  scores: [-3, 0, 3],
  probabilities: [0.05, 0.3, 0.9],
  priorLogOdds: 0,
};
const temperature = { kind: "temperature", temperature: 0.3 } as const;
const points = { eer: { score: 0, probability: 0.33, fnr: 0.1, fpr: 0.1 } };

describe("loadedModel", () => {
  it.each([
    ["spoof", platt],
    ["bonafide", platt],
    ["spoof", isotonic],
  ])("calibrates a detector of %s as its folder says, in the log-odds of the target", async (target, calibration) => {
    const raw = await answers(await folder(two, {}));
    const { said } = await answers(await folder(two, { decision: { items: 40, calibration, target } }));
    const c = two.indexOf(target);
    expect(said.length).toBe(raw.said.length);
    for (const [i, { probabilities }] of said.entries()) {
      const p = raw.said[i].probabilities[c];
      const score = Math.log(p / (1 - p));
      const want = calibration.kind === "platt" ? applyPlatt(calibration, score) : applyIsotonic(calibration, score);
      expect(Math.abs(probabilities[c] - want)).toBeLessThan(1e-9);
      expect(probabilities[0] + probabilities[1]).toBeCloseTo(1, 9);
      expect(Math.abs(want - p)).toBeGreaterThan(1e-3);
    }
  });

  it("brings several classes to the temperature that their folder says", async () => {
    const classes = ["a", "b", "c"];
    const raw = await answers(await folder(classes, {}));
    const { said, info } = await answers(await folder(classes, { decision: { items: 40, calibration: temperature } }));
    for (const [i, { probabilities }] of said.entries()) {
      const want = applyTemperature(temperature, raw.said[i].probabilities);
      for (const [c, p] of probabilities.entries()) expect(Math.abs(p - want[c])).toBeLessThan(1e-9);
    }
    expect(info).toMatchObject({ threshold: 0.6, ignore: [] });
  });

  it("takes a detector's own threshold and looks for its target alone, unless told otherwise", async () => {
    const decision = { items: 40, calibration: platt, target: "spoof", points, rule: "eer" };
    const own = await answers(await folder(two, { decision }));
    expect(own.info).toMatchObject({ threshold: 0.33, ignore: ["bonafide"] });
    const extra = { live: { threshold: 0.8, ignore: [] } };
    const told = await answers(await folder(two, { decision, extra }));
    expect(told.info).toMatchObject({ threshold: 0.8, ignore: [] });
    const uncalibrated = await answers(await folder(two, {}));
    expect(uncalibrated.info).toMatchObject({ threshold: 0.6, ignore: [] });
  });

  it("names what is wrong in a decision or a reference", async () => {
    const open = async (description: object) => openModel({ folder: await folder(two, description) });
    await expect(open({ decision: { calibration: { ...platt, slope: "steep" } } })).rejects.toThrow(
      /^loadedModel: m: decision\.calibration\.slope: .+\.$/,
    );
    await expect(open({ decision: { items: 40, calibration: platt, target: "forged" } })).rejects.toThrow(
      'loadedModel: m: decision.target "forged" must be one of two classes, got bonafide, spoof.',
    );
    await expect(open({ reference: { kind: "sound", items: 3, ranges: {} } })).rejects.toThrow(
      /^loadedModel: m: reference\.ranges\.levelDb: .+\.$/,
    );
  });
});

describe("startServer", () => {
  it("refuses a run whose features cannot be computed window by window, in one sentence", async () => {
    const features = { kind: "voice", sampleRate: 16_000, trimDb: 40, nMels: 40, nMfcc: 20, frames: null };
    const path = await folder(two, { features });
    await expect(startServerHere({ models: [{ folder: path }], page: false, logger: silent })).rejects.toThrow(
      /^loadedModel: m cannot listen live, its features cannot be computed window by window: kind must be one of .+, got voice\.$/,
    );
  });
});
