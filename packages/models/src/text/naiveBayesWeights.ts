import { isSparse, requireCols, requireNumeric, requirePairs } from "../core/features.js";
import { encodeClasses } from "../core/labels.js";
import { aNumber, readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { FitOptions, Matrix, ModelKind, ModelState, SparseMatrix, Transformer } from "../core/types.js";

/** Options of {@link naiveBayesWeights}. */
export interface NaiveBayesWeightsOptions {
  /** Added to every count (default 1). */
  alpha?: number;
}

/** What {@link naiveBayesWeights} gives: a transformer whose ratios can be read. */
export interface NaiveBayesWeights extends Transformer<SparseMatrix | Matrix, SparseMatrix | Matrix> {
  fit(x: SparseMatrix | Matrix, y?: readonly string[], options?: FitOptions): this;
  transform<X extends SparseMatrix | Matrix>(x: X): X;
  /** The log-count ratio of each column: above 0 for columns typical of the second class. */
  readonly ratios: Float64Array;
  getState(): ModelState;
}

/**
 * Multiplies each column by how much more it occurs in the second class than in the first (log-count ratio). In front of a linear
 * model it makes NB-SVM, strong on texts: `pipeline(countVectorizer({ binary: true }), naiveBayesWeights(), logisticRegression())`.
 *
 * @throws RangeError unless there are two classes, or where a number is negative
 * Source: Wang & Manning 2012, "Baselines and bigrams".
 */
export function naiveBayesWeights(options?: NaiveBayesWeightsOptions): NaiveBayesWeights {
  return build(options);
}

function build(given?: NaiveBayesWeightsOptions, restored?: Float64Array): NaiveBayesWeights {
  const kind = "naiveBayesWeights";
  const { alpha } = readOptions(kind, given, { alpha: aNumber(1, { above: 0 }) });
  let learned = restored;
  const need = (fn: string): Float64Array => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  return {
    kind,
    get ratios() {
      return need("ratios");
    },
    fit(x, y = []) {
      requirePairs(kind, requireNumeric(kind, x).rows, y.length);
      const { classes, codes } = encodeClasses(kind, y);
      if (classes.length !== 2) throw new RangeError(`${kind}: y must hold two classes, got ${classes.length}.`);
      const sums = [new Float64Array(x.cols).fill(alpha), new Float64Array(x.cols).fill(alpha)];
      forEachValue(x, (row, col, value) => {
        if (value < 0)
          throw new RangeError(`${kind}: x must not be negative, got ${value} at row ${row}, column ${col}.`);
        sums[codes[row]][col] += value;
      });
      const [first, second] = sums.map((s) => s.reduce((a, b) => a + b, 0));
      learned = sums[1].map((v, j) => Math.log(v / second / (sums[0][j] / first)));
      return this;
    },
    transform(x) {
      const ratios = need("transform");
      requireCols(kind, ratios.length, requireNumeric(kind, x).cols);
      if (isSparse(x)) return { ...x, values: Float64Array.from(x.values, (v, k) => v * ratios[x.indices[k]]) };
      return { ...x, data: x.data.map((v, i) => v * ratios[i % x.cols]) };
    },
    getState: () => ({ kind, options: { alpha }, ratios: tensor(need("getState")) }),
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

function forEachValue(x: SparseMatrix | Matrix, visit: (row: number, col: number, value: number) => void): void {
  if (isSparse(x)) {
    for (let i = 0; i < x.rows; i++) {
      for (let k = x.indptr[i]; k < x.indptr[i + 1]; k++) visit(i, x.indices[k], x.values[k]);
    }
  } else for (let i = 0; i < x.data.length; i++) visit(Math.floor(i / x.cols), i % x.cols, x.data[i]);
}

export const naiveBayesWeightsKind: ModelKind = {
  create: (options) => build(options),
  restore(state) {
    const read = readState(state);
    return build(read.options(), read.float64("ratios", [-1]));
  },
};
