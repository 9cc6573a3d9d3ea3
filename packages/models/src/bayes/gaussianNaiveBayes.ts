import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { aNumber } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { toProbabilities } from "../linear/linearScores.js";
import { columnMoments } from "../preprocessing/standardScaler.js";

/** Options of {@link gaussianNaiveBayes}. */
export interface GaussianNaiveBayesOptions {
  /** Share of the largest column variance added to all variances (default 1e-9). */
  varSmoothing?: number;
}

const readers = { varSmoothing: aNumber(1e-9, { min: 0 }) };

const classifier = defineClassifier({
  kind: "gaussianNaiveBayes",
  options: readers,
  learn({ x, codes, classes, weights, options }: ClassifierJob<Matrix, typeof readers>) {
    const k = classes.length;
    const { cols, data } = x;
    const means = new Float64Array(k * cols);
    const variances = new Float64Array(k * cols);
    const sizes = new Float64Array(k);
    for (let i = 0; i < x.rows; i++) {
      sizes[codes[i]] += weights[i];
      for (let j = 0; j < cols; j++) means[codes[i] * cols + j] += weights[i] * data[i * cols + j];
    }
    for (let m = 0; m < means.length; m++) means[m] /= sizes[Math.floor(m / cols)];
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < cols; j++) {
        const at = codes[i] * cols + j;
        variances[at] += weights[i] * (data[i * cols + j] - means[at]) ** 2;
      }
    }
    const extra = options.varSmoothing * Math.max(...columnMoments(x).variance);
    for (let m = 0; m < variances.length; m++) variances[m] = variances[m] / sizes[Math.floor(m / cols)] + extra;
    const total = sizes.reduce((a, b) => a + b, 0);
    return {
      means: tensor(means, [k, cols]),
      variances: tensor(variances, [k, cols]),
      logPriors: tensor(sizes.map((n) => Math.log(n / total))),
    };
  },
  probabilities(x: Matrix, { means, variances, logPriors }, _options, k) {
    const { rows, cols, data } = x;
    const scores = new Float64Array(rows * k);
    for (let c = 0; c < k; c++) {
      let constant = logPriors.data[c];
      for (let j = 0; j < cols; j++) constant -= 0.5 * Math.log(2 * Math.PI * variances.data[c * cols + j]);
      for (let i = 0; i < rows; i++) {
        let score = constant;
        for (let j = 0; j < cols; j++) {
          score -= (0.5 * (data[i * cols + j] - means.data[c * cols + j]) ** 2) / variances.data[c * cols + j];
        }
        scores[i * k + c] = score;
      }
    }
    return toProbabilities(scores, rows, k).data as Float64Array;
  },
});

/**
 * Naive Bayes with a normal distribution for each column and class.
 *
 * @throws RangeError for one class, features that are not finite; Error for predicting before fit
 * Equals scikit-learn 1.9 `GaussianNB` (golden tests).
 */
export function gaussianNaiveBayes(options?: GaussianNaiveBayesOptions): SyncClassifier {
  return classifier.build(options);
}

export const gaussianNaiveBayesKind = classifier.registered;
