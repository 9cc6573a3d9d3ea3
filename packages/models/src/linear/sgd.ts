import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { defineRegressor, type RegressorJob, type SyncRegressor } from "../core/defineRegressor.js";
import { classWeights } from "../core/labels.js";
import { aNumber, aSwitch, aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, SparseMatrix } from "../core/types.js";
import { aClassWeight, type ClassWeight } from "./classWeight.js";
import { linearScores, sigmoid, toProbabilities } from "./linearScores.js";
import { type ClassLoss, type RegressionLoss, sgdLosses } from "./sgdLoss.js";
import { descendStochastically } from "./sgdSolver.js";

type Rows = Matrix | SparseMatrix;

interface SgdOptions {
  /** Default "l2". */
  penalty?: "l2" | "l1" | "elasticnet" | "none";
  /** Strength of the penalty (default 1e-4). */
  alpha?: number;
  /** Share of the L1 part of "elasticnet" (default 0.15). */
  l1Ratio?: number;
  /** Learns an unpenalised intercept (default true). */
  fitIntercept?: boolean;
  /** Passes over the samples at most (default 1000). */
  maxIter?: number;
  /** Ends when the mean objective falls by less than this for `nIterNoChange` passes (default 1e-3); absent: all passes are made. */
  tol?: number | null;
  /** Default 5. */
  nIterNoChange?: number;
  /** Whether each pass takes the samples in a new random order (default true). */
  shuffle?: boolean;
  /** How steps shrink: "optimal" (Bottou; classifiers' default), "invscaling" (regressor's), "constant", "adaptive". */
  learningRate?: "optimal" | "invscaling" | "constant" | "adaptive";
  /** First step of all rates but "optimal" (default 0.01). */
  eta0?: number;
  /** Of "invscaling": steps shrink with t to this power (classifier 0.5, regressor 0.25). */
  powerT?: number;
  /** Default 0. */
  seed?: number;
}

/** Options of {@link sgdClassifier}. */
export interface SgdClassifierOptions extends SgdOptions {
  /** "hinge" (default: a linear SVM), "logLoss" (logistic regression), "modifiedHuber", "squaredHinge", "perceptron". */
  loss?: ClassLoss;
  classWeight?: ClassWeight;
}

/** Options of {@link sgdRegressor}. */
export interface SgdRegressorOptions extends SgdOptions {
  /** "squaredError" (default), "huber", "epsilonInsensitive". */
  loss?: RegressionLoss;
  /** Where "huber" turns straight, or errors are free of "epsilonInsensitive" (default 0.1). */
  epsilon?: number;
}

const shared = {
  penalty: oneOf(["l2", "l1", "elasticnet", "none"], "l2"),
  alpha: aNumber(1e-4, { above: 0 }),
  l1Ratio: aNumber(0.15, { min: 0, max: 1 }),
  fitIntercept: aSwitch(true),
  maxIter: aWhole(1000, { min: 1 }),
  nIterNoChange: aWhole(5, { min: 1 }),
  shuffle: aSwitch(true),
  eta0: aNumber(0.01, { above: 0 }),
  seed: aWhole(0),
};
/** null says that all passes are made; absent is the default. */
const aTolerance = (value: unknown, fail: (rule: string) => never): number | null =>
  value === null ? null : aNumber(1e-3, { min: 0 })(value, fail);
const rates = ["optimal", "invscaling", "constant", "adaptive"] as const;

const classifierReaders = {
  loss: oneOf(["hinge", "logLoss", "modifiedHuber", "squaredHinge", "perceptron"], "hinge"),
  ...shared,
  tol: aTolerance,
  learningRate: oneOf(rates, "optimal"),
  powerT: aNumber(0.5),
  classWeight: aClassWeight,
};

const classifier = defineClassifier({
  kind: "sgdClassifier",
  options: classifierReaders,
  sparse: true,
  learn({ x, codes, classes, weights, options, fit }: ClassifierJob<Rows, typeof classifierReaders>) {
    const k = classes.length === 2 ? 1 : classes.length;
    const byClass = classWeights("sgdClassifier", options.classWeight, { classes: [...classes], codes });
    const coef = new Float64Array(k * x.cols);
    const intercept = new Float64Array(k);
    for (let c = 0; c < k; c++) {
      const positive = k === 1 ? 1 : c;
      const y = Float64Array.from(codes, (code) => (code === positive ? 1 : -1));
      // As in scikit-learn: of one class against the rest, the rest weighs 1.
      const own = weights.map((w, i) => w * (k === 1 || y[i] > 0 ? (byClass?.[codes[i]] ?? 1) : 1));
      const loss = sgdLosses[options.loss](0);
      const found = descendStochastically({ x, y, weights: own, loss, options, stream: c, signal: fit.signal });
      coef.set(found.coef, c * x.cols);
      intercept[c] = found.intercept;
    }
    return { coef: tensor(coef, [k, x.cols]), intercept: tensor(intercept) };
  },
  probabilities(x: Rows, { coef, intercept }, { loss }, classes) {
    const scores = linearScores(x, coef.data as Float64Array, intercept.data as Float64Array);
    const k = intercept.data.length;
    if (loss === "logLoss" && k > 1) return shares(scores.map(sigmoid), x.rows, k);
    if (loss === "modifiedHuber") return huberProbabilities(scores, x.rows, k, classes);
    return toProbabilities(scores, x.rows, k).data as Float64Array;
  },
});

/**
 * Linear classification by stochastic gradient descent, one class against the rest: for more samples than other solvers like. Dense or sparse.
 *
 * Scale the features first. `predictProba` gives probabilities with the losses "logLoss" and "modifiedHuber", else squeezed scores.
 *
 * @throws RangeError for a bad option, one class, features that are not finite, steps that run away; Error for predicting before fit
 * Equals scikit-learn 1.9 `SGDClassifier(shuffle=False)` within 1e-9 in coefficients (golden tests); orders drawn at random differ.
 */
export function sgdClassifier(options?: SgdClassifierOptions): SyncClassifier<Rows> {
  return classifier.build(options);
}

export const sgdClassifierKind = classifier.registered;

const regressorReaders = {
  loss: oneOf(["squaredError", "huber", "epsilonInsensitive"], "squaredError"),
  ...shared,
  tol: aTolerance,
  epsilon: aNumber(0.1, { min: 0 }),
  learningRate: oneOf(rates, "invscaling"),
  powerT: aNumber(0.25),
};

const regressor = defineRegressor({
  kind: "sgdRegressor",
  options: regressorReaders,
  sparse: true,
  learn({ x, y, weights, options, fit }: RegressorJob<Rows, typeof regressorReaders>) {
    const loss = sgdLosses[options.loss](options.epsilon);
    const found = descendStochastically({ x, y, weights, loss, options, stream: 0, signal: fit.signal });
    return { coef: tensor(found.coef), intercept: tensor(Float64Array.of(found.intercept)) };
  },
  predict: (x: Rows, { coef, intercept }) => linearScores(x, coef.data as Float64Array, intercept.data as Float64Array),
});

/**
 * Linear regression by stochastic gradient descent. Scale the features first.
 *
 * @throws RangeError for a bad option, features or targets that are not finite, steps that run away; Error for predicting before fit
 * Equals scikit-learn 1.9 `SGDRegressor(shuffle=False)` within 1e-9 in coefficients (golden tests); orders drawn at random differ.
 */
export function sgdRegressor(options?: SgdRegressorOptions): SyncRegressor<Rows> {
  return regressor.build(options);
}

export const sgdRegressorKind = regressor.registered;

/** Rows brought to the sum 1; without any share, equal ones. */
function shares(data: Float64Array, rows: number, k: number): Float64Array {
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * k, (i + 1) * k);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let c = 0; c < k; c++) row[c] = sum > 0 ? row[c] / sum : 1 / k;
  }
  return data;
}

/** (clip(score, −1, 1) + 1) / 2 (Zhang 2004). */
function huberProbabilities(scores: Float64Array, rows: number, k: number, classes: number): Float64Array {
  const p = scores.map((s) => (Math.min(1, Math.max(-1, s)) + 1) / 2);
  if (k > 1) return shares(p, rows, k);
  const out = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    out[2 * i] = 1 - p[i];
    out[2 * i + 1] = p[i];
  }
  return out;
}
