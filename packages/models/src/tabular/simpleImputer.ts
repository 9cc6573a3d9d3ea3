import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { requireMatrix } from "../core/features.js";
import { aNumber, aSwitch, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, StateTensor } from "../core/types.js";
import { column, quantileSorted } from "../preprocessing/quantile.js";
import { missingColumns, withIndicators } from "./indicators.js";

/** Options of {@link simpleImputer}. */
export interface SimpleImputerOptions {
  /** What stands in for missing values (default "mean"); of equally frequent values the smallest. */
  strategy?: "mean" | "median" | "mostFrequent" | "constant";
  /** Of the strategy "constant" (default 0). */
  fillValue?: number;
  /** Appends a column of 0 and 1 for each column that missed values when fitting (default false). */
  addIndicator?: boolean;
}

const imputerOptions = {
  strategy: oneOf(["mean", "median", "mostFrequent", "constant"], "mean"),
  fillValue: aNumber(0),
  addIndicator: aSwitch(false),
};

const imputer = defineTransformer({
  kind: "simpleImputer",
  options: imputerOptions,
  check: (x: Matrix) => requireMatrix("simpleImputer", x, { allowNaN: true }),
  learn(x: Matrix, { strategy, fillValue }) {
    const fill = new Float64Array(x.cols);
    for (let j = 0; j < x.cols; j++) {
      const known = column(x, j).filter((v) => !Number.isNaN(v));
      if (strategy === "constant") fill[j] = fillValue;
      else if (known.length === 0) {
        throw new RangeError(`simpleImputer: column ${j} holds no value at all; drop it or use strategy "constant".`);
      } else if (strategy === "mean") fill[j] = known.reduce((a, b) => a + b, 0) / known.length;
      else fill[j] = strategy === "median" ? quantileSorted(known.sort(), 0.5) : mostFrequent(known.sort());
    }
    return { fill: tensor(fill), missing: tensor(missingColumns(x)) };
  },
  apply(x: Matrix, { fill, missing }, { addIndicator }) {
    const filled = fillMissing(x, fill);
    return addIndicator ? withIndicators(filled, x, missing) : filled;
  },
});

/**
 * Puts one number a column in the place of NaN, learned from the training samples alone.
 *
 * @throws RangeError if a column holds no value, x holds ±∞, or the number of columns changes
 * Equals scikit-learn 1.9 `SimpleImputer` (golden tests).
 */
export function simpleImputer(options?: SimpleImputerOptions): SyncTransformer {
  return imputer.build(options);
}

export const simpleImputerKind = imputer.registered;

function fillMissing(x: Matrix, fill: StateTensor): Matrix {
  const data = Float64Array.from(x.data, (v, i) => (Number.isNaN(v) ? fill.data[i % x.cols] : v));
  return { data, rows: x.rows, cols: x.cols };
}

function mostFrequent(sorted: Float64Array): number {
  let best = sorted[0];
  let most = 0;
  for (let i = 0; i < sorted.length; ) {
    const from = i;
    while (i < sorted.length && sorted[i] === sorted[from]) i++;
    if (i - from > most) {
      most = i - from;
      best = sorted[from];
    }
  }
  return best;
}
