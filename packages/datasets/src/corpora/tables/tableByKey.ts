import type { Storage } from "../../storage/storage.js";
import { CorpusError } from "../types.js";
import { parseCsv } from "./parseCsv.js";

/**
 * Rows of a CSV file in a corpus, by the value of one column.
 *
 * @returns nothing where there is no such file
 * @throws CorpusError if the file has no such column
 */
export async function tableByKey(
  storage: Storage,
  name: RegExp,
  key: string,
): Promise<Map<string, Record<string, string>>> {
  const file = storage.files.find((f) => name.test(f));
  if (file === undefined) return new Map();
  const [header = [], ...rows] = parseCsv(new TextDecoder().decode(await storage.read(file)));
  const column = header.indexOf(key);
  if (column < 0) throw new CorpusError(`${file} has no column ${JSON.stringify(key)}, only ${header.join(", ")}.`);
  return new Map(rows.map((row) => [row[column], Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""]))]));
}
