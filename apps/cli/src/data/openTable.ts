import { basename } from "node:path";
import type { CorpusInfo, Item, TableCorpus } from "@earshot/datasets/node";
import { creditCardDefault, germanCredit, giveMeSomeCredit } from "@earshot/datasets/node";
import { createRng } from "@earshot/dsp";
import type { Table } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import type { DataSpec } from "../recipe/schema.js";
import { asModelTable } from "./asModelTable.js";
import { readTableFile } from "./readTableFile.js";

export type TableSpec = Extract<DataSpec, { kind: "table" }>;

/** A table with a label a row; columns without the one that is learned. */
export interface OpenedTable {
  info: CorpusInfo;
  table: Table;
  items: Item<string>[];
  /** Class that the question is about, such as a loan that was not paid back. */
  positive: string;
}

const known = { germanCredit, creditCardDefault, giveMeSomeCredit };

/**
 * Opens a table: one of the credit corpora by its layout, or any CSV whose column `data.target` is to be learned.
 *
 * @throws UserError or CorpusError in one sentence: no such file, no such column, ragged rows
 */
export async function openTable(spec: TableSpec, root: string | undefined): Promise<OpenedTable> {
  if (root === undefined) {
    if (spec.synthetic) return finish(syntheticCredit(spec.synthetic));
    throw new UserError("This recipe needs a table: name its CSV file or folder with --data, or set EARSHOT_DATA.");
  }
  if (spec.target !== "label") return finish(await anyTable(root, spec.target));
  let first: unknown;
  for (const name of spec.corpora) {
    try {
      return finish(await known[name]({ root }));
    } catch (error) {
      first ??= error;
    }
  }
  if (spec.corpora.length === 1) throw first;
  throw new UserError(
    `${root} holds none of ${spec.corpora.join(", ")}; for a table of your own name the column to learn with --set data.target=COLUMN.`,
  );
}

async function anyTable(root: string, target: string): Promise<TableCorpus> {
  const table = asCorpusTable(await readTableFile(root));
  const column = table.columns.find(({ name }) => name === target);
  const names = table.columns.map(({ name }) => name);
  if (!column) throw new UserError(`${root} has no column "${target}"; ${nearest(target, names)}`);
  const cells = Array.from(column.values as ArrayLike<string | number | undefined>);
  const classes = [...new Set(cells.filter((v) => v !== undefined && !Number.isNaN(v)).map(String))].sort();
  if (column.kind === "number") requireClasses(root, target, classes, cells.length);
  const info = { name: "table", title: basename(root), licence: "as its owner says", citation: "none", url: "none" };
  return { ...info, table, target, classes, posLabel: classes[classes.length - 1] };
}

/** Different whole numbers up to which a column may be one of classes. */
const mostClasses = 30;

/** @throws UserError where a column of numbers is one of amounts, which no recipe learns */
function requireClasses(root: string, target: string, values: readonly string[], rows: number): void {
  const whole = values.every((value) => Number.isInteger(Number(value)));
  if (values.length <= (whole ? Math.max(mostClasses, rows / 10) : 10)) return;
  throw new UserError(
    `"${target}" of ${root} is an amount (${values.length} different numbers in ${rows} rows), and recipes learn classes; add a column with a few classes of it, such as low and high, or use the regressors of @earshot/models in code.`,
  );
}

const asCorpusTable = ({ columns, rows }: Table): TableCorpus["table"] => ({
  rows,
  columns: columns.map((c) =>
    c.type === "number"
      ? { name: c.name, kind: "number", values: Float64Array.from(c.values) }
      : { name: c.name, kind: "category", values: c.values.map((v) => v ?? undefined) },
  ),
});

function finish({ table, target, classes: _, posLabel: positive, ...info }: TableCorpus): OpenedTable {
  const own = table.columns.find(({ name }) => name === target);
  const labels = Array.from((own?.values ?? []) as ArrayLike<unknown>, (v) =>
    v === undefined || Number.isNaN(v) ? undefined : String(v),
  );
  const { columns } = asModelTable({ ...table, columns: table.columns.filter(({ name }) => name !== target) });
  const digits = String(table.rows).length;
  const items = labels.map(
    (label, i): Item<string> => ({
      id: `row${String(i + 1).padStart(digits, "0")}`,
      ...(label !== undefined && { label }),
      attributes: { row: i },
      load: async () => columns.map((c) => `${c.name}: ${c.values[i] ?? "missing"}`).join(" · "),
    }),
  );
  return { info, table: { columns, rows: table.rows }, items, positive };
}

/** Made-up applicants whose risk grows with debt and falls with income and age; with missing values and words. */
function syntheticCredit({ rows, seed }: { rows: number; seed: number }): TableCorpus {
  const rng = createRng(seed);
  const jobs = ["none", "worker", "clerk", "manager"];
  const income = new Float64Array(rows);
  const debt = new Float64Array(rows);
  const age = new Float64Array(rows);
  const job: string[] = [];
  const risk: string[] = [];
  for (let i = 0; i < rows; i++) {
    const level = rng.integer(0, 3);
    age[i] = rng.integer(19, 75);
    income[i] = Math.round(1200 * (1 + level) * Math.exp(rng.normal(0, 0.3)));
    debt[i] = Math.round(8000 * Math.exp(rng.normal(0, 0.8)));
    job.push(jobs[level]);
    const odds = 2.2 * Math.log(debt[i] / (4 * income[i])) - 0.03 * (age[i] - 40) - 0.4;
    risk.push(rng.next() < 1 / (1 + Math.exp(-odds)) ? "default" : "paid");
    if (rng.next() < 0.05) income[i] = Number.NaN;
  }
  return {
    name: "syntheticCredit",
    title: "made-up loans",
    licence: "MIT, as Earshot itself",
    citation: "made by @earshot/cli",
    url: "https://www.npmjs.com/package/@earshot/cli",
    target: "risk",
    classes: ["paid", "default"],
    posLabel: "default",
    table: {
      rows,
      columns: [
        { name: "income", kind: "number", values: income },
        { name: "debt", kind: "number", values: debt },
        { name: "age", kind: "number", values: age },
        { name: "job", kind: "category", values: job },
        { name: "risk", kind: "category", values: risk },
      ],
    },
  };
}
