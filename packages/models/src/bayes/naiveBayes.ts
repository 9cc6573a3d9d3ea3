import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { isSparse } from "../core/features.js";
import { aNumber, aSwitch, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, SparseMatrix, StateTensor } from "../core/types.js";
import { linearScores, toProbabilities } from "../linear/linearScores.js";

/** Options of {@link naiveBayes}. */
export interface CountNaiveBayesOptions {
  /** "multinomial" (default) for counts, "bernoulli" for presence, "complement" for uneven classes. */
  variant?: "multinomial" | "bernoulli" | "complement";
  /** Added to every count (default 1). */
  alpha?: number;
  /** Learns how frequent the classes are (default true); else all are alike. */
  fitPrior?: boolean;
  /** Of "bernoulli": larger values count as present (default 0). */
  threshold?: number;
}

const countReaders = {
  variant: oneOf(["multinomial", "bernoulli", "complement"], "multinomial"),
  alpha: aNumber(1, { above: 0 }),
  fitPrior: aSwitch(true),
  threshold: aNumber(0),
};

type Rows = Matrix | SparseMatrix;

const counting = defineClassifier({
  kind: "naiveBayes",
  options: countReaders,
  sparse: true,
  learn({ x, codes, classes, weights, options }: ClassifierJob<Rows, typeof countReaders>) {
    const k = classes.length;
    const { variant, alpha, fitPrior, threshold } = options;
    const counts = new Float64Array(k * x.cols);
    const sizes = new Float64Array(k);
    for (let i = 0; i < codes.length; i++) sizes[codes[i]] += weights[i];
    forEachValue(x, (row, col, value) => {
      if (value < 0 && variant !== "bernoulli") {
        throw new RangeError(`naiveBayes: x must not be negative, got ${value} at row ${row}, column ${col}.`);
      }
      const counted = variant === "bernoulli" ? Number(value > threshold) : value;
      counts[codes[row] * x.cols + col] += weights[row] * counted;
    });
    const total = sizes.reduce((a, b) => a + b, 0);
    const bias = sizes.map((n) => (fitPrior ? Math.log(n / total) : -Math.log(k)));
    if (variant === "bernoulli") return bernoulli(counts, sizes, bias, x.cols, alpha);
    if (variant === "complement") return complement(counts, k, x.cols, alpha);
    return multinomial(counts, bias, x.cols, alpha);
  },
  probabilities(x, { weights, bias }, { variant, threshold }, k) {
    const seen = variant === "bernoulli" ? present(x, threshold) : x;
    const scores = linearScores(seen, weights.data as Float64Array, bias.data as Float64Array);
    return toProbabilities(scores, x.rows, k).data as Float64Array;
  },
});

/**
 * Naive Bayes on counts or on presence, dense or sparse.
 *
 * @throws RangeError for negative counts, one class; Error for predicting before fit
 * Equals scikit-learn 1.9 `MultinomialNB`, `BernoulliNB` and `ComplementNB` (golden tests).
 */
export function naiveBayes(options?: CountNaiveBayesOptions): SyncClassifier<Rows> {
  return counting.build(options);
}

export const naiveBayesKind = counting.registered;

function forEachValue(x: Rows, visit: (row: number, col: number, value: number) => void): void {
  if (isSparse(x)) {
    for (let i = 0; i < x.rows; i++)
      for (let k = x.indptr[i]; k < x.indptr[i + 1]; k++) visit(i, x.indices[k], x.values[k]);
  } else for (let i = 0; i < x.data.length; i++) visit(Math.floor(i / x.cols), i % x.cols, x.data[i]);
}

function present(x: Rows, threshold: number): Rows {
  if (isSparse(x)) return { ...x, values: Float64Array.from(x.values, (v) => Number(v > threshold)) };
  return { ...x, data: Float64Array.from(x.data, (v) => Number(v > threshold)) };
}

interface Linear {
  readonly [key: string]: StateTensor;
  weights: StateTensor;
  bias: StateTensor;
}

function multinomial(counts: Float64Array, bias: Float64Array, cols: number, alpha: number): Linear {
  const k = bias.length;
  for (let c = 0; c < k; c++) {
    const own = counts.subarray(c * cols, (c + 1) * cols);
    const sum = own.reduce((a, b) => a + b, 0) + alpha * cols;
    for (let j = 0; j < cols; j++) own[j] = Math.log((own[j] + alpha) / sum);
  }
  return { weights: tensor(counts, [k, cols]), bias: tensor(bias) };
}

/** Presence and absence as one linear score: log p − log(1 − p) times presence, plus the sum of log(1 − p). */
function bernoulli(counts: Float64Array, sizes: Float64Array, bias: Float64Array, cols: number, alpha: number): Linear {
  for (let c = 0; c < sizes.length; c++) {
    for (let j = 0; j < cols; j++) {
      const p = (counts[c * cols + j] + alpha) / (sizes[c] + 2 * alpha);
      counts[c * cols + j] = Math.log(p) - Math.log1p(-p);
      bias[c] += Math.log1p(-p);
    }
  }
  return { weights: tensor(counts, [sizes.length, cols]), bias: tensor(bias) };
}

/** Source: Rennie et al. 2003; classes are told by what all the others hold, and priors play no part. */
function complement(counts: Float64Array, k: number, cols: number, alpha: number): Linear {
  const weights = new Float64Array(k * cols);
  for (let c = 0; c < k; c++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) {
      let others = alpha;
      for (let o = 0; o < k; o++) if (o !== c) others += counts[o * cols + j];
      weights[c * cols + j] = others;
      sum += others;
    }
    for (let j = 0; j < cols; j++) weights[c * cols + j] = -Math.log(weights[c * cols + j] / sum);
  }
  return { weights: tensor(weights, [k, cols]), bias: tensor(new Float64Array(k)) };
}
