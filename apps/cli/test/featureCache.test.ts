import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AudioClip, encodeWav } from "@earshot/datasets";
import { openFeatureCache } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import { describe, expect, it, vi } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { extractAll, isBroken } from "../src/features/extractAll.js";
import { extractCached } from "../src/features/extractCached.js";
import { featureConfig } from "../src/features/featureConfig.js";
import type { Job } from "../src/features/task.js";
import { train } from "../src/train/train.js";
import { digitFiles, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const config: FeatureConfig = { kind: "mfcc", sampleRate: 8000, nFft: 256, hopLength: 128, nMels: 26, nMfcc: 13 };
const augment = { copies: 2, transforms: [{ kind: "gain", gainDb: [-6, 6] }] } as unknown as Job["augment"];

async function recordings(name: string, more: Record<string, string> = {}) {
  const files: Record<string, AudioClip | string> = { ...(await digitFiles(2)), ...more };
  const root = writeFiles(join(folder, name), files);
  return Object.keys(files)
    .sort()
    .map((id) => ({ id, path: join(root, id), load: () => Promise.reject(new Error("not from here")) }));
}

/** What a run depends on: all but the time that it took. */
const numbers = (entries: Awaited<ReturnType<typeof extractAll>>) =>
  entries.map((entry) => (isBroken(entry) ? entry : { ...entry, seconds: 0 }));

describe("the feature cache of a run", () => {
  it("gives the same features and copies, bit for bit, as computing them", async () => {
    const items = await recordings("same", { "recordings/1_zed_0.wav": "no sound" });
    const cache = openFeatureCache({ dir: join(folder, "cache-same") });
    const job = { config, augment };
    const options = { threads: 1, seed: 7 };
    const plain = numbers(await extractAll(items, job, options));
    const first = await extractCached(items, job, { ...options, cache });
    expect(first.use).toEqual({ items: 0, savedSec: 0 });
    const seen: number[] = [];
    const onProgress = (done: number) => void seen.push(done);
    const second = await extractCached(items, job, { ...options, cache, onProgress });
    expect(second.use).toMatchObject({ items: 8 });
    expect(second.use?.savedSec).toBeGreaterThan(0);
    // The broken one is tried again.
    expect(seen).toEqual([8, 9]);
    for (const { entries } of [first, second]) expect(numbers(entries)).toEqual(plain);
  });

  it("takes copies drawn otherwise, other features and changed files for unknown", async () => {
    const items = await recordings("other");
    const cache = openFeatureCache({ dir: join(folder, "cache-other") });
    const found = async (job: Job, seed = 0) =>
      (await extractCached(items, job, { threads: 1, seed, cache })).use?.items;
    expect(await found({ config, augment })).toBe(0);
    expect(await found({ config, augment: null })).toBe(8);
    expect(await found({ config, augment }, 1)).toBe(0);
    expect(await found({ config: { ...config, nMfcc: 12 } as FeatureConfig, augment: null })).toBe(0);
    const { path } = items[0];
    writeFileSync(path, encodeWav({ samples: new Float32Array(4000).fill(0.25), sampleRate: 8000 }));
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    expect(await found({ config, augment: null })).toBe(7);
  });

  it("stops nobody where it cannot be written", async () => {
    const items = await recordings("stuck");
    const blocked = join(folder, "a-file");
    writeFileSync(blocked, "");
    const { entries, use } = await extractCached(
      items,
      { config, augment: null },
      { threads: 1, cache: openFeatureCache({ dir: join(blocked, "cache") }) },
    );
    expect(entries.some(isBroken)).toBe(false);
    expect(use?.trouble).toContain("goes through a file as if it were a folder");
  });

  it("serves the second training of a folder, which says so and ends the same", async () => {
    const root = writeFiles(join(folder, "train"), await digitFiles(3));
    vi.stubEnv("EARSHOT_CACHE", join(folder, "home"));
    const recipe = smallRecipe({ data: { kind: "recordings", corpora: ["freeSpokenDigits"], target: "digit" } });
    let said = "";
    const screen = createScreen({
      json: true,
      stdout: { write: () => true },
      stderr: { write: (text: string) => (said += text) },
    });
    const resolved = featureConfig(recipe.recipe.features, "recordings") as FeatureConfig;
    const run = async (name: string, cache: boolean) => {
      said = "";
      const { dir } = await train(recipe, { screen, data: root, threads: 1, cache, out: join(folder, name) });
      return readFileSync(join(dir, "predictions.csv"), "utf8");
    };
    const without = await run("run1", false);
    expect(said).not.toContain("cache");
    const items = readdirSync(join(root, "recordings")).map((name) => ({
      id: name,
      path: join(root, "recordings", name),
      load: () => Promise.reject(),
    }));
    await extractCached(items, { config: resolved, augment: null }, { threads: 1, cache: openFeatureCache() });
    expect(await run("run2", true)).toBe(without);
    expect(said).toMatch(/features: 12 of 12 out of the cache, .* s of work saved/);
    const facts = JSON.parse(readFileSync(join(folder, "run2", "run.json"), "utf8"));
    expect(facts.featureCache).toMatchObject({ items: 12 });
    vi.unstubAllEnvs();
  });
});
