import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { describeFeatures, isTable } from "../core/features.js";
import { encodeClasses } from "../core/labels.js";
import { aNumber, aSwitch, aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Column, Features, Matrix, StateTensor, Table } from "../core/types.js";
import { stratifiedFolds } from "../selection/split.js";

/** Category of each cell as text; null where it is missing. */
function cells(column: Column): (string | null)[] {
  if (column.type === "text") return [...column.values];
  return Array.from(column.values, (v) => (Number.isNaN(v) ? null : String(v)));
}

/** Known categories: numbers by size, texts by code unit. */
function categoriesOf(column: Column): string[] {
  const distinct = [...new Set(cells(column))].filter((v) => v !== null);
  return column.type === "number" ? distinct.sort((a, b) => Number(a) - Number(b)) : distinct.sort();
}

const requireTable = (kind: string) => (x: Table) => {
  if (!isTable(x as Features)) throw new TypeError(`${kind}: x must be a table, got ${describeFeatures(x)}.`);
  return x;
};

function unseen(kind: string, column: Column, row: number, value: string): never {
  throw new RangeError(
    `${kind}: column "${column.name}" has "${value}" in row ${row}, which was not there when fitting; set handleUnknown.`,
  );
}

const ordinalOptions = { handleUnknown: oneOf(["error", "missing"], "error") };

const ordinal = defineTransformer({
  kind: "ordinalEncoder",
  options: ordinalOptions,
  check: requireTable("ordinalEncoder"),
  learn: (x: Table) => ({ categories: x.columns.map(categoriesOf) }),
  apply(x: Table, { categories }, { handleUnknown }): Matrix {
    const cols = x.columns.length;
    const data = new Float64Array(x.rows * cols);
    for (const [j, column] of x.columns.entries()) {
      const index = new Map(categories[j].map((category, c) => [category, c]));
      for (const [i, cell] of cells(column).entries()) {
        const code = cell === null ? Number.NaN : index.get(cell);
        if (code === undefined && handleUnknown === "error") unseen("ordinalEncoder", column, i, String(cell));
        data[i * cols + j] = code ?? Number.NaN;
      }
    }
    return { data, rows: x.rows, cols };
  },
});

/**
 * Numbers the categories of each column, in order (label encoding of features). Missing cells become NaN.
 *
 * @param options.handleUnknown categories not seen when fitting: "error" (default), or "missing" for NaN
 * @throws RangeError naming column, row and value of an unseen category
 * Equals scikit-learn 1.9 `OrdinalEncoder` (golden tests).
 */
export function ordinalEncoder(options?: { handleUnknown?: "error" | "missing" }): SyncTransformer<Table, Matrix> {
  return ordinal.build(options);
}

export const ordinalEncoderKind = ordinal.registered;

const oneHotOptions = {
  handleUnknown: oneOf(["error", "ignore"], "error"),
  dropBinary: aSwitch(false),
  minFrequency: aWhole(1, { min: 1 }),
};

const oneHot = defineTransformer({
  kind: "oneHotEncoder",
  options: oneHotOptions,
  check: requireTable("oneHotEncoder"),
  learn(x: Table, { minFrequency }) {
    const categories = x.columns.map((column) => {
      const counts = new Map<string, number>();
      for (const cell of cells(column)) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
      return categoriesOf(column).filter((category) => (counts.get(category) ?? 0) >= minFrequency);
    });
    return { categories, seen: x.columns.map(categoriesOf) };
  },
  apply(x: Table, { categories, seen }, { handleUnknown, dropBinary }): Matrix {
    const kept = categories.map((list) => (dropBinary && list.length === 2 ? list.slice(1) : list));
    const cols = kept.reduce((sum, list) => sum + list.length, 0);
    const data = new Float64Array(x.rows * cols);
    let offset = 0;
    for (const [j, column] of x.columns.entries()) {
      const index = new Map(kept[j].map((category, c) => [category, c]));
      const known = new Set(seen[j]);
      for (const [i, cell] of cells(column).entries()) {
        if (cell === null) continue;
        const at = index.get(cell);
        if (at !== undefined) data[i * cols + offset + at] = 1;
        else if (handleUnknown === "error" && !known.has(cell)) unseen("oneHotEncoder", column, i, cell);
      }
      offset += kept[j].length;
    }
    return { data, rows: x.rows, cols };
  },
});

/**
 * A column of 0 and 1 for each category of each column; rows with a missing cell have 0 in all of them.
 *
 * @param options.handleUnknown categories not seen when fitting: "error" (default), or "ignore" for 0 in all columns
 * @param options.dropBinary one column in place of two for columns with two categories (default false)
 * @param options.minFrequency categories in fewer rows have no column (default 1)
 * @throws RangeError naming column, row and value of an unseen category
 * Equals scikit-learn 1.9 `OneHotEncoder` (golden tests).
 */
export function oneHotEncoder(options?: {
  handleUnknown?: "error" | "ignore";
  dropBinary?: boolean;
  minFrequency?: number;
}): SyncTransformer<Table, Matrix> {
  return oneHot.build(options);
}

export const oneHotEncoderKind = oneHot.registered;

/** Smoothed mean of the target for each category; empirical Bayes. */
function targetMeans(
  column: Column,
  target: Float64Array,
  rows: readonly number[],
  smooth: number,
): Map<string, number> {
  const all = cells(column);
  const mean = rows.reduce((sum, i) => sum + target[i], 0) / rows.length;
  const sums = new Map<string, { n: number; sum: number }>();
  for (const i of rows) {
    const key = all[i] ?? "\u0000missing";
    const own = sums.get(key) ?? { n: 0, sum: 0 };
    own.n++;
    own.sum += target[i];
    sums.set(key, own);
  }
  return new Map([...sums].map(([key, { n, sum }]) => [key, (sum + smooth * mean) / (n + smooth)]));
}

const targetOptions = { smooth: aNumber(10, { min: 0 }), cv: aWhole(5, { min: 2 }), seed: aWhole(0) };

const target = defineTransformer({
  kind: "targetEncoder",
  options: targetOptions,
  check: requireTable("targetEncoder"),
  learn(x: Table, { smooth }, y = []) {
    const values = binaryTarget(y);
    const rows = Array.from({ length: x.rows }, (_, i) => i);
    const maps = x.columns.map((column) => targetMeans(column, values, rows, smooth));
    return {
      categories: maps.map((map) => [...map.keys()]),
      means: maps.map((map) => tensor(Float64Array.from(map.values()))),
      prior: values.reduce((a, b) => a + b, 0) / values.length,
    };
  },
  apply(x: Table, { categories, means, prior }) {
    const cols = x.columns.length;
    const data = new Float64Array(x.rows * cols);
    for (const [j, column] of x.columns.entries()) {
      const map = new Map(categories[j].map((category, c) => [category, (means[j] as StateTensor).data[c]]));
      for (const [i, cell] of cells(column).entries()) data[i * cols + j] = map.get(cell ?? "\u0000missing") ?? prior;
    }
    return { data, rows: x.rows, cols };
  },
  // Each training row is encoded by means that were learned without it: otherwise the target would leak into the features.
  applyToTraining(x, _learned, { smooth, cv, seed }, y = []) {
    const values = binaryTarget(y);
    const cols = x.columns.length;
    const data = new Float64Array(x.rows * cols);
    const codes = Int32Array.from(values);
    for (const { train, test } of stratifiedFolds(codes, 2, cv, seed)) {
      const rows = [...train];
      const prior = rows.reduce((sum, i) => sum + values[i], 0) / rows.length;
      for (const [j, column] of x.columns.entries()) {
        const map = targetMeans(column, values, rows, smooth);
        const all = cells(column);
        for (const i of test) data[i * cols + j] = map.get(all[i] ?? "\u0000missing") ?? prior;
      }
    }
    return { data, rows: x.rows, cols };
  },
});

function binaryTarget(y: readonly string[]): Float64Array {
  const { classes, codes } = encodeClasses("targetEncoder", y);
  if (classes.length !== 2) throw new RangeError(`targetEncoder: y must hold two classes, got ${classes.length}.`);
  return Float64Array.from(codes);
}

/**
 * The share of the second class among the training rows of each category, drawn towards the overall share by `smooth` rows. Training rows
 * are encoded by the other rows' shares when fitted within a pipeline (`fitTransform`, cross-fitting), so that the target cannot leak.
 *
 * @throws RangeError unless there are two classes
 * Source: Micci-Barreca 2001.
 */
export function targetEncoder(options?: {
  smooth?: number;
  cv?: number;
  seed?: number;
}): SyncTransformer<Table, Matrix> {
  return target.build(options);
}

export const targetEncoderKind = target.registered;
