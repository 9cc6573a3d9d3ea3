import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { loadDuckDb } from "../src/data/duckDb.js";
import { readTableFile } from "../src/data/readTableFile.js";

const folder = mkdtempSync(join(tmpdir(), "earshot-table-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const duckDb = await loadDuckDb();

describe("readTableFile", () => {
  const text = "age,job,pay\n30,clerk,1.5\n,smith,NA\n50,?,3e2\n";
  const columns = [
    { name: "age", type: "number", values: Float64Array.of(30, Number.NaN, 50) },
    { name: "job", type: "text", values: ["clerk", "smith", null] },
    { name: "pay", type: "number", values: Float64Array.of(1.5, Number.NaN, 300) },
  ];

  it("types the columns of CSV files, gzipped or not, in UTF-8 or UTF-16", async () => {
    const want = { rows: 3, columns };
    expect(await readTableFile(file("a.csv", text))).toEqual(want);
    expect(await readTableFile(file("a.csv.gz", gzipSync(text)))).toEqual(want);
    expect(await readTableFile(file("a16.csv", Buffer.from(`\uFEFF${text}`, "utf16le")))).toEqual(want);
  });

  it("takes a column with a single word among its numbers as words", async () => {
    const { columns } = await readTableFile(file("mixed.csv", "a,b\n1,2\nmany,3\n4,5\n"));
    expect(columns.map(({ type }) => type)).toEqual(["text", "number"]);
  });

  it("reads decimal commas where they can be nothing else", async () => {
    const typed = async (name: string, text: string) =>
      (await readTableFile(file(name, text))).columns.map(({ values }) => Array.from(values as ArrayLike<unknown>));
    const german = "a;b;c;d\n1,5;1.234,50;1,250;1,2,3\n-2;12;NA;2,0\n";
    expect(await typed("german.csv", german)).toEqual([
      [1.5, -2],
      [1234.5, 12],
      [1.25, Number.NaN],
      ["1,2,3", "2,0"],
    ]);
    // Between tabs, or in quotes, a comma before three digits may part thousands.
    expect(await typed("tabs.tsv", "a\tb\n1,25\t1,250\n3\t2,500\n")).toEqual([
      [1.25, 3],
      ["1,250", "2,500"],
    ]);
    expect(await typed("mixed.csv", "a;b\n1,5;x\n2.5;y\n")).toEqual([
      ["1,5", "2.5"],
      ["x", "y"],
    ]);
  });

  it.each([
    ["ragged.csv", "a,b\n1,2\n3\n", "line 3 has 1 cells, 2 were expected (a, b …)."],
    ["open.csv", 'a,b\n"1,2\n', "a quote opened in line 2 is never closed."],
    ["empty.csv", "", "the text holds no rows."],
    [
      "latin1.csv",
      Buffer.from("name,age\nAnn,30\nRenée,40\n", "latin1"),
      "line 3 holds the byte 0xe9 at place 4, which is no UTF-8; save the file as UTF-8.",
    ],
  ])("%s is refused with its line", async (name, content, sentence) => {
    const path = file(name, content);
    await expect(readTableFile(path)).rejects.toThrow(`${path}: ${sentence}`);
  });

  it("says what is not there", async () => {
    const path = join(folder, "no.csv");
    await expect(readTableFile(path)).rejects.toThrow(`${path} does not exist; name a CSV or Parquet file.`);
    await expect(readTableFile(folder)).rejects.toThrow(`${folder} is a folder; name a CSV or Parquet file.`);
  });
});

describe.skipIf(!duckDb)("with DuckDB", () => {
  it("gives CSV files the columns that our own reader gives", async () => {
    const rows = Array.from(
      { length: 200 },
      (_, i) => `${i},"a ""${i}"", b", ${i % 3 ? i / 7 : ""} ,${i % 5 ? "x" : "NA"}`,
    );
    const path = file("large.csv", `id,"words",share,letter\n${rows.join("\n")}\n`);
    expect(await readTableFile(path, { duckDbFrom: 0 })).toEqual(await readTableFile(path));
  });

  it("leaves ragged lines to our own reader, which names them", async () => {
    const path = file("raggedLarge.csv", "a,b\n1,2\n3\n");
    await expect(readTableFile(path, { duckDbFrom: 0 })).rejects.toThrow(`${path}: line 3 has 1 cells`);
  });

  it("reads Parquet: numbers and switches as numbers, the rest as words", async () => {
    const path = join(folder, "t.parquet");
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 1.5 AS a, 'x' AS "b c", DATE '2020-01-02' AS d, true AS t, 123456789012::BIGINT AS n
       UNION ALL SELECT NULL, NULL, NULL, false, 4) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    expect(await readTableFile(path)).toEqual({
      rows: 2,
      columns: [
        { name: "a", type: "number", values: Float64Array.of(1.5, Number.NaN) },
        { name: "b c", type: "text", values: ["x", null] },
        { name: "d", type: "text", values: ["2020-01-02", null] },
        { name: "t", type: "number", values: Float64Array.of(1, 0) },
        { name: "n", type: "number", values: Float64Array.of(123456789012, 4) },
      ],
    });
    const broken = file("broken.parquet", "PAR1 and nothing that follows");
    await expect(readTableFile(broken)).rejects.toThrow(/broken\.parquet cannot be read as Parquet: .*\.$/);
  });
});
