import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { assembleCorpus, type Corpus, CorpusError, type CorpusInfo, type Item } from "@earshot/datasets";
import { imdb, openStorage } from "@earshot/datasets/node";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import type { DataSpec } from "../recipe/schema.js";
import { decodeText } from "./decodeText.js";
import { isTableName, readTableFile } from "./readTableFile.js";
import { textColumn } from "./textColumn.js";

export type TextSpec = Extract<DataSpec, { kind: "texts" }>;

const own = { licence: "as its owner says", citation: "none", url: "none" };

const folderInfo: CorpusInfo = { name: "textFolder", title: "a folder of texts, one folder a class", ...own };

/**
 * Opens texts: film reviews by their layout, any folder or archive with one folder a class, or a table with a column of texts.
 *
 * Texts are read when they are needed; one that is empty, or no UTF-8, then fails with its name.
 *
 * @throws UserError or CorpusError in one sentence: nothing there, no text in it, a column that the table lacks
 */
export async function openTexts(spec: TextSpec, root: string): Promise<{ kind: string; corpus: Corpus<string> }> {
  if (isTableName(root)) return { kind: "textTable", corpus: await textTable(spec, root) };
  if (!spec.corpora.includes("imdb")) return { kind: "textFolder", corpus: await textFolder(root) };
  try {
    return { kind: "imdb", corpus: await imdb({ root }) };
  } catch (error) {
    if (!spec.corpora.includes("textFolder") || !(error instanceof CorpusError)) throw error;
    return { kind: "textFolder", corpus: await textFolder(root) };
  }
}

const parts: Readonly<Record<string, string>> = {
  train: "train",
  training: "train",
  test: "test",
  testing: "test",
  valid: "valid",
  validation: "valid",
  val: "valid",
  dev: "valid",
};

/** `kind/1.txt`, or `train/kind/1.txt` and `test/kind/2.txt`; files straight in a part, or in no folder, have no class. */
async function textFolder(root: string): Promise<Corpus<string>> {
  const storage = await openStorage(root);
  const files = storage.files.filter((file) => /\.(txt|text)$/i.test(file));
  if (files.length === 0) {
    const table = storage.files.find(isTableName);
    throw new UserError(
      `${root} holds no .txt file; ${table === undefined ? "texts lie in one folder a class, such as kind/1.txt" : `for the texts of a table name the file itself, as --data ${storage.path(table)}`}.`,
    );
  }
  const inParts = files.every((file) => file.includes("/") && Object.hasOwn(parts, file.split("/")[0].toLowerCase()));
  const items = files.map((file): Item<string> => {
    const folders = file.split("/").slice(0, -1);
    const label = folders[inParts ? 1 : 0];
    const path = storage.path(file);
    return {
      id: file,
      ...(label !== undefined && { label }),
      ...(inParts && { split: parts[folders[0].toLowerCase()] }),
      path,
      load: async () => filled(await readText(path, file), file),
    };
  });
  if (items.every(({ label }) => label === undefined))
    throw new UserError(`The texts in ${root} lie in no class folder; make one folder a class, such as kind/1.txt.`);
  return assembleCorpus(folderInfo, items, { source: root, expected: ".txt file" });
}

/** A row each; the other columns are attributes, so that a split can go by one of them. */
async function textTable({ text, target }: TextSpec, root: string): Promise<Corpus<string>> {
  const table = await readTableFile(root);
  const names = table.columns.map(({ name }) => name);
  if (!names.includes(target)) {
    const way = target === "label" ? "name the column to learn with --set data.target=COLUMN: " : "";
    throw new UserError(`${root} has no column "${target}"; ${way}${nearest(target, names)}`);
  }
  const texts = textColumn(table, { path: root, text, target });
  const others = table.columns.filter((column) => column !== texts);
  const digits = String(table.rows).length;
  const items = Array.from({ length: table.rows }, (_, i): Item<string> => {
    const facts = others.flatMap(({ name, values }) =>
      values[i] === null || Number.isNaN(values[i]) ? [] : [[name, values[i]] as const],
    );
    const attributes = Object.fromEntries(facts) as Record<string, string | number>;
    return {
      id: `row${String(i + 1).padStart(digits, "0")}`,
      ...(Object.hasOwn(attributes, target) && { label: String(attributes[target]) }),
      attributes,
      load: async () => filled(String(texts.values[i] ?? ""), `row ${i + 1} of ${root}`),
    };
  });
  const info = { name: "textTable", title: `${basename(root)}, texts of "${texts.name}"`, ...own };
  return assembleCorpus(info, items, { source: root, expected: "row" });
}

async function readText(path: string, name: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new UserError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

function filled(text: string, name: string): string {
  if (text.trim() === "") throw new UserError(`${name} holds no text.`);
  return text;
}
