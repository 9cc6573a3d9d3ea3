import type { Column, Table } from "@earshot/models";

/** What a column held in training. */
export type ColumnFacts =
  | { name: string; type: "number"; low: number; high: number; missing: boolean }
  /** Every value where there were few, else nothing: names and free text differ from row to row. */
  | { name: string; type: "text"; values?: string[] };

const mostValues = 50;

export function describeColumns({ columns }: Table): ColumnFacts[] {
  return columns.map((column) => {
    if (column.type === "number") {
      let [low, high, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false];
      for (const v of column.values) {
        if (v < low) low = v;
        if (v > high) high = v;
        if (Number.isNaN(v)) missing = true;
      }
      const empty = low > high;
      return { name: column.name, type: "number", low: empty ? 0 : low, high: empty ? 0 : high, missing };
    }
    const values = new Set(column.values.filter((v) => v !== null));
    return { name: column.name, type: "text", ...(values.size <= mostValues && { values: [...values].sort() }) };
  });
}

/** Why a row is unlike all rows of training: a number a whole range beyond theirs, one that is missing, or a word that none had. */
export function strangeRow(facts: readonly ColumnFacts[], { columns }: Table): string | undefined {
  for (const column of columns) {
    const fact = facts.find(({ name }) => name === column.name);
    const reason = fact && strangeCell(fact, column);
    if (reason) return reason;
  }
  return undefined;
}

function strangeCell(fact: ColumnFacts, column: Column): string | undefined {
  const value = column.values[0];
  if (fact.type === "number" && typeof value === "number") {
    const span = fact.high - fact.low || Math.abs(fact.high) || 1;
    if (Number.isNaN(value))
      return fact.missing ? undefined : `${fact.name} is missing, which it never was in training`;
    if (value >= fact.low - span && value <= fact.high + span) return undefined;
    return `${fact.name} is ${value}, in training it went from ${fact.low} to ${fact.high}`;
  }
  if (fact.type !== "text" || typeof value !== "string" || !fact.values || fact.values.includes(value))
    return undefined;
  const known = fact.values.slice(0, 8).join(", ");
  return `${fact.name} is "${value}", which no row of training had (${known}${fact.values.length > 8 ? " …" : ""})`;
}
