import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { encodeClasses } from "../core/labels.js";
import { aNumber, aWhole, maybe, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { columnMoments } from "../preprocessing/standardScaler.js";

/** Options of {@link selectColumns}. */
export interface SelectColumnsOptions {
  /**
   * What makes a column worth keeping. "correlation" (default): size of its correlation with the class (of more than two, the largest
   * with any class against the rest). "variance": its own variance. "mutualInformation": bits it tells about the class, cut into ten
   * parts of equal size.
   */
  by?: "correlation" | "variance" | "mutualInformation";
  /** Columns with more than this are kept (default 0). */
  threshold?: number;
  /** At most so many, the best ones (default: all above the threshold). */
  k?: number;
}

const readers = {
  by: oneOf(["correlation", "variance", "mutualInformation"], "correlation"),
  threshold: aNumber(0, { min: 0 }),
  k: maybe(aWhole(1, { min: 1 })),
};

const transformer = defineTransformer({
  kind: "selectColumns",
  options: readers,
  learn(x: Matrix, { by, threshold, k }, y) {
    const worth = by === "variance" ? columnMoments(x).variance : supervised(x, by, y);
    let kept = Array.from(worth.keys()).filter((j) => worth[j] > threshold);
    if (k !== undefined) kept = kept.sort((a, b) => worth[b] - worth[a] || a - b).slice(0, k);
    if (kept.length === 0) {
      throw new RangeError(
        `selectColumns: no column has a ${by} above ${threshold}; the largest is ${Math.max(...worth).toPrecision(3)}.`,
      );
    }
    return { worth: tensor(worth), kept: tensor(Int32Array.from(kept.sort((a, b) => a - b))) };
  },
  apply(x: Matrix, { kept }): Matrix {
    const cols = kept.data.length;
    const data = new Float64Array(x.rows * cols);
    for (let i = 0; i < x.rows; i++)
      for (let j = 0; j < cols; j++) data[i * cols + j] = x.data[i * x.cols + kept.data[j]];
    return { data, rows: x.rows, cols };
  },
});

/**
 * Keeps the columns that are worth it, as learned from training samples.
 *
 * @throws RangeError if no column is left, or the criterion needs classes and none are given
 */
export function selectColumns(options?: SelectColumnsOptions): SyncTransformer {
  return transformer.build(options);
}

export const selectColumnsKind = transformer.registered;

function supervised(
  x: Matrix,
  by: "correlation" | "mutualInformation",
  y: readonly string[] | undefined,
): Float64Array {
  if (!y) throw new RangeError(`selectColumns: ${by} needs the classes of the samples.`);
  const { classes, codes } = encodeClasses("selectColumns", y);
  return by === "correlation" ? correlations(x, codes, classes.length) : mutualInformation(x, codes, classes.length);
}

/** Largest size of Pearson's correlation of each column with a class. */
function correlations(x: Matrix, codes: Int32Array, k: number): Float64Array {
  const { mean, variance } = columnMoments(x);
  const out = new Float64Array(x.cols);
  for (let c = k === 2 ? 1 : 0; c < k; c++) {
    const share = codes.reduce((n, code) => n + Number(code === c), 0) / x.rows;
    const sums = new Float64Array(x.cols);
    for (let i = 0; i < x.rows; i++) {
      const target = Number(codes[i] === c) - share;
      for (let j = 0; j < x.cols; j++) sums[j] += target * (x.data[i * x.cols + j] - mean[j]);
    }
    for (let j = 0; j < x.cols; j++) {
      const size = Math.abs(sums[j]) / x.rows / Math.sqrt(variance[j] * share * (1 - share));
      if (size > out[j]) out[j] = size;
    }
  }
  return out;
}

const parts = 10;

function mutualInformation(x: Matrix, codes: Int32Array, k: number): Float64Array {
  const { rows, cols } = x;
  return Float64Array.from({ length: cols }, (_, j) => {
    const order = Array.from(codes.keys()).sort((a, b) => x.data[a * cols + j] - x.data[b * cols + j]);
    const counts = new Float64Array(parts * k);
    let part = 0;
    for (const [s, i] of order.entries()) {
      // Equal values stay in one part.
      const isNew = s === 0 || x.data[i * cols + j] !== x.data[order[s - 1] * cols + j];
      if (isNew) part = Math.min(parts - 1, Math.floor((s * parts) / rows));
      counts[part * k + codes[i]]++;
    }
    let bits = 0;
    for (let p = 0; p < parts; p++) {
      let row = 0;
      for (let c = 0; c < k; c++) row += counts[p * k + c];
      for (let c = 0; c < k; c++) {
        let col = 0;
        for (let q = 0; q < parts; q++) col += counts[q * k + c];
        const n = counts[p * k + c];
        if (n > 0) bits += (n / rows) * Math.log2((n * rows) / (row * col));
      }
    }
    return bits;
  });
}
