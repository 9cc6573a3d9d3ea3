import { parseCsv } from "./parseCsv.js";

/** A column of numbers; NaN is missing. */
export interface NumberColumn {
  name: string;
  kind: "number";
  values: Float64Array;
}

/** A column of words; undefined is missing. */
export interface CategoryColumn {
  name: string;
  kind: "category";
  values: (string | undefined)[];
}

/** A column of a table: numbers with NaN for missing, or categories. */
export type Column = NumberColumn | CategoryColumn;

/** A table by columns. */
export interface Table {
  columns: Column[];
  rows: number;
}

/** Options of {@link parseTable}. */
export interface ParseTableOptions {
  /** Between the fields: ",", ";", tab, or " " for any blanks (default: the one that the first line has most of). */
  delimiter?: string;
  /** Does the first line hold the names? (default: yes, unless it holds a number) */
  header?: boolean;
  /** Names of the columns, where the file has none (default: c1, c2 …). */
  names?: readonly string[];
  /** What stands for a missing value (default: "", "NA", "NaN", "?", "null", "None"). */
  missing?: readonly string[];
}

/**
 * Reads a table from text: CSV, TSV, or columns with blanks between.
 *
 * A column is of numbers when every value that is there is one; else of words.
 *
 * @throws RangeError if a line has more or fewer fields than the others, or there is no line
 */
export function parseTable(text: string, options: ParseTableOptions = {}): Table {
  const { missing = ["", "NA", "NaN", "nan", "?", "null", "None"] } = options;
  const firstLine = text.slice(0, text.indexOf("\n") < 0 ? text.length : text.indexOf("\n"));
  const delimiter = options.delimiter ?? likelyDelimiter(firstLine);
  const lines = delimiter === " " ? splitBlanks(text) : parseCsv(text, { delimiter });
  if (lines.length === 0) throw new RangeError("parseTable: the text holds no line.");
  const hasHeader = options.header ?? !lines[0].some((field) => isNumber(field.trim()));
  const width = lines[0].length;
  const names = hasHeader
    ? lines[0].map((n, i) => n.trim() || `c${i + 1}`)
    : (options.names ?? lines[0].map((_, i) => `c${i + 1}`));
  const body = hasHeader ? lines.slice(1) : lines;
  const bad = body.findIndex((row) => row.length !== width);
  if (bad >= 0) {
    throw new RangeError(`parseTable: row ${bad + 1} has ${body[bad].length} fields, the first line has ${width}.`);
  }
  const gaps = new Set(missing);
  const columns = Array.from({ length: width }, (_, c) => toColumn(names[c] ?? `c${c + 1}`, body, c, gaps));
  return { columns, rows: body.length };
}

function toColumn(name: string, rows: string[][], c: number, gaps: ReadonlySet<string>): Column {
  const values = new Float64Array(rows.length);
  for (let r = 0; r < rows.length; r++) {
    const field = rows[r][c].trim();
    if (gaps.has(field)) {
      values[r] = Number.NaN;
      continue;
    }
    if (!isNumber(field)) {
      return {
        name,
        kind: "category",
        values: rows.map((row) => (gaps.has(row[c].trim()) ? undefined : row[c].trim())),
      };
    }
    values[r] = Number(field);
  }
  return { name, kind: "number", values };
}

const isNumber = (field: string): boolean => field !== "" && Number.isFinite(Number(field)) && !/^0[xob]/i.test(field);

const splitBlanks = (text: string): string[][] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => line.split(/\s+/));

function likelyDelimiter(line: string): string {
  const counts = [",", ";", "\t"].map((d) => [d, line.split(d).length - 1] as const);
  const [best, count] = counts.reduce((a, b) => (b[1] > a[1] ? b : a));
  return count > 0 ? best : /\S\s+\S/.test(line) ? " " : ",";
}
