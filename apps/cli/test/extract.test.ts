import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FeatureConfig } from "@earshot/dsp";
import { beforeAll, describe, expect, it } from "vitest";
import { createScreen } from "../src/cli/screen.js";
import { extractCommand } from "../src/commands/extract.js";
import { extractCorpus } from "../src/features/extractCorpus.js";
import { featureConfig } from "../src/features/featureConfig.js";
import type { PieceRunner } from "../src/queue/piece.js";
import { runHere } from "../src/queue/runHere.js";
import { shardSize } from "../src/queue/shards.js";
import { runWork } from "../src/queue/task.js";
import { digitFiles, scratchFolder, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const { signal } = new AbortController();
const config = { kind: "mfcc", sampleRate: 8000, nFft: 256, hopLength: 128, nMels: 26, nMfcc: 13 } as const;
let root: string;
let corpus: Parameters<typeof extractCorpus>[0];

beforeAll(async () => {
  root = writeFiles(join(folder, "digits"), await digitFiles(2));
  const items = readdirSync(join(root, "recordings"))
    .sort()
    .map((name) => ({ id: name, label: name[0], path: join(root, "recordings", name), load: () => Promise.reject() }));
  corpus = { items, title: "digits", licence: "none" };
});

const python = [process.env.EARSHOT_PEERS_PYTHON, "python3"].find(
  (name) => name && spawnSync(name, ["-c", "import pyarrow.feather"]).status === 0,
);

describe("earshot extract", () => {
  it("writes one file of all recordings, and clears its parts away", async () => {
    const out = join(folder, "all", "features.arrow");
    let text = "";
    const screen = createScreen({ json: true, stdout: { write: (part: string) => (text += part) } });
    const options = { out, set: ["features.nMfcc=12"], workers: 2 };
    await extractCommand("digits-svm", root, options, { screen, signal });
    const told = JSON.parse(text);
    expect(told).toMatchObject({ items: 8, broken: [], reused: 0, corpus: "Free Spoken Digit Dataset (FSDD)" });
    expect(readFileSync(out)).toHaveLength(told.bytes);
    expect(readFileSync(out).subarray(0, 6).toString()).toBe("ARROW1");
    expect(existsSync(`${out}.parts`)).toBe(false);
  });

  it("makes the features of a recipe whose rows pool by themselves, and says what is wrong before anything is made", async () => {
    const voice = featureConfig({ kind: "voice", sampleRate: 16_000 } as never, "recordings") as FeatureConfig;
    const out = join(folder, "voices.arrow");
    const made = await extractCorpus(corpus, { config: voice, skipBroken: false, out, runner: runHere(1) });
    expect(made).toMatchObject({ items: 8, broken: [] });
    const failing = extractCorpus(corpus, {
      config,
      skipBroken: false,
      out: join(folder, "never.arrow"),
      runner: () => Promise.reject(new Error("no runner")),
    });
    await expect(failing).rejects.toThrow("no runner");
    const missing = { ...corpus, items: [{ ...corpus.items[0], path: join(folder, "nowhere.wav") }] };
    const options = { config, skipBroken: false, out: join(folder, "none.arrow"), runner: runHere(1) };
    await expect(extractCorpus(missing, options)).rejects.not.toThrow("are gone");
  });

  it("goes on where it was stopped, and ends with the same file, bit for bit", async () => {
    const whole = join(folder, "whole.arrow");
    const many = { ...corpus, items: Array.from({ length: 300 }, (_, i) => ({ ...corpus.items[i % 8], id: `i${i}` })) };
    const options = { config, skipBroken: false };
    await extractCorpus(many, { ...options, out: whole, runner: runHere(1) });
    const out = join(folder, "resumed.arrow");
    const dying: PieceRunner = async (pieces, { onResult }) => {
      await onResult((await runWork(pieces[1].work)) as never);
      throw new Error("killed");
    };
    await expect(extractCorpus(many, { ...options, out, runner: dying })).rejects.toThrow("killed");
    const seen: number[] = [];
    const { reused } = await extractCorpus(many, {
      ...options,
      out,
      runner: runHere(1),
      onProgress: (done) => seen.push(done),
    });
    expect(reused).toBe(128);
    expect(seen).toEqual([128, 256, 300]);
    expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
  });

  it("takes a thousand files a shard of long lists, fewer of short ones, and up to five of very long ones", () => {
    const sizes = [10, 5000, 20_000, 64_000, 1e6, 20e6, 50e6, 1e8].map(shardSize);
    expect(sizes).toEqual([128, 128, 313, 1000, 1000, 1000, 2500, 5000]);
  });

  it("names what is broken, and leaves it out when told to", async () => {
    const path = join(folder, "not.wav");
    writeFileSync(path, "no sound");
    const mixed = { ...corpus, items: [...corpus.items, { id: "zed", path, load: () => Promise.reject() }] };
    const out = join(folder, "mixed.arrow");
    const options = { out, config, runner: runHere(1) };
    await expect(extractCorpus(mixed, { ...options, skipBroken: false })).rejects.toThrow(
      /^1 of 9 recordings cannot be used, the first because zed: .*; mend or remove them, or leave them out with --skip-broken: what is done stays done\.$/,
    );
    expect(existsSync(out)).toBe(false);
    expect(await extractCorpus(mixed, { ...options, skipBroken: true })).toMatchObject({ items: 8, reused: 9 });
  });

  it("says so when a recipe makes no features", async () => {
    const screen = createScreen({ json: true });
    await expect(extractCommand("sentiment", root, { out: "x", set: [] }, { screen, signal })).rejects.toThrow(
      "This recipe reads texts, tables or pictures; name one that makes features of recordings.",
    );
  });

  it.skipIf(!python)("writes what pyarrow reads", async () => {
    const out = join(folder, "py.arrow");
    await extractCorpus(corpus, { out, config, runner: runHere(1), skipBroken: false });
    const script = `
import json, sys, pyarrow.feather as feather
table = feather.read_table(sys.argv[1])
names = json.loads(table.schema.metadata[b"names"])
print(json.dumps([len(names), [[r["id"], r["label"], r["cols"], len(r["values"]) == r["rows"] * r["cols"]] for r in table.to_pylist()]]))`;
    const [names, rows] = JSON.parse(execFileSync(python as string, ["-c", script, out], { encoding: "utf8" }));
    expect(names).toBe(13);
    expect(rows).toEqual(corpus.items.map(({ id, label }) => [id, label, 13, true]));
  });
});
