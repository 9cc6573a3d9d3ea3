import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { type ArrowColumn, encodeArrow, joinArrow } from "../src/node.js";
import { temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const columns = (ids: string[], labels: (string | undefined)[]): ArrowColumn[] => [
  { name: "id", kind: "text", values: ids },
  { name: "label", kind: "text?", values: labels },
  { name: "rows", kind: "int", values: ids.map((_, i) => i) },
  { name: "durationSec", kind: "double", values: ids.map((_, i) => i + 0.1) },
  { name: "values", kind: "list", values: ids.map((_, i) => Float32Array.from({ length: i }, (_, k) => k / 4)) },
];
const metadata = { config: '{"kind":"mfcc"}' };
const fields = columns([], []).map(({ name, kind }) => ({ name, kind }));

/** Three rows, then none, then two: as the parts of one extraction. */
function joined(): string {
  const parts = [columns(["a", "b", "ü"], ["x", undefined, "y"]), columns([], []), columns(["d", "e"], ["x", "x"])].map(
    (part, i) => {
      const path = join(folder, `${i}.arrow`);
      writeFileSync(path, encodeArrow(part, metadata));
      return path;
    },
  );
  const path = join(folder, "all.arrow");
  joinArrow(parts, path, { fields, metadata });
  return path;
}

describe("encodeArrow", () => {
  it("keeps words that are missing apart from empty ones, and words about the file", () => {
    const table = tableFromIPC(encodeArrow(columns(["a", "b"], ["", undefined]), metadata));
    expect([...table].map((row) => row.label)).toEqual(["", null]);
    expect(table.schema.metadata.get("config")).toBe(metadata.config);
  });
});

describe("joinArrow", () => {
  it("joins parts into one file with a record batch each", () => {
    const table = tableFromIPC(readFileSync(joined()));
    expect(table.batches.map((batch) => batch.numRows)).toEqual([3, 0, 2]);
    expect([...table].map((row) => [row.id, row.label, row.rows, row.durationSec, [...row.values.toArray()]])).toEqual([
      ["a", "x", 0, 0.1, []],
      ["b", null, 1, 1.1, [0]],
      ["ü", "y", 2, 2.1, [0, 0.25]],
      ["d", "x", 0, 0.1, []],
      ["e", "x", 1, 1.1, [0]],
    ]);
  });

  it("refuses a part that is cut or has other fields, and leaves nothing behind", () => {
    const whole = encodeArrow(columns(["a"], ["x"]), metadata);
    const bad = join(folder, "bad.arrow");
    const path = join(folder, "never.arrow");
    writeFileSync(bad, whole.subarray(0, whole.length - 4));
    expect(() => joinArrow([bad], path, { fields, metadata })).toThrow(
      `joinArrow: ${bad} is cut; remove it, and it is made again.`,
    );
    writeFileSync(bad, encodeArrow(columns(["a"], ["x"]), { config: "another" }));
    expect(() => joinArrow([bad], path, { fields, metadata })).toThrow(
      `joinArrow: ${bad} is no Arrow file with the fields of the others.`,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith("never"))).toEqual([]);
  });

  const query = `
import json, sys, pyarrow.feather as feather
features = feather.read_table(sys.argv[1])
try:
    import duckdb
except ImportError:
    duckdb = None
sql = "select label, count(*), sum(len(values)) from features group by label order by label nulls last"
print(json.dumps({
    "config": features.schema.metadata[b"config"].decode(),
    "rows": features.to_pylist(),
    "sql": duckdb.sql(sql).fetchall() if duckdb else None,
}))`;
  const python = [process.env.EARSHOT_PEERS_PYTHON, "python3"].find(
    (name) => name && spawnSync(name, ["-c", "import pyarrow.feather"]).status === 0,
  );
  it.skipIf(!python)("writes what pyarrow and DuckDB read", () => {
    const { config, rows, sql } = JSON.parse(execFileSync(python!, ["-c", query, joined()], { encoding: "utf8" }));
    expect(config).toBe(metadata.config);
    expect(rows).toHaveLength(5);
    expect(rows[2]).toEqual({ id: "ü", label: "y", rows: 2, durationSec: 2.1, values: [0, 0.25] });
    if (sql)
      expect(sql).toEqual([
        ["x", 3, 1],
        ["y", 1, 2],
        [null, 1, 1],
      ]);
  });
});
