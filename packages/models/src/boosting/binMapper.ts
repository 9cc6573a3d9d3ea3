import type { Matrix } from "../core/types.js";
import { averagedQuantile, column } from "../preprocessing/quantile.js";
import { lowerBound } from "../tree/bins.js";

/** How the values of each column map to at most 255 bins; missing values have bin 255. */
export interface BinMapper {
  /** Rising cuts of each column; a value is in bin i when cut i − 1 < value ≤ cut i. Of categorical columns, the categories themselves. */
  cuts: Float64Array[];
  /** Whether each column holds categories. */
  categorical: boolean[];
}

/** The bin of missing values. */
export const missingBin = 255;
const maxBins = 255;

/** Learns cuts: halfway between distinct values where there are few, else at 254 percentiles. */
export function learnBins(x: Matrix, categorical: readonly number[]): BinMapper {
  const isCategory = Array.from({ length: x.cols }, (_, j) => categorical.includes(j));
  const cuts = isCategory.map((isOne, j) => {
    const values = column(x, j)
      .filter((v) => !Number.isNaN(v))
      .sort();
    const distinct = values.filter((v, i) => i === 0 || v !== values[i - 1]);
    if (isOne) {
      if (distinct.length > maxBins) {
        throw new RangeError(
          `histGradientBoosting: column ${j} has ${distinct.length} categories, at most ${maxBins} fit; encode it instead.`,
        );
      }
      return distinct;
    }
    if (distinct.length <= maxBins) return Float64Array.from(distinct.subarray(1), (v, i) => (distinct[i] + v) / 2);
    const found = Float64Array.from({ length: maxBins - 1 }, (_, p) => averagedQuantile(values, (p + 1) / maxBins));
    return found.filter((v, i) => i === 0 || v !== found[i - 1]);
  });
  return { cuts, categorical: isCategory };
}

/** The bins of a matrix, column by column. Categories that were not seen count as missing. */
export function applyBins({ cuts, categorical }: BinMapper, { data, rows, cols }: Matrix): Uint8Array {
  const out = new Uint8Array(rows * cols);
  for (let j = 0; j < cols; j++) {
    const own = cuts[j];
    for (let i = 0; i < rows; i++) {
      const v = data[i * cols + j];
      out[j * rows + i] = Number.isNaN(v) ? missingBin : binOf(own, v, categorical[j]);
    }
  }
  return out;
}

export function binOf(cuts: Float64Array, value: number, categorical: boolean): number {
  if (cuts.length === 0) return categorical ? missingBin : 0;
  if (!categorical) return value > cuts[cuts.length - 1] ? cuts.length : lowerBound(cuts, value);
  const at = lowerBound(cuts, value);
  return cuts[at] === value ? at : missingBin;
}
