import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { openStorage } from "../../storage/storage.js";
import type { CorpusOptions } from "../options.js";
import { CorpusError, type CorpusInfo } from "../types.js";
import { type Column, type ParseTableOptions, parseTable, type Table } from "./table.js";

export const giveMeSomeCreditInfo: CorpusInfo = {
  name: "giveMeSomeCredit",
  title: "Give Me Some Credit",
  licence: "competition rules of Kaggle",
  citation: "Credit Fusion, Cukierski, W. (2011). Give Me Some Credit. Kaggle.",
  url: "https://www.kaggle.com/c/GiveMeSomeCredit",
};

export const creditCardDefaultInfo: CorpusInfo = {
  name: "creditCardDefault",
  title: "Default of credit card clients",
  licence: "CC BY 4.0",
  citation:
    "Yeh, I-C., Lien, C. (2009). The comparisons of data mining techniques for the predictive accuracy of probability of default of credit card clients. Expert Systems with Applications 36(2).",
  url: "https://archive.ics.uci.edu/dataset/350/default+of+credit+card+clients",
};

export const germanCreditInfo: CorpusInfo = {
  name: "germanCredit",
  title: "Statlog (German Credit Data)",
  licence: "CC BY 4.0",
  citation: "Hofmann, H. (1994). Statlog (German Credit Data). UCI Machine Learning Repository, doi:10.24432/C5NC77.",
  url: "https://archive.ics.uci.edu/dataset/144/statlog+german+credit+data",
};

/** A table with what is to be predicted from it. */
export interface TableCorpus extends CorpusInfo {
  table: Table;
  /** Column to predict, as words: one of `classes`. */
  target: string;
  classes: string[];
  /** Class that the question is about, such as a loan that was not paid back. */
  posLabel: string;
}

/**
 * Reads a table from a file: `.csv`, `.tsv`, `.data`, packed with gzip or not.
 *
 * @throws CorpusError naming the file, if it is not there or its lines do not fit together
 */
export function readTable(path: string, options: ParseTableOptions = {}): Table {
  try {
    const bytes = readFileSync(path);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    return parseTable(plain.toString("utf8"), options);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? "does not exist"
        : `cannot be read: ${(error as Error).message.replace(/\.$/, "")}`;
    throw new CorpusError(`${path} ${reason}.`, { cause: error });
  }
}

const germanNames = [
  "status",
  "duration",
  "creditHistory",
  "purpose",
  "amount",
  "savings",
  "employment",
  "installmentRate",
  "personalStatus",
  "otherDebtors",
  "residenceSince",
  "property",
  "age",
  "otherPlans",
  "housing",
  "existingCredits",
  "job",
  "dependents",
  "telephone",
  "foreignWorker",
  "risk",
];

/**
 * Statlog German credit: 1,000 loans, 20 features, bad risk or good; the blank-separated `german.data`.
 *
 * @throws CorpusError if there is no such file below the root
 */
export async function germanCredit({ root, cacheDir }: CorpusOptions): Promise<TableCorpus> {
  const path = await findTable("germanCredit", root, cacheDir, /(^|\/)german\.data$/i);
  const table = readTable(path, { delimiter: " ", header: false, names: germanNames });
  return finish(table, "risk", { "1": "good", "2": "bad" }, "bad", germanCreditInfo);
}

/**
 * Default of credit card clients: 30,000 clients in Taiwan, 23 features; `UCI_Credit_Card.csv`.
 *
 * @throws CorpusError if there is no such file below the root
 */
export async function creditCardDefault({ root, cacheDir }: CorpusOptions): Promise<TableCorpus> {
  const path = await findTable("creditCardDefault", root, cacheDir, /(^|\/)UCI_Credit_Card\.csv(\.gz)?$/i);
  const table = without(readTable(path), "ID");
  return finish(table, "default.payment.next.month", { "0": "paid", "1": "default" }, "default", creditCardDefaultInfo);
}

/**
 * Give Me Some Credit: 150,000 borrowers, ten features with missing values; `cs-training.csv`.
 *
 * @throws CorpusError if there is no such file below the root
 */
export async function giveMeSomeCredit({ root, cacheDir }: CorpusOptions): Promise<TableCorpus> {
  const path = await findTable("giveMeSomeCredit", root, cacheDir, /(^|\/)cs-training\.csv(\.gz)?$/i);
  const table = without(readTable(path, { header: true }), "c1");
  return finish(table, "SeriousDlqin2yrs", { "0": "paid", "1": "delinquent" }, "delinquent", giveMeSomeCreditInfo);
}

const without = (table: Table, name: string): Table => ({
  ...table,
  columns: table.columns.filter((c) => c.name !== name),
});

async function findTable(name: string, root: string, cacheDir: string | undefined, pattern: RegExp): Promise<string> {
  // A file itself may be named, and a folder of many corpora has them in "credit".
  if (pattern.test(root)) return root;
  const storage = await openStorage(root, { cacheDir, names: /credit/i });
  const file = storage.files.find((f) => pattern.test(f));
  if (file === undefined)
    throw new CorpusError(`${name}: found no file like ${pattern.source.replace(/[\\^$()|?]/g, "")} in ${root}.`);
  return storage.path(file);
}

function finish(
  table: Table,
  target: string,
  names: Record<string, string>,
  posLabel: string,
  info: CorpusInfo,
): TableCorpus {
  const index = table.columns.findIndex((c) => c.name === target);
  if (index < 0)
    throw new CorpusError(
      `${info.name}: the table has no column ${target}, only ${table.columns.map((c) => c.name).join(", ")}.`,
    );
  const column = table.columns[index];
  const values = Array.from(column.values as ArrayLike<unknown>, (v) => names[String(v)]);
  const bad = values.indexOf(undefined as unknown as string);
  if (bad >= 0) {
    throw new CorpusError(
      `${info.name}: ${target} of row ${bad + 1} must be ${Object.keys(names).join(" or ")}, got ${String(column.values[bad])}.`,
    );
  }
  const columns = table.columns.map((c, i): Column => (i === index ? { name: target, kind: "category", values } : c));
  return { ...info, table: { ...table, columns }, target, classes: Object.values(names), posLabel };
}
