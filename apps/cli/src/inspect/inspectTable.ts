import { basename, resolve } from "node:path";
import type { Table } from "@earshot/models";
import { type ColumnProfile, profileTable, type TableProfile } from "@earshot/models/tabular";
import { correlationHeatmap, perClassBars, scoreHistogram, targetDistribution } from "@earshot/plots";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import { axisNames } from "../cli/shortName.js";
import { readTableFile } from "../data/readTableFile.js";
import { type Html, html } from "../report/html.js";
import { drawPanels, type Fact, factTable, type Inspection, noteList, type Panel, pageOf } from "./inspectPage.js";
import { classOfRows, numberSpark, sparkStyle, wordSpark } from "./sparks.js";
import { guessTarget, tableNotes } from "./tableNotes.js";

/** Columns shown at most. */
const shownColumns = 200;
/** Values of a target that are classes rather than a quantity. */
const mostClasses = 30;

/**
 * A table at a look: types, missing values, repeats, distributions, what is to be learned, correlations.
 *
 * @param target column to be learned (default: guessed from names and values; none where nothing fits)
 * @throws UserError if there is no such column; or if the file is no table
 */
export async function inspectTable(path: string, { target: asked }: { target?: string } = {}): Promise<Inspection> {
  const table = await readTableFile(resolve(path));
  if (table.rows === 0) throw new UserError(`${path} has a header, but no rows.`);
  const names = table.columns.map(({ name }) => name);
  if (asked !== undefined && !names.includes(asked))
    throw new UserError(`${path} has no column "${asked}"; ${nearest(asked, names)}`);
  const first = profileTable(table);
  const target = asked ?? guessTarget(first);
  const profile: TableProfile = target === undefined ? first : profileTable(table, { target });
  const drawn = await drawPanels([
    ...targetPanel(table, profile),
    ...missingPanel(profile),
    ...correlationPanel(profile),
  ]);
  const guessed = target !== undefined && asked === undefined;
  const body = html`${factTable(tableFacts(profile, guessed))}${noteList(tableNotes(profile))}${columnTable(table, profile)}${drawn.html}`;
  const { correlations, ...facts } = profile;
  return {
    ...pageOf("A table", basename(path), body, sparkStyle),
    pictures: drawn.pictures,
    facts: {
      file: path,
      ...facts,
      columnCount: facts.columns.length,
      correlations: { names: correlations.names, values: rowsOf(correlations.values) },
    },
  };
}

/** NaN, which JSON has not, as null. */
const rowsOf = ({ data, rows, cols }: { data: ArrayLike<number>; rows: number; cols: number }): (number | null)[][] =>
  Array.from({ length: rows }, (_, r) =>
    Array.from({ length: cols }, (_, c) => {
      const value = data[r * cols + c];
      return Number.isNaN(value) ? null : Number(value.toFixed(6));
    }),
  );

function tableFacts(profile: TableProfile, guessed: boolean): Fact[] {
  const { rows, columns, missingCells, completeRows, duplicateRows, target } = profile;
  const numbers = columns.filter(({ type }) => type === "number").length;
  const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  return [
    { name: "rows", value: rows.toLocaleString("en"), meaning: "Examples to learn from and to be judged on." },
    {
      name: "columns",
      value: String(columns.length),
      meaning: `${numbers} of numbers, ${columns.length - numbers} of words.`,
    },
    {
      name: "missing",
      value: share(missingCells, rows * columns.length),
      meaning: `Of all cells; ${share(completeRows, rows)} of the rows are complete.`,
    },
    {
      name: "repeats",
      value: duplicateRows.toLocaleString("en"),
      meaning: "Rows that equal an earlier one in every column; copies on both sides of a split make figures too good.",
    },
    ...(target
      ? [
          {
            name: "to be learned",
            value: target.name,
            meaning: `${balance(target.counts, rows)}${guessed ? " Guessed: name another column with --target." : ""}`,
          },
        ]
      : [{ name: "to be learned", value: "not known", meaning: "Name the column with --target to see its balance." }]),
  ];
}

function balance(counts: readonly { value: string; count: number }[], rows: number): string {
  if (counts.length > mostClasses) return `A quantity with ${counts.length.toLocaleString("en")} different values.`;
  const parts = counts.slice(0, 4).map(({ value, count }) => `${value} ${((100 * count) / rows).toFixed(1)} %`);
  return `${counts.length} classes: ${parts.join(", ")}${counts.length > 4 ? " …" : ""}.`;
}

function targetPanel(table: Table, { target }: TableProfile): Panel[] {
  if (!target) return [];
  const column = table.columns.find(({ name }) => name === target.name);
  if (target.counts.length > mostClasses && column?.type !== "number") return [];
  return [
    {
      title: "Target",
      explanation:
        "What is to be learned: where one class is rare, a model that never names it is often right; judge by balanced accuracy or area under the curve.",
      spec: (theme) =>
        target.counts.length <= mostClasses
          ? targetDistribution(
              target.counts.map(({ value, count }) => ({ label: value, count })),
              { theme },
            )
          : scoreHistogram([{ name: target.name, scores: column?.values as ArrayLike<number> }], {
              xTitle: target.name,
              theme,
            }),
    },
  ];
}

function missingPanel({ columns, rows }: TableProfile): Panel[] {
  const gaps = columns.filter(({ missing }) => missing > 0).sort((a, b) => b.missing - a.missing);
  if (gaps.length === 0) return [];
  return [
    {
      title: "Missing values",
      explanation:
        "Share of each column's cells that are empty; why they are empty often tells as much as the values: keep a column that says so.",
      spec: (theme) =>
        perClassBars(
          gaps.slice(0, 40).map(({ name, missing }) => ({ label: name, value: missing / rows })),
          { metric: "Missing", theme },
        ),
    },
  ];
}

function correlationPanel({ correlations: { names, values } }: TableProfile): Panel[] {
  if (names.length < 2) return [];
  return [
    {
      title: "Correlations",
      explanation:
        "How columns of numbers rise together (1), against each other (−1) or without each other (0); columns near ±1 tell the same thing twice.",
      spec: (theme) => correlationHeatmap(axisNames(names), values.data, { theme }),
    },
  ];
}

function columnTable(table: Table, profile: TableProfile): Html {
  const target = table.columns.find(({ name }) => name === profile.target?.name);
  const rows = classOfRows(target, profile.target?.counts ?? [], table.rows);
  const key = rows.classes.map((name, k) => html`<i class="key k${k}"></i>${name}`);
  const lines = profile.columns
    .slice(0, shownColumns)
    .map(
      (column, i) =>
        html`<tr><td><strong>${column.name}</strong></td><td>${column.type === "number" ? "number" : "words"}</td><td class="n">${gap(column.missing, table.rows)}</td><td class="n">${column.distinct.toLocaleString("en")}</td><td>${column.type === "number" ? numberSpark(table.columns[i].values as ArrayLike<number>, column, rows) : wordSpark(column, table.rows)}</td><td class="values muted">${inWords(column)}</td></tr>`,
    );
  return html`<h2>Columns</h2>${key.length > 0 && html`<p class="muted">Bars are parted by ${profile.target?.name}:${key}</p>`}<div class="scroll table-columns"><table><thead><tr><th>column</th><th>type</th><th class="n">missing</th><th class="n">distinct</th><th>distribution</th><th>values</th></tr></thead><tbody>${lines}</tbody></table></div>${profile.columns.length > shownColumns && html`<p class="muted">… and ${profile.columns.length - shownColumns} more columns (--json tells of all).</p>`}`;
}

const gap = (missing: number, rows: number): string =>
  missing === 0 ? "–" : `${((100 * missing) / rows).toFixed(1)} %`;

/** Four digits; 1,000,000 rather than 1.00e+6, up to billions. */
function short(x: number): string {
  if (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e12)) return x.toPrecision(3);
  return Number(x.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 6 });
}

function inWords(column: ColumnProfile): string {
  if (column.type === "text") return column.distinct === 0 ? "empty" : `up to ${column.longest} characters`;
  if (column.distinct === 0) return "empty";
  const { min, max, median, q25, q75, outliers } = column;
  return `${short(min)} to ${short(max)}, median ${short(median)}, middle half ${short(q25)} to ${short(q75)}${outliers > 0 && column.distinct > 10 ? `, ${outliers.toLocaleString("en")} outliers` : ""}`;
}
