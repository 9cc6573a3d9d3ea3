import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFeatureCache } from "../src/node.js";
import { temporaryFolder } from "./support.js";

const folder = temporaryFolder();
let made = 0;
const fresh = (): string => {
  const dir = join(folder, `cache${made++}`);
  mkdirSync(dir);
  return dir;
};
const matrix = (rows: number, cols: number, first = 0) => ({
  rows,
  cols,
  data: Float32Array.from({ length: rows * cols }, (_, i) => first + i / 8),
});
const file = (dir: string, name: string, content = "sound"): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
const shardsOf = (dir: string): string[] =>
  readdirSync(dir, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".arrow"));

describe("openFeatureCache", () => {
  const config = { kind: "mfcc", nMfcc: 13 };

  it("gives back what was written, and the seconds it saves", async () => {
    const dir = fresh();
    const items = ["a", "b"].map((id) => ({ id, path: file(dir, `${id}.wav`) }));
    const entries = items.map((item, i) => ({
      item,
      audio: `hash${i}`,
      matrix: matrix(3 + i, 13, i),
      durationSec: 2.1,
      seconds: 0.25,
    }));
    openFeatureCache({ dir }).write(entries, config);
    const { found, savedSec } = openFeatureCache({ dir }).read(items, { nMfcc: 13, kind: "mfcc" });
    expect(savedSec).toBe(0.5);
    for (const { item, matrix } of entries) {
      const { matrix: read, ...rest } = found.get(item.id)!;
      expect(rest).toEqual({ audio: `hash${item.id === "a" ? 0 : 1}`, durationSec: 2.1 });
      expect([read.rows, read.cols]).toEqual([matrix.rows, matrix.cols]);
      expect([...read.data]).toEqual([...matrix.data]);
    }
  });

  it("knows nothing of another configuration, a changed file or an unknown one", async () => {
    const dir = fresh();
    const item = { id: "a", path: file(dir, "a.wav") };
    const cache = openFeatureCache({ dir });
    cache.write([{ item, audio: "x", matrix: matrix(1, 2), durationSec: 2.1, seconds: 1 }], config);
    expect(cache.read([item], { ...config, nMfcc: 20 }).found.size).toBe(0);
    expect(cache.read([{ id: "b", path: file(dir, "b.wav") }], config).found.size).toBe(0);
    file(dir, "a.wav", "other sound");
    expect(openFeatureCache({ dir }).read([item], config).found.size).toBe(0);
  });

  it("finds the same sound under another name by its fingerprint", async () => {
    const cache = openFeatureCache({ dir: fresh() });
    cache.write([{ item: { id: "a" }, audio: "x", matrix: matrix(2, 2), durationSec: 2.1, seconds: 1 }], config);
    const { found } = cache.read(
      [{ id: "copy1" }, { id: "copy2" }, { id: "new" }],
      config,
      new Map([
        ["copy1", "x"],
        ["copy2", "x"],
      ]),
    );
    expect([...found.keys()]).toEqual(["copy1", "copy2"]);
  });

  it("holds features of no frames", async () => {
    const cache = openFeatureCache({ dir: fresh() });
    cache.write([{ item: { id: "a" }, audio: "x", matrix: matrix(0, 13), durationSec: 2.1, seconds: 0 }], config);
    expect(cache.read([{ id: "a" }], config, new Map([["a", "x"]])).found.get("a")?.matrix).toMatchObject({
      rows: 0,
      cols: 13,
    });
  });

  it("throws away first what was read longest ago", async () => {
    const dir = fresh();
    const cache = openFeatureCache({ dir, maxBytes: 60_000 });
    const hashes = ["x", "y", "z"];
    for (const [i, audio] of hashes.entries()) {
      cache.write([{ item: { id: audio }, audio, matrix: matrix(500, 13), durationSec: 2.1, seconds: 1 }], config);
      if (i === 0) {
        const old = new Date(Date.now() - 60_000);
        for (const name of shardsOf(dir)) utimesSync(join(dir, name), old, old);
      }
    }
    expect(cache.size()).toBeLessThan(60_000);
    const { found } = cache.read(
      hashes.map((id) => ({ id })),
      config,
      new Map(hashes.map((h) => [h, h])),
    );
    expect([...found.keys()].sort()).toEqual(["y", "z"]);
  });

  it("takes a damaged file for none, and removes it", async () => {
    const dir = fresh();
    const cache = openFeatureCache({ dir });
    cache.write([{ item: { id: "a" }, audio: "x", matrix: matrix(100, 2), durationSec: 2.1, seconds: 1 }], config);
    const [shard] = shardsOf(dir);
    writeFileSync(join(dir, shard), "ARROW1 but cut");
    expect(cache.read([{ id: "a" }], config, new Map([["a", "x"]])).found.size).toBe(0);
    expect(shardsOf(dir)).toEqual([]);
  });

  it("serves many writers and readers of one folder", async () => {
    const dir = fresh();
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const cache = openFeatureCache({ dir });
        cache.write(
          [{ item: { id: `i${i}` }, audio: `h${i % 4}`, matrix: matrix(10, 2, i % 4), durationSec: 2.1, seconds: 0 }],
          config,
        );
        const { found } = cache.read([{ id: "any" }], config, new Map([["any", `h${i % 4}`]]));
        expect(found.get("any")?.matrix.data[0]).toBe(i % 4);
      }),
    );
    expect(shardsOf(dir)).toHaveLength(4);
  });

  const python = [process.env.EARSHOT_PEERS_PYTHON, "python3"].find(
    (name) => name && spawnSync(name, ["-c", "import pyarrow.feather"]).status === 0,
  );
  it.skipIf(!python)("writes files that pyarrow reads", async () => {
    const dir = fresh();
    openFeatureCache({ dir }).write(
      [
        { item: { id: "a" }, audio: "x", matrix: matrix(2, 3), durationSec: 2.1, seconds: 0.5 },
        { item: { id: "ä" }, audio: "y", matrix: matrix(1, 3, 9), durationSec: 2.1, seconds: 0.5 },
      ],
      config,
    );
    const script = "import sys,json,pyarrow.feather as f; print(json.dumps(f.read_table(sys.argv[1]).to_pylist()))";
    const rows = JSON.parse(execFileSync(python!, ["-c", script, join(dir, shardsOf(dir)[0])], { encoding: "utf8" }));
    expect(rows).toEqual([
      {
        audio: "x",
        id: "a",
        rows: 2,
        cols: 3,
        durationSec: 2.1,
        seconds: 0.5,
        values: [0, 0.125, 0.25, 0.375, 0.5, 0.625],
      },
      { audio: "y", id: "ä", rows: 1, cols: 3, durationSec: 2.1, seconds: 0.5, values: [9, 9.125, 9.25] },
    ]);
  });
});
