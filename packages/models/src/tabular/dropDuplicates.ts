import { countSamples, describeFeatures, isMatrix, isTable, requirePairs, selectSamples } from "../core/features.js";
import { readOptions } from "../core/options.js";
import { stateToJson } from "../core/state.js";
import type { Features, ModelKind, ModelState, Resampler, Table } from "../core/types.js";
import { column } from "../preprocessing/quantile.js";
import { duplicateRows } from "./profileTable.js";

/**
 * Leaves out training samples that equal an earlier one in every column and in their class. In a pipeline it acts while fitting alone: what
 * is judged keeps every row.
 *
 * @throws TypeError unless x is a table or a matrix
 */
export function dropDuplicates(options?: object): Resampler {
  const kind = "dropDuplicates";
  readOptions(kind, options, {});
  const state: ModelState = { kind, options: {} };
  return {
    kind,
    fitResample(x: Features, y: readonly string[]) {
      requirePairs(kind, countSamples(x), y.length);
      const table = asTable(x);
      const label = { name: "class", type: "text" as const, values: y };
      const twice = new Set(duplicateRows({ rows: table.rows, columns: [...table.columns, label] }));
      const kept = Array.from(y.keys()).filter((i) => !twice.has(i));
      return { x: selectSamples(x, kept), y: kept.map((i) => y[i]) };
    },
    getState: () => state,
    toJSON: () => stateToJson(state),
    dispose() {},
  };
}

function asTable(x: Features): Table {
  if (isTable(x)) return x;
  if (!isMatrix(x)) throw new TypeError(`dropDuplicates: x must be a table or a matrix, got ${describeFeatures(x)}.`);
  const columns = Array.from({ length: x.cols }, (_, j) => ({
    name: `${j}`,
    type: "number" as const,
    values: column(x, j),
  }));
  return { rows: x.rows, columns };
}

export const dropDuplicatesKind: ModelKind = {
  create: (options) => dropDuplicates(options),
  restore: () => dropDuplicates(),
};
