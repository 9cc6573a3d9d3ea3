import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { defineRegressor, type RegressorJob, type SyncRegressor } from "../core/defineRegressor.js";
import { classWeights } from "../core/labels.js";
import { aNumber, aSwitch } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, SparseMatrix } from "../core/types.js";
import { aClassWeight, type ClassWeight } from "./classWeight.js";
import { leastSquares } from "./leastSquares.js";
import { linearScores, toProbabilities } from "./linearScores.js";

type Rows = Matrix | SparseMatrix;

/** Options of {@link linearRegression}. */
export interface LinearRegressionOptions {
  /** Learns an unpenalised intercept (default true). */
  fitIntercept?: boolean;
}

/** Options of {@link ridge}. */
export interface RidgeOptions extends LinearRegressionOptions {
  /** Strength of the penalty alpha |w|² (default 1). */
  alpha?: number;
}

/** Options of {@link ridgeClassifier}. */
export interface RidgeClassifierOptions extends RidgeOptions {
  classWeight?: ClassWeight;
}

const ridgeReaders = { alpha: aNumber(1, { min: 0 }), fitIntercept: aSwitch(true) };

const learnLine = (
  { x, y, weights }: { x: Rows; y: Float64Array; weights: Float64Array },
  alpha: number,
  fitIntercept: boolean,
) => {
  const { coef, intercept } = leastSquares({ x, y, targets: 1, weights, alpha, fitIntercept });
  return { coef: tensor(coef), intercept: tensor(intercept) };
};

/** What a line gives for each row. */
const onLine = (x: Rows, { coef, intercept }: ReturnType<typeof learnLine>): Float64Array =>
  linearScores(x, coef.data as Float64Array, intercept.data as Float64Array);

const plain = defineRegressor({
  kind: "linearRegression",
  options: { fitIntercept: aSwitch(true) },
  sparse: true,
  learn: (job: RegressorJob<Rows, { fitIntercept: typeof ridgeReaders.fitIntercept }>) =>
    learnLine(job, 0, job.options.fitIntercept),
  predict: onLine,
});

/**
 * Least squares; of many solutions (more columns than samples) the one of least length. Dense or sparse.
 *
 * @throws RangeError for features or targets that are not finite; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `LinearRegression` within 1e-8 in coefficients (golden tests).
 */
export function linearRegression(options?: LinearRegressionOptions): SyncRegressor<Rows> {
  return plain.build(options);
}

export const linearRegressionKind = plain.registered;

const penalised = defineRegressor({
  kind: "ridge",
  options: ridgeReaders,
  sparse: true,
  learn: (job: RegressorJob<Rows, typeof ridgeReaders>) => learnLine(job, job.options.alpha, job.options.fitIntercept),
  predict: onLine,
});

/**
 * Least squares with an L2 penalty, dense or sparse.
 *
 * @throws RangeError for a bad option, features or targets that are not finite; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `Ridge` within 1e-8 in coefficients (golden tests).
 */
export function ridge(options?: RidgeOptions): SyncRegressor<Rows> {
  return penalised.build(options);
}

export const ridgeKind = penalised.registered;

const classifierReaders = { ...ridgeReaders, classWeight: aClassWeight };

const classifier = defineClassifier({
  kind: "ridgeClassifier",
  options: classifierReaders,
  sparse: true,
  learn({ x, codes, classes, weights, options }: ClassifierJob<Rows, typeof classifierReaders>) {
    const targets = classes.length === 2 ? 1 : classes.length;
    const byClass = classWeights("ridgeClassifier", options.classWeight, { classes: [...classes], codes });
    const y = Float64Array.from({ length: x.rows * targets }, (_, at) => {
      const code = codes[Math.floor(at / targets)];
      return code === (targets === 1 ? 1 : at % targets) ? 1 : -1;
    });
    const own = weights.map((w, i) => w * (byClass?.[codes[i]] ?? 1));
    const { alpha, fitIntercept } = options;
    const { coef, intercept } = leastSquares({ x, y, targets, weights: own, alpha, fitIntercept });
    return { coef: tensor(coef, [targets, x.cols]), intercept: tensor(intercept) };
  },
  // Not calibrated: a sigmoid or softmax of scores that are to be ±1.
  probabilities(x: Rows, { coef, intercept }) {
    const scores = linearScores(x, coef.data as Float64Array, intercept.data as Float64Array);
    return toProbabilities(scores, x.rows, intercept.data.length).data as Float64Array;
  },
});

/**
 * Ridge regression of ±1 for each class, of which the largest wins; fast and steady with many columns.
 *
 * `predictProba` squeezes the scores and is not calibrated; wrap it in `calibrated` for probabilities.
 *
 * @throws RangeError for a bad option, one class, features that are not finite; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `RidgeClassifier` within 1e-8 in coefficients (golden tests).
 */
export function ridgeClassifier(options?: RidgeClassifierOptions): SyncClassifier<Rows> {
  return classifier.build(options);
}

export const ridgeClassifierKind = classifier.registered;
