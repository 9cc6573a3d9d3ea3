import { describeFeatures, isMatrix, isTable } from "../core/features.js";
import { nearest } from "../core/options.js";
import { isTransformer } from "../core/registry.js";
import { notFitted, readState } from "../core/state.js";
import type { Features, FitOptions, Matrix, ModelKind, ModelState, Table, Transformer } from "../core/types.js";

/**
 * Columns by name, or all of a type; of numbers, those with more than 20 distinct values when fitting ("continuous") or the others
 * ("discrete": counts, grades, codes).
 */
export type ColumnChoice = readonly string[] | "number" | "text" | "continuous" | "discrete";

/** Columns of a table, and what becomes of them. */
export interface ColumnPart {
  columns: ColumnChoice;
  /** Gets a table of these columns, or with `as: "matrix"` their numbers. Without it, numbers pass as they are. */
  transformer?: Transformer;
  /** What the transformer eats: a table (default for text, be there none), or a matrix with NaN for missing (default for numbers). */
  as?: Form;
}

/** What {@link columnTransformer} gives: tables in, one matrix out. */
export interface ColumnTransformer extends Transformer<Table, Matrix> {
  readonly parts: readonly ColumnPart[];
  fit(x: Table, y?: readonly string[], options?: FitOptions): Promise<this>;
  transform(x: Table): Promise<Matrix>;
  fitTransform(x: Table, y?: readonly string[], options?: FitOptions): Promise<Matrix>;
  /** Columns of the result that each part gives, in order. */
  readonly widths: readonly number[];
  getState(): Promise<ModelState>;
}

/**
 * Sends columns of a table through transformers of their own and puts the results side by side.
 *
 * @throws TypeError unless x is a table and each transformer gives a matrix; RangeError for a column that is not there
 */
export function columnTransformer(parts: readonly ColumnPart[]): ColumnTransformer {
  return build(parts);
}

type Form = "table" | "matrix";

interface Fitted {
  names: string[][];
  /** What each part gets. */
  as: Form[];
  widths: number[];
}

function build(parts: readonly ColumnPart[], restored?: Fitted): ColumnTransformer {
  const kind = "columnTransformer";
  if (parts.length === 0) throw new RangeError(`${kind}: at least one part is needed, got 0.`);
  let fitted = restored;
  const need = (fn: string): Fitted => {
    if (!fitted) throw notFitted(kind, fn);
    return fitted;
  };
  const choose = (table: Table, names: readonly string[]): Table => {
    const columns = names.map((name) => {
      const found = table.columns.find((c) => c.name === name);
      if (found) return found;
      const known = table.columns.map((c) => c.name);
      throw new RangeError(`${kind}: there is no column "${name}"; ${nearest(name, known)}`);
    });
    return { columns, rows: table.rows };
  };
  const inForm = (chosen: Table, form: Form): Features => (form === "matrix" ? tableToMatrix(chosen) : chosen);
  const beside = (results: readonly Features[], rows: number): Matrix => {
    const matrices = results.map((result) => {
      if (isMatrix(result)) return result;
      throw new TypeError(`${kind}: every part must give a matrix, got ${describeFeatures(result)}.`);
    });
    const cols = matrices.reduce((sum, m) => sum + m.cols, 0);
    const data = new Float64Array(rows * cols);
    let offset = 0;
    for (const m of matrices) {
      for (let i = 0; i < rows; i++) data.set(m.data.subarray(i * m.cols, (i + 1) * m.cols), i * cols + offset);
      offset += m.cols;
    }
    return { data, rows, cols };
  };
  const requireTable = (x: Features): Table => {
    if (x === null || typeof x !== "object" || !isTable(x)) {
      throw new TypeError(`${kind}: x must be a table, got ${describeFeatures(x)}.`);
    }
    return x;
  };
  return {
    kind,
    parts,
    get widths() {
      return need("widths").widths;
    },
    async fit(x, y, options) {
      await this.fitTransform(x, y, options);
      return this;
    },
    async fitTransform(x, y, options) {
      const table = requireTable(x);
      const names = parts.map(({ columns }) => namesOf(table, columns));
      const chosen = names.map((list) => choose(table, list));
      const as = parts.map((part, p) => formOf(part, chosen[p]));
      const results: Features[] = [];
      for (const [p, { transformer }] of parts.entries()) {
        const own = inForm(chosen[p], as[p]);
        if (!transformer) results.push(own);
        else if (transformer.fitTransform) results.push(await transformer.fitTransform(own, y, options));
        else {
          await transformer.fit(own, y, options);
          results.push(await transformer.transform(own));
        }
      }
      const out = beside(results, table.rows);
      fitted = { names, as, widths: results.map((r) => (isMatrix(r) ? r.cols : 0)) };
      return out;
    },
    async transform(x) {
      const table = requireTable(x);
      const { names, as } = need("transform");
      const results: Features[] = [];
      for (const [p, { transformer }] of parts.entries()) {
        const own = inForm(choose(table, names[p]), as[p]);
        results.push(transformer ? await transformer.transform(own) : own);
      }
      return beside(results, table.rows);
    },
    async getState() {
      const { names, as, widths } = need("getState");
      const states: (ModelState | null)[] = [];
      for (const { transformer } of parts) states.push(transformer ? await transformer.getState() : null);
      return { kind, names, widths, as, parts: states };
    },
    toJSON() {
      const { names, as, widths } = need("toJSON");
      const states = parts.map(({ transformer }) => transformer?.toJSON() ?? null);
      return { kind, names, widths, as, parts: states };
    },
    dispose() {
      for (const { transformer } of parts) transformer?.dispose();
    },
  };
}

/** A choice of text columns stays a table where there are none: encoders eat tables alone. */
function formOf({ as, columns, transformer }: ColumnPart, chosen: Table): Form {
  if (as) return as;
  if (columns === "text" && transformer) return "table";
  return chosen.columns.every((c) => c.type === "number") ? "matrix" : "table";
}

function namesOf({ columns }: Table, choice: ColumnChoice): string[] {
  if (typeof choice !== "string") return [...choice];
  if (choice === "number" || choice === "text") return columns.filter((c) => c.type === choice).map((c) => c.name);
  return columns
    .filter((c) => c.type === "number" && isContinuous(c.values) === (choice === "continuous"))
    .map((c) => c.name);
}

/** Distinct values beyond which numbers count as measured rather than counted. */
const mostDiscrete = 20;

function isContinuous(values: ArrayLike<number>): boolean {
  const seen = new Set<number>();
  for (let i = 0; i < values.length && seen.size <= mostDiscrete; i++)
    if (!Number.isNaN(values[i])) seen.add(values[i]);
  return seen.size > mostDiscrete;
}

/** The number columns of a table as a matrix; NaN is missing. @throws TypeError naming a text column */
export function tableToMatrix({ columns, rows }: Table): Matrix {
  const cols = columns.length;
  const data = new Float64Array(rows * cols);
  for (const [j, column] of columns.entries()) {
    if (column.type !== "number") {
      throw new TypeError(`tableToMatrix: column "${column.name}" holds text; encode it first.`);
    }
    for (let i = 0; i < rows; i++) data[i * cols + j] = column.values[i];
  }
  return { data, rows, cols };
}

export const columnTransformerKind: ModelKind = {
  async create(options, factory) {
    const parts: ColumnPart[] = [];
    for (const part of (options.parts ?? []) as {
      columns: ColumnChoice;
      as?: Form;
      transformer?: { kind: string };
    }[]) {
      const { kind, ...rest } = part.transformer ?? { kind: undefined };
      const made = kind ? await factory.create(kind, rest) : undefined;
      if (made && !isTransformer(made)) throw new TypeError(`columnTransformer: ${made.kind} does not transform.`);
      parts.push({ columns: part.columns, ...(part.as && { as: part.as }), ...(made && { transformer: made }) });
    }
    return build(parts);
  },
  async restore(state, factory) {
    const read = readState(state);
    const {
      names,
      as,
      parts: states,
    } = state as unknown as {
      names: string[][];
      as: Form[];
      parts: (ModelState | null)[];
    };
    const parts: ColumnPart[] = [];
    for (const [p, own] of states.entries()) {
      const transformer = own ? ((await factory.restore(own)) as Transformer) : undefined;
      parts.push({ columns: names[p], as: as[p], ...(transformer && { transformer }) });
    }
    return build(parts, { names, as, widths: read.numbers("widths") });
  },
};
