import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { aWhole, maybe, passing } from "../core/options.js";
import type { Features, Matrix, Tensor } from "../core/types.js";

/** Options of {@link takeColumns}. */
export interface TakeColumnsOptions {
  /** First column, counted from 0 (default 0). */
  from?: number;
  /** Column before which it ends (default: the last is the last). */
  to?: number;
  /** What the columns of a sample are arranged to, such as [frames, features] for networks; its product is their number (default: a row). */
  shape?: readonly number[];
}

const readers = {
  from: aWhole(0, { min: 0 }),
  to: maybe(aWhole(1, { min: 1 })),
  shape: maybe(
    passing<readonly number[]>(
      [],
      (v) => Array.isArray(v) && v.length > 0 && v.every((n) => Number.isInteger(n) && n > 0),
      "a list of whole numbers above 0",
    ),
  ),
};

const transformer = defineTransformer({
  kind: "takeColumns",
  options: readers,
  learn(x: Matrix, { from, to = x.cols, shape }) {
    if (from >= to || to > x.cols) {
      throw new RangeError(`takeColumns: from ${from} to ${to} is no range of the ${x.cols} columns.`);
    }
    const product = shape?.reduce((a, b) => a * b, 1);
    if (product !== undefined && product !== to - from) {
      throw new RangeError(`takeColumns: ${to - from} columns cannot be arranged as [${shape}].`);
    }
    return { from, to, shape: shape ?? null };
  },
  apply(x: Matrix, { from, to, shape }): Features {
    const width = to - from;
    const data = new Float32Array(x.rows * width);
    for (let i = 0; i < x.rows; i++) data.set(x.data.subarray(i * x.cols + from, i * x.cols + to), i * width);
    if (shape) return { data, shape: [x.rows, ...shape] } satisfies Tensor;
    return { data, rows: x.rows, cols: width };
  },
});

/**
 * Takes a range of columns, so that models of a vote may see different parts of the features; arranged for networks where wanted.
 *
 * @throws RangeError when fitted if the range is none of the columns, or the shape does not hold them
 */
export function takeColumns(options?: TakeColumnsOptions): SyncTransformer<Matrix, Features> {
  return transformer.build(options) as SyncTransformer<Matrix, Features>;
}

export const takeColumnsKind = transformer.registered;
