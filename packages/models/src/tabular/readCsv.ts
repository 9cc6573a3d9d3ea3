import type { Column, Table } from "../core/types.js";

/** Options of {@link readCsv} and {@link typeColumn}. */
export interface CsvOptions {
  /** Between cells; found by itself among , ; tab and | when left out; " " takes runs of blanks. */
  separator?: string;
  /** Whether the first row names the columns (default true). */
  header?: boolean;
  /** Names of the columns, in place of a header's. */
  names?: readonly string[];
  /** Cells that mean "missing", beside the empty one (default NA, NaN, null, ?). */
  missing?: readonly string[];
  /** Columns that hold text even if all their cells look like numbers. */
  text?: readonly string[];
}

const missingWords = ["NA", "NaN", "nan", "null", "?"];

/**
 * Reads comma-separated values into typed columns: numbers where every known cell is one, else text.
 *
 * Numbers may have a decimal comma (`1,5`, `1.234,5`) where every number of their column is written so and nothing speaks for thousands:
 * cells are parted by semicolons, or some comma is not followed by three digits.
 *
 * Quoted cells may hold separators, line ends and doubled quotes (RFC 4180).
 *
 * @throws RangeError naming the row, counted from 1 as in an editor, that has another number of cells or an open quote; or the name that two columns bear
 */
export function readCsv(
  text: string,
  { separator, header = true, names, missing = missingWords, text: asText = [] }: CsvOptions = {},
): Table {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const between = separator ?? guessSeparator(body);
  const rows = parseCells(body, between);
  const first = header ? rows.shift() : undefined;
  const width = names?.length ?? first?.cells.length ?? rows[0]?.cells.length ?? 0;
  if (width === 0) throw new RangeError("readCsv: the text holds no rows.");
  const labels = Array.from({ length: width }, (_, j) => (names ?? first?.cells)?.[j]?.trim() || `column${j + 1}`);
  const known = new Set<string>();
  const again = labels.find((label) => known.size === known.add(label).size);
  if (again !== undefined) {
    const advice = first && !names ? "; if that line holds data, put a line of names before it" : "";
    throw new RangeError(`readCsv: two columns are called "${again}"${advice}.`);
  }
  for (const { cells, line } of rows) {
    if (cells.length !== width) {
      throw new RangeError(
        `readCsv: line ${line} has ${cells.length} cells, ${width} were expected (${labels.slice(0, 3).join(", ")} …).`,
      );
    }
  }
  const columns = labels.map((name, j) =>
    typeColumn(
      name,
      rows.map((row) => row.cells[j]),
      { missing, text: asText, separator: between },
    ),
  );
  return { columns, rows: rows.length };
}

/** Cells of a column as numbers, where every known one is one, else as text; null and blank cells are missing. */
export function typeColumn(
  name: string,
  cells: readonly (string | null)[],
  { missing = missingWords, text = [], separator }: Pick<CsvOptions, "missing" | "text" | "separator"> = {},
): Column {
  const isMissing = new Set(["", ...missing]);
  const trimmed = cells.map((cell) => cell?.trim() ?? "");
  const numbers = text.includes(name)
    ? undefined
    : (toNumbers(trimmed, isMissing) ?? toNumbers(withPoints(trimmed, isMissing, separator), isMissing));
  if (numbers) return { name, type: "number", values: numbers };
  return { name, type: "text", values: trimmed.map((cell) => (isMissing.has(cell) ? null : cell)) };
}

const decimalComma = /^[+-]?(?!\d{4,}\.)\d+(?:\.\d{3})*(?:,\d+)?$/;

/** Cells with decimal commas as they are with points; undefined where one is written otherwise, or commas may part thousands. */
function withPoints(
  cells: readonly string[],
  isMissing: ReadonlySet<string>,
  separator: string | undefined,
): string[] | undefined {
  let sure = false;
  for (const cell of cells) {
    if (isMissing.has(cell)) continue;
    if (!decimalComma.test(cell)) return undefined;
    const comma = cell.indexOf(",");
    sure ||= comma >= 0 && (separator === ";" || cell.length - comma !== 4);
  }
  return sure
    ? cells.map((cell) => (isMissing.has(cell) ? cell : cell.replaceAll(".", "").replace(",", ".")))
    : undefined;
}

/** The cells as numbers, or undefined if one is none. */
function toNumbers(cells: readonly string[] | undefined, isMissing: ReadonlySet<string>): Float64Array | undefined {
  if (!cells) return undefined;
  const out = new Float64Array(cells.length);
  let known = false;
  for (const [i, cell] of cells.entries()) {
    const value = isMissing.has(cell) ? Number.NaN : Number(cell);
    if (Number.isNaN(value) && !isMissing.has(cell)) return undefined;
    if (!Number.isNaN(value)) known = true;
    out[i] = value;
  }
  return known ? out : undefined;
}

interface Row {
  cells: string[];
  line: number;
}

function parseCells(text: string, separator: string): Row[] {
  const blanks = separator === " ";
  const rows: Row[] = [];
  let cells: string[] = [];
  let line = 1;
  let startLine = 1;
  let i = 0;
  const endRow = (): void => {
    if (cells.length > 1 || cells[0]?.trim()) rows.push({ cells, line: startLine });
    cells = [];
  };
  while (i < text.length) {
    if (cells.length === 0) startLine = line;
    if (blanks) while (text[i] === " ") i++;
    let cell: string;
    if (text[i] === '"') {
      let end = i + 1;
      while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) {
        if (text[end] === "\n") line++;
        end += text[end] === '"' ? 2 : 1;
      }
      if (end >= text.length) throw new RangeError(`readCsv: a quote opened in line ${startLine} is never closed.`);
      cell = text.slice(i + 1, end).replaceAll('""', '"');
      i = end + 1;
    } else {
      const start = i;
      while (i < text.length && text[i] !== separator && text[i] !== "\n" && text[i] !== "\r") i++;
      cell = text.slice(start, i);
    }
    if (!blanks || cell !== "" || !/[\r\n]/.test(text[i] ?? "\n")) cells.push(cell);
    if (text[i] === separator) {
      i++;
      if (i === text.length && !blanks) cells.push("");
      continue;
    }
    if (text[i] === "\r") i++;
    if (text[i] === "\n") i++;
    else if (i < text.length && text[i - 1] !== "\r") {
      throw new RangeError(`readCsv: line ${line} has text after a closing quote.`);
    }
    line++;
    endRow();
  }
  endRow();
  return rows;
}

/** The separator that occurs most in the first line: , ; tab | or, where there is none of them, a blank. */
export function guessSeparator(text: string): string {
  const end = text.search(/[\r\n]/);
  const line = end < 0 ? text : text.slice(0, end);
  const counted = [",", ";", "\t", "|"].map((s) => ({ s, n: line.split(s).length }));
  const best = counted.reduce((a, b) => (b.n > a.n ? b : a));
  return best.n > 1 || !/\S +\S/.test(line) ? best.s : " ";
}
