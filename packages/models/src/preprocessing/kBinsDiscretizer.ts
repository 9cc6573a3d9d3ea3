import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, StateTensor } from "../core/types.js";
import { averagedQuantile, column } from "./quantile.js";

export interface KBinsDiscretizerOptions {
  /** Bins of each column, ≥ 2 (default 5); fewer where equal values fill several. */
  nBins?: number;
  /** A column of 0 and 1 for each bin ("oneHot", default), or the bin's number ("ordinal"). */
  encode?: "oneHot" | "ordinal";
  /** Bins of about equal size ("quantile", default) or equal width ("uniform"). */
  strategy?: "quantile" | "uniform";
}

const readers = {
  nBins: aWhole(5, { min: 2 }),
  encode: oneOf(["oneHot", "ordinal"], "oneHot"),
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
  apply(x: Matrix, { edges }, { encode }): Matrix {
    const widths = edges.map(({ data }: StateTensor) => (encode === "ordinal" ? 1 : data.length + 1));
    const cols = widths.reduce((a, b) => a + b, 0);
    const data = new Float64Array(x.rows * cols);
    let offset = 0;
    for (const [j, { data: cuts }] of edges.entries()) {
      for (let i = 0; i < x.rows; i++) {
        const v = x.data[i * x.cols + j];
        let bin = 0;
        while (bin < cuts.length && v >= cuts[bin]) bin++;
        if (encode === "ordinal") data[i * cols + offset] = bin;
        else data[i * cols + offset + bin] = 1;
      }
      offset += widths[j];
    }
    return { data, rows: x.rows, cols };
  },
});

/**
 * Cuts each column into bins: a line through them may then bend, as in a credit scorecard.
 *
 * @throws RangeError for a bad option, features that are not finite; Error for transforming before fit
 * Equals scikit-learn 1.9 `KBinsDiscretizer` (golden tests).
 */
export function kBinsDiscretizer(options?: KBinsDiscretizerOptions): SyncTransformer {
  return transformer.build(options);
}

export const kBinsDiscretizerKind = transformer.registered;
