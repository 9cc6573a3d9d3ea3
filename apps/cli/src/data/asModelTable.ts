import type { Table as ReadTable } from "@earshot/datasets";
import type { Column, Table } from "@earshot/models";

/** A table as it was read, as models take it: missing words are null. */
export const asModelTable = ({ columns, rows }: ReadTable): Table => ({
  rows,
  columns: columns.map(
    (c): Column =>
      c.kind === "number"
        ? { name: c.name, type: "number", values: c.values }
        : { name: c.name, type: "text", values: c.values.map((v) => v ?? null) },
  ),
});
