import type { Table } from "@earshot/models";
import { typeColumn } from "@earshot/models/tabular";

/** DuckDB, where it is installed. */
export interface DuckDb {
  /** @throws Error with DuckDB's own words */
  readParquet(path: string): Promise<Table>;
  /** Cells as they stand, typed by the rules of `readCsv`. */
  readCsv(path: string, dialect: { separator: string; names: readonly string[] }): Promise<Table>;
}

/** DuckDB with a database in memory for each file; undefined where it is not installed, or not for this machine. */
export async function loadDuckDb(): Promise<DuckDb | undefined> {
  const api = await import("@duckdb/node-api").catch(() => undefined);
  if (!api) return undefined;
  const ask = async <T>(
    work: (query: (sql: string, ...values: string[]) => Promise<Answer>) => Promise<T>,
  ): Promise<T> => {
    const instance = await api.DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    try {
      return await work(async (sql, ...values) => {
        const reader = await connection.runAndReadAll(sql, values);
        return { names: reader.columnNames(), columns: reader.getColumns() as unknown[][] };
      });
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  };
  return {
    readParquet: (path) =>
      ask(async (query) => {
        const described = await query("DESCRIBE SELECT * FROM read_parquet($1)", path);
        const [names, types] = described.columns as string[][];
        const wanted = names.map((name, j) => `CAST(${quoted(name)} AS ${isNumeric(types[j]) ? "DOUBLE" : "VARCHAR"})`);
        const { columns } = await query(`SELECT ${wanted.join(", ")} FROM read_parquet($1)`, path);
        return {
          rows: columns[0]?.length ?? 0,
          columns: names.map((name, j) =>
            isNumeric(types[j])
              ? {
                  name,
                  type: "number",
                  values: Float64Array.from(columns[j], (v) => (v === null ? Number.NaN : Number(v))),
                }
              : { name, type: "text", values: columns[j] as (string | null)[] },
          ),
        };
      }),
    readCsv: (path, { separator, names }) =>
      ask(async (query) => {
        const columns = names.map((_, j) => `'c${j}': 'VARCHAR'`).join(", ");
        const dialect = `delim = '${separator === "'" ? "''" : separator}', quote = '"', escape = '"', header = true, auto_detect = false`;
        const answer = await query(`SELECT * FROM read_csv($1, ${dialect}, columns = {${columns}})`, path);
        return {
          rows: answer.columns[0]?.length ?? 0,
          columns: names.map((name, j) => typeColumn(name, answer.columns[j] as (string | null)[], { separator })),
        };
      }),
  };
}

interface Answer {
  names: readonly string[];
  columns: unknown[][];
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Whether DuckDB's type is a number, or true and false, which become 1 and 0. */
const isNumeric = (type: string): boolean =>
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|REAL|DECIMAL\(.*\)|BOOLEAN)$/i.test(type);
