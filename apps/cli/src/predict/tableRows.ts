import type { Column, Table } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import { openTable } from "../data/openTable.js";
import { readTableFile } from "../data/readTableFile.js";
import type { ColumnFacts } from "../novelty/rowFacts.js";
import type { DataSpec } from "../recipe/schema.js";

/**
 * Rows of a CSV as the model was trained on them: its columns in its order, whatever else the file holds.
 *
 * @param facts columns of training
 * @param spec data of the recipe: files of a known corpus are read by its layout
 * @throws UserError naming the column that is missing, or the cell that should be a number
 */
export async function readRows(file: string, facts: readonly ColumnFacts[], spec?: DataSpec): Promise<Table> {
  return alignRows(await openRows(file, spec), facts, file);
}

/** The columns of training, in their order and of their types. @throws UserError as {@link readRows} */
export function alignRows({ columns, rows }: Table, facts: readonly ColumnFacts[], file: string): Table {
  const names = columns.map(({ name }) => name);
  const own = facts.map((fact): Column => {
    const column = columns.find(({ name }) => name === fact.name);
    if (!column) throw new UserError(`${file} has no column "${fact.name}"; ${nearest(fact.name, names)}`);
    return fact.type === "number" ? asNumbers(file, column) : asTexts(column);
  });
  return { columns: own, rows };
}

async function openRows(file: string, spec?: DataSpec): Promise<Table> {
  if (spec?.kind === "table" && spec.target === "label") {
    const known = await openTable(spec, file).catch(() => undefined);
    if (known) return known.table;
  }
  return readTableFile(file);
}

function asNumbers(file: string, column: Column): Column {
  if (column.type === "number") return column;
  const row = column.values.findIndex((v) => v !== null && !Number.isFinite(Number(v)));
  if (row >= 0) {
    throw new UserError(
      `${file}: "${column.name}" must be a number as in training, got "${column.values[row]}" in row ${row + 1}.`,
    );
  }
  return {
    name: column.name,
    type: "number",
    values: Float64Array.from(column.values, (v) => (v === null ? Number.NaN : Number(v))),
  };
}

function asTexts(column: Column): Column {
  if (column.type === "text") return column;
  const values = Array.from(column.values, (v) => (Number.isNaN(v) ? null : String(v)));
  return { name: column.name, type: "text", values };
}
