import { checkedWeights, requireItems, requireMatrix, requireSameLength } from "../check.js";
import { checkedLabels, encode, uniqueLabels } from "../labels.js";
import type { Label, MatrixLike } from "../types.js";

/** Options of {@link logLoss}. */
export interface LogLossOptions {
  /** Class of each column; default: the classes in `yTrue`, rising. */
  labels?: ArrayLike<Label>;
  /** Mean over items (default), or their sum. */
  normalize?: boolean;
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/**
 * Mean negative log-likelihood of the true classes, in nats (cross-entropy).
 *
 * Probabilities are kept ε away from 0 and 1, ε being 2⁻²³ for Float32Array and 2⁻⁵² otherwise, so that one confident
 * error costs at most 16 or 36 nats. Rows are taken as they are, not divided by their sum.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param proba n × classes, or for two classes the probability of the second; each in [0, 1]
 * @throws RangeError if lengths differ, a class is missing from the columns, or a probability is outside [0, 1]
 * Equals scikit-learn 1.9 `metrics.log_loss` within 1e-12 on doubles.
 */
export function logLoss(
  yTrue: ArrayLike<Label>,
  proba: MatrixLike | ArrayLike<number>,
  { labels, normalize = true, sampleWeight }: LogLossOptions = {},
): number {
  const n = yTrue.length;
  requireItems("logLoss", "yTrue", n);
  checkedWeights("logLoss", sampleWeight, n);
  const { truth, at, epsilon } = probabilityRows("logLoss", yTrue, proba, labels);
  let loss = 0;
  let all = 0;
  for (let i = 0; i < n; i++) {
    const w = sampleWeight ? sampleWeight[i] : 1;
    const p = at(i, truth[i]);
    loss -= w * Math.log(Math.min(1 - epsilon, Math.max(epsilon, p)));
    all += w;
  }
  return normalize ? loss / all : loss;
}

/** Truth as column numbers and a reader of probabilities, whichever of the two forms they came in. */
export function probabilityRows(
  fn: string,
  yTrue: ArrayLike<Label>,
  proba: MatrixLike | ArrayLike<number>,
  labels?: ArrayLike<Label>,
) {
  const matrix = "cols" in proba ? proba : undefined;
  const data: ArrayLike<number> = matrix ? matrix.data : (proba as ArrayLike<number>);
  const cols = matrix ? matrix.cols : 2;
  if (matrix) requireMatrix(fn, "proba", matrix);
  requireSameLength(fn, "yTrue", yTrue.length, "proba", matrix ? matrix.rows : data.length);
  const classes = labels ? checkedLabels(fn, labels) : uniqueLabels(fn, yTrue);
  if (classes.length !== cols) {
    throw new RangeError(
      `${fn}: proba has ${cols} columns and there are ${classes.length} classes; name the columns with labels.`,
    );
  }
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] >= 0 && data[i] <= 1)) {
      if (Array.isArray(data[i])) {
        throw new TypeError(
          `${fn}: proba must be a matrix { data, rows, cols } or an array of numbers, got an array of arrays.`,
        );
      }
      throw new RangeError(`${fn}: proba must be in [0, 1], got ${data[i]} at index ${i}.`);
    }
  }
  const truth = encode(yTrue, new Map(classes.map((label, i) => [label, i])));
  const unknown = truth.indexOf(-1);
  if (unknown >= 0) throw new RangeError(`${fn}: class ${JSON.stringify(yTrue[unknown])} is not among the labels.`);
  const at = matrix
    ? (i: number, c: number): number => data[i * cols + c]
    : (i: number, c: number): number => (c === 1 ? data[i] : 1 - data[i]);
  return { classes, truth, at, epsilon: data instanceof Float32Array ? 2 ** -23 : 2 ** -52 };
}
