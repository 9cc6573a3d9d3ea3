import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, SparseMatrix, StateTensor } from "../core/types.js";
import { averagedQuantile, column } from "./quantile.js";

/** Options of {@link kBinsDiscretizer}. */
export interface KBinsDiscretizerOptions {
  /** Bins of each column, ≥ 2 (default 5); fewer where equal values fill several. */
  nBins?: number;
  /** A column of 0 and 1 for each bin, as sparse rows ("oneHot", default) or a matrix ("oneHotDense"), or the bin's number ("ordinal"). */
  encode?: "oneHot" | "oneHotDense" | "ordinal";
  /** Bins of about equal size ("quantile", default) or equal width ("uniform"). */
  strategy?: "quantile" | "uniform";
}

const readers = {
  nBins: aWhole(5, { min: 2 }),
  encode: oneOf(["oneHot", "oneHotDense", "ordinal"], "oneHot"),
  strategy: oneOf(["quantile", "uniform"], "quantile"),
};

const transformer = defineTransformer({
  kind: "kBinsDiscretizer",
  options: readers,
  learn(x: Matrix, { nBins, strategy }) {
    const edges = Array.from({ length: x.cols }, (_, j) => {
      const sorted = column(x, j).sort();
      const last = sorted.length - 1;
      const at = (share: number): number =>
        strategy === "uniform" ? sorted[0] + share * (sorted[last] - sorted[0]) : averagedQuantile(sorted, share);
      const all = Float64Array.from({ length: nBins + 1 }, (_, b) => at(b / nBins));
      const inner = all.filter((v, b) => b > 0 && b < nBins && v - all[b - 1] > 1e-8);
      // A last bin without width joins the one before it.
      const keep = inner.length > 0 && all[nBins] - inner[inner.length - 1] <= 1e-8 ? inner.length - 1 : inner.length;
      return tensor(inner.slice(0, keep));
    });
    return { edges };
  },
  apply(x: Matrix, { edges }, { encode }): Matrix | SparseMatrix {
    const bins = binNumbers(x, edges);
    if (encode === "ordinal") return { data: Float64Array.from(bins), rows: x.rows, cols: x.cols };
    const starts = new Int32Array(x.cols + 1);
    for (const [j, { data }] of edges.entries()) starts[j + 1] = starts[j] + data.length + 1;
    const columns = bins.map((bin, i) => starts[i % x.cols] + bin);
    const cols = starts[x.cols];
    if (encode === "oneHot") {
      const indptr = Int32Array.from({ length: x.rows + 1 }, (_, i) => i * x.cols);
      return { indptr, indices: columns, values: new Float64Array(columns.length).fill(1), rows: x.rows, cols };
    }
    const data = new Float64Array(x.rows * cols);
    for (let i = 0; i < columns.length; i++) data[Math.floor(i / x.cols) * cols + columns[i]] = 1;
    return { data, rows: x.rows, cols };
  },
});

/** The bin of each value. */
function binNumbers({ data, rows, cols }: Matrix, edges: readonly StateTensor[]): Int32Array {
  const out = new Int32Array(rows * cols);
  for (const [j, { data: cuts }] of edges.entries()) {
    for (let i = 0; i < rows; i++) {
      const v = data[i * cols + j];
      let bin = 0;
      while (bin < cuts.length && v >= cuts[bin]) bin++;
      out[i * cols + j] = bin;
    }
  }
  return out;
}

/**
 * Cuts each column into bins: a line through them may then bend, as in a credit scorecard.
 *
 * @throws RangeError for a bad option, features that are not finite; Error for transforming before fit
 * Equals scikit-learn 1.9 `KBinsDiscretizer` (golden tests).
 */
export function kBinsDiscretizer(options?: KBinsDiscretizerOptions): SyncTransformer<Matrix, Matrix | SparseMatrix> {
  return transformer.build(options);
}

export const kBinsDiscretizerKind = transformer.registered;
