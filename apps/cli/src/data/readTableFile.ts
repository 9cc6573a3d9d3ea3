import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Table } from "@earshot/models";
import { guessSeparator, readCsv } from "@earshot/models/tabular";
import { UserError } from "../cli/errors.js";
import { decodeText } from "./decodeText.js";
import { loadDuckDb } from "./duckDb.js";

/** Bytes from which a CSV file is worth DuckDB's start. */
const largeFile = 2 ** 25;

/** Does the name look like a table's? */
export const isTableName = (path: string): boolean => /\.(csv|tsv|tab|parquet)(\.gz)?$/i.test(path);

/**
 * Reads a table from a file: CSV and its kin (`,` `;` tab `|`), gzipped or not, or Parquet. Columns are numbers where every known cell is
 * one, else text; NA, NaN, null, ? and blank cells are missing. Parquet needs DuckDB; large CSV files go through it where it is installed.
 *
 * @param options.duckDbFrom bytes from which CSV files go through DuckDB (default 32 MiB)
 * @throws UserError in one sentence: no such file, ragged lines, two columns of one name, bytes that are no UTF-8, Parquet without DuckDB
 */
export async function readTableFile(path: string, { duckDbFrom = largeFile } = {}): Promise<Table> {
  const head = firstBytes(path);
  if (head.toString("latin1", 0, 4) === "PAR1") return readParquet(path);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  if (!packed && statSync(path).size >= duckDbFrom) {
    const table = await throughDuckDb(path, head);
    if (table) return table;
  }
  const bytes = packed ? gunzipSync(readFileSync(path)) : readFileSync(path);
  try {
    return readCsv(decodeText(bytes));
  } catch (error) {
    throw new UserError(`${path}: ${(error as Error).message.replace(/^readCsv: /, "")}`, { cause: error });
  }
}

async function readParquet(path: string): Promise<Table> {
  const duckDb = await loadDuckDb();
  if (!duckDb) {
    throw new UserError(
      `${path} is a Parquet file, which needs DuckDB: npm install @duckdb/node-api, or save it as CSV.`,
    );
  }
  try {
    return await duckDb.readParquet(path);
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new UserError(`${path} cannot be read as Parquet: ${reason.replace(/\.$/, "")}.`, { cause: error });
  }
}

/** What DuckDB refuses, our own reader reads, or refuses with the line. */
async function throughDuckDb(path: string, head: Buffer): Promise<Table | undefined> {
  const duckDb = await loadDuckDb();
  const [line] = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  const separator = guessSeparator(line);
  const names = line.split(separator).map((name, j) => name.trim().replace(/^"(.*)"$/, "$1") || `column${j + 1}`);
  // A first line cut short, with separators inside quotes or the same name twice, is one for our own reader.
  const odd = line.length >= headBytes / 2 || separator === " " || new Set(names).size < names.length;
  if (!duckDb || odd || names.some((name) => name.includes('"'))) return undefined;
  return duckDb.readCsv(path, { separator, names }).catch(() => undefined);
}

const headBytes = 65_536;

function firstBytes(path: string): Buffer {
  try {
    const file = openSync(path, "r");
    const head = Buffer.alloc(headBytes);
    const size = readSync(file, head, 0, headBytes, 0);
    closeSync(file);
    return head.subarray(0, size);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read: ${message}`;
    throw new UserError(`${path} ${reason}; name a CSV or Parquet file.`, { cause: error });
  }
}
