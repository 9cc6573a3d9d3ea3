import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFeatureCache } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import { afterAll, describe, expect, it, vi } from "vitest";
import { sentenceOf } from "../src/cli/errors.js";
import { silentScreen } from "../src/cli/screen.js";
import { extractCached } from "../src/features/extractCached.js";
import { createRunFolder } from "../src/run/runFolder.js";
import { train } from "../src/train/train.js";
import { digitFiles, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const go = (out: string, options: object = {}) =>
  train(smallRecipe({ report: { replicates: 0, worst: 0 } }), { out, screen: silentScreen, threads: 1, ...options });
const outcome = (out: string) => [
  readFileSync(join(out, "predictions.csv"), "utf8"),
  readFileSync(join(out, "model", "weights.safetensors"), "latin1"),
];
const whole = (async () => {
  await go(join(folder, "whole"));
  return outcome(join(folder, "whole"));
})();

/** A small disk of the test's own, where this process may mount one. */
const disk = join(folder, "disk");
mkdirSync(disk);
const mount = (...how: string[]): boolean => spawnSync("mount", [...how, disk]).status === 0;
const mounted = process.platform === "linux" && mount("-t", "tmpfs", "-o", "size=48k", "tmpfs");
afterAll(() => {
  if (mounted) spawnSync("umount", [disk]);
});

describe.skipIf(!mounted)("a disk", () => {
  it("that is full stops a run with a sentence and nothing half-written; with room it goes on to the same bits", async () => {
    const out = join(disk, "run");
    const stopped = await go(out).catch((error: unknown) => sentenceOf(error));
    expect(stopped).toMatch(/^The disk is full: .* could not be written; free some space or choose another folder/);
    for (const name of readdirSync(disk, { recursive: true, encoding: "utf8" })) {
      if (name.endsWith(".json")) JSON.parse(readFileSync(join(disk, name), "utf8"));
    }
    mount("-o", "remount,size=50m");
    await go(out, { resume: true });
    expect(outcome(out)).toEqual(await whole);
  });

  it("that may no longer be written to is named", async () => {
    mount("-o", "remount,ro");
    const stopped = await go(join(disk, "other")).catch((error: unknown) => sentenceOf(error));
    mount("-o", "remount,rw");
    expect(stopped).toMatch(/lies on a read-only file system; choose another folder with --out\.$/);
  });
});

describe("a clock", () => {
  it("that jumps back and forth changes no number", async () => {
    const real = Date.now();
    vi.useFakeTimers({ toFake: ["Date"] });
    let turn = 0;
    const jumps = setInterval(() => vi.setSystemTime(real + (turn++ % 3) * 3_600_000 - 5_400_000), 20);
    await go(join(folder, "jumping"));
    clearInterval(jumps);
    vi.useRealTimers();
    expect(turn).toBeGreaterThan(0);
    expect(outcome(join(folder, "jumping"))).toEqual(await whole);
  });
});

describe("two at once", () => {
  it("never share a run folder: one gets it, the other is told", async () => {
    const out = join(folder, "wanted");
    const ends = await Promise.allSettled([createRunFolder(out, "x"), createRunFolder(out, "x")]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [{ reason }] = ends.filter((end) => end.status === "rejected") as PromiseRejectedResult[];
    expect(reason.message).toBe(`${out} exists already; name a new folder with --out, or remove it first.`);
  });

  it("share a cache, also where one of them was killed while it wrote", async () => {
    const root = writeFiles(join(folder, "recordings"), await digitFiles(2));
    const items = readdirSync(join(root, "recordings")).map((id) => ({
      id,
      path: join(root, "recordings", id),
      load: () => Promise.reject(),
    }));
    const config: FeatureConfig = { kind: "mfcc", sampleRate: 8000, nFft: 256, hopLength: 128, nMels: 26, nMfcc: 13 };
    const dir = join(folder, "cache");
    const run = () => extractCached(items, { config, augment: null }, { threads: 1, cache: openFeatureCache({ dir }) });
    const [one, two] = await Promise.all([run(), run()]);
    const frames = (entries: object[]) => entries.map((entry) => ({ ...entry, seconds: 0 }));
    expect(frames(two.entries)).toEqual(frames(one.entries));
    const inCache = readdirSync(dir, { recursive: true, encoding: "utf8" });
    const shards = inCache.filter((name) => name.endsWith(".arrow"));
    expect(inCache.filter((name) => /[\\/]\.[^\\/]*$/.test(name))).toEqual([]);
    truncateSync(join(dir, shards[0]), 100);
    writeFileSync(join(dir, shards[0].replace(/[^\\/]+$/, ".half")), "half a shard");
    expect(frames((await run()).entries)).toEqual(frames(one.entries));
    expect((await run()).use?.items).toBe(8);
  });
});
