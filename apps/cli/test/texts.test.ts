import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openData } from "../src/data/openData.js";
import { judgeFiles } from "../src/predict/judgeFiles.js";
import { recipeSchema } from "../src/recipe/schema.js";
import { openModel } from "../src/run/trainedRun.js";
import { train } from "../src/train/train.js";
import { quiet, scratchFolder, smallRecipe, writeFiles } from "./helpers.js";

const folder = scratchFolder();
const words = { gut: ["schön 😀", "prima", "очень хорошо"], schlecht: ["öde", "furchtbar 😡", "очень плохо"] };
const line = (label: keyof typeof words, i: number): string =>
  `Film ${i}, im Kino gesehen: ${words[label][i % 3]} und ${words[label][(i + 1) % 3]}.`;

const recipe = (data: Record<string, unknown> = {}) =>
  smallRecipe({
    data: { kind: "texts", ...data },
    split: { by: "predefined", otherwise: "item" },
    features: null,
    preprocess: [{ kind: "tfidfVectorizer" }],
    report: { replicates: 20, worst: 0 },
  });

const write = (name: string, files: Record<string, string>): string => writeFiles(join(folder, name), files);

/** A table with separators, quotes and line ends inside its texts. */
function table(name: string, more: readonly string[] = []): string {
  const rows = Array.from({ length: 24 }, (_, i) => {
    const label = i % 2 ? "gut" : "schlecht";
    return `${i};"${line(label, i)}\n""Zitat""; ${i}";${label};autor${i % 4}`;
  });
  return join(write("tables", { [name]: `﻿nr;Kritik;Urteil;Autor\n${[...rows, ...more].join("\n")}\n` }), name);
}

describe("texts of one's own", () => {
  it("are learned from one folder a class, empty and undecodable ones by name", async () => {
    const files = (["gut", "schlecht"] as const).flatMap((label) =>
      Array.from({ length: 12 }, (_, i) => [`${label}/Text ${i}.txt`, line(label, i)] as const),
    );
    const data = write("folder", { ...Object.fromEntries(files), "gut/leer.txt": " \n", "gut/.versteckt.txt": "x" });
    writeFileSync(join(data, "gut/latin.txt"), Buffer.from("schön", "latin1"));
    const options = { ...quiet, data, threads: 1, out: join(folder, "run") };
    await expect(train(recipe(), options)).rejects.toThrow(
      /^2 of 26 items cannot be used, the first because gut\/latin\.txt: line 1 holds the byte 0xf6 .*--skip-broken\.$/,
    );
    const { metrics } = await train(recipe(), { ...options, skipBroken: true });
    expect(metrics.data).toMatchObject({ kind: "textFolder", items: 24, classes: 2, broken: 2 });
    expect(metrics.metrics.accuracy.value).toBe(1);
  });

  it("are learned from a column of a table, and rows of another table are judged one by one", async () => {
    const data = table("kritiken.csv", ["90;ohne Urteil;;autor1"]);
    const { dir, metrics } = await train(recipe({ target: "Urteil" }), {
      ...quiet,
      data,
      threads: 1,
      out: join(folder, "rows"),
    });
    expect(metrics.data).toMatchObject({ title: 'kritiken.csv, texts of "Kritik"', items: 24, unlabelled: 1 });
    expect(readFileSync(join(dir, "report.html"), "utf8")).toContain("1 more item has no class: it was left out");
    const fresh = join(
      write("fresh", { "neu.tsv": `wer\tText\na\t${line("gut", 1)}\nb\t${line("schlecht", 2)}\n` }),
      "neu.tsv",
    );
    const trained = await openModel(dir);
    const { predictions } = await judgeFiles(trained, [{ name: fresh, path: fresh }], { anyway: true });
    trained.model.dispose();
    expect(predictions.map(({ file, class: label }) => [file, label])).toEqual([
      [`${fresh}:1`, "gut"],
      [`${fresh}:2`, "schlecht"],
    ]);
    expect(predictions[0].words?.length).toBeGreaterThan(0);
  });

  it("can be split by another column of the table", async () => {
    const { data: spec } = recipeSchema.parse({ ...recipe().recipe, data: { kind: "texts", target: "Urteil" } });
    const { items } = await openData(spec, { root: table("autoren.csv"), seed: 0 });
    expect(items[3]).toMatchObject({ id: "row04", label: "gut", attributes: { nr: 3, Autor: "autor3" } });
  });

  it("say what is missing", async () => {
    const open = (root: string, data: Record<string, unknown> = {}) =>
      openData(recipe(data).recipe.data, { root, seed: 0 });
    const csv = table("fehlt.csv");
    await expect(open(csv)).rejects.toThrow(
      `${csv} has no column "label"; name the column to learn with --set data.target=COLUMN: known are Autor, Kritik, Urteil, nr.`,
    );
    await expect(open(csv, { target: "Urteil", text: "Kritk" })).rejects.toThrow(
      `${csv} has no column "Kritk"; did you mean "Kritik"?`,
    );
    await expect(open(csv, { target: "Urteil", text: "Urteil" })).rejects.toThrow(
      'data.text and data.target both name "Urteil"; what is learned from must be another column.',
    );
    const numbers = join(write("numbers", { "n.csv": "x,label\n1,a\n2,b\n" }), "n.csv");
    await expect(open(numbers)).rejects.toThrow(
      `${numbers} has no column of texts beside "label"; its columns are x, label.`,
    );
    await expect(open(join(folder, "numbers"))).rejects.toThrow(
      `${join(folder, "numbers")} holds no .txt file; for the texts of a table name the file itself, as --data ${numbers}.`,
    );
    const flat = write("flat", { "1.txt": "a", "2.txt": "b" });
    await expect(open(flat)).rejects.toThrow(
      `The texts in ${flat} lie in no class folder; make one folder a class, such as kind/1.txt.`,
    );
  });
});
