import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { selectSamples } from "../core/features.js";
import { cholesky, solveLower } from "../core/linalg.js";
import { aNumber, aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { toProbabilities } from "../linear/linearScores.js";
import { cluster } from "./kMeans.js";

/** Options of {@link gaussianMixture}. */
export interface GaussianMixtureOptions {
  /** Normal distributions a mixture (default 1). */
  nComponents?: number;
  /** Each with a covariance of its own: "full" (default) or its diagonal. */
  covariance?: "full" | "diag";
  /** Added to the variances (default 1e-6). */
  regCovar?: number;
  /** Ends when the mean log-likelihood rises by less than this (default 1e-3). */
  tol?: number;
  /** Passes at most (default 100). */
  maxIter?: number;
  /** Of the k-means start (default 0). */
  seed?: number;
}

const readers = {
  nComponents: aWhole(1, { min: 1 }),
  covariance: oneOf(["full", "diag"], "full"),
  regCovar: aNumber(1e-6, { min: 0 }),
  tol: aNumber(1e-3, { above: 0 }),
  maxIter: aWhole(100, { min: 1 }),
  seed: aWhole(0),
};

type Settings = Required<GaussianMixtureOptions>;

/** Normal distributions and their weights. */
export interface Mixture {
  weights: Float64Array;
  /** components × cols. */
  means: Float64Array;
  /** Lower triangles of the covariances' Cholesky factors (components × cols × cols), or deviations (components × cols). */
  factors: Float64Array;
  full: boolean;
}

/**
 * Fits a mixture of normal distributions by expectation-maximisation, begun at k-means.
 *
 * @throws RangeError for fewer samples than components, or a covariance that is not positive (raise regCovar)
 */
export function fitMixture(x: Matrix, options: Settings): { mixture: Mixture; logLikelihood: number } {
  const { rows } = x;
  const k = options.nComponents;
  const { labels } = cluster(x, { nClusters: k, nInit: 1, maxIter: 300, tol: 1e-4, seed: options.seed });
  const shares = new Float64Array(rows * k);
  for (let i = 0; i < rows; i++) shares[i * k + labels[i]] = 1;
  let mixture = maximise(x, shares, options);
  let last = -Infinity;
  for (let pass = 0; pass < options.maxIter; pass++) {
    const logs = componentLogs(mixture, x);
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const sum = logSum(logs, i * k, k);
      total += sum;
      for (let c = 0; c < k; c++) shares[i * k + c] = Math.exp(logs[i * k + c] - sum);
    }
    mixture = maximise(x, shares, options);
    const mean = total / rows;
    if (Math.abs(mean - last) < options.tol) break;
    last = mean;
  }
  return { mixture, logLikelihood: mixtureLogs(mixture, x).reduce((a, b) => a + b, 0) / rows };
}

/** Weights, means and covariances of given shares. */
function maximise(
  { data, rows, cols }: Matrix,
  shares: Float64Array,
  { nComponents: k, covariance, regCovar }: Settings,
): Mixture {
  const full = covariance === "full";
  const weights = new Float64Array(k);
  const means = new Float64Array(k * cols);
  const factors = new Float64Array(k * cols * (full ? cols : 1));
  for (let c = 0; c < k; c++) {
    let total = 10 * Number.EPSILON;
    const mean = means.subarray(c * cols, (c + 1) * cols);
    for (let i = 0; i < rows; i++) {
      const share = shares[i * k + c];
      total += share;
      for (let j = 0; j < cols; j++) mean[j] += share * data[i * cols + j];
    }
    for (let j = 0; j < cols; j++) mean[j] /= total;
    weights[c] = total / rows;
    const width = full ? cols * cols : cols;
    const spread = new Float64Array(width);
    for (let i = 0; i < rows; i++) {
      const share = shares[i * k + c] / total;
      if (share === 0) continue;
      for (let j = 0; j < cols; j++) {
        const d = share * (data[i * cols + j] - mean[j]);
        if (full) for (let t = 0; t <= j; t++) spread[j * cols + t] += d * (data[i * cols + t] - mean[t]);
        else spread[j] += d * (data[i * cols + j] - mean[j]);
      }
    }
    for (let j = 0; j < cols; j++) spread[full ? j * cols + j : j] += regCovar;
    const factor = full ? cholesky(spread, cols) : spread.map(Math.sqrt);
    if (!factor)
      throw new RangeError(`gaussianMixture: component ${c} has collapsed; raise regCovar or use fewer components.`);
    factors.set(factor, c * width);
  }
  return { weights, means, factors, full };
}

/** Logarithms of weight × density of each component: rows × components. */
function componentLogs({ weights, means, factors, full }: Mixture, { data, rows, cols }: Matrix): Float64Array {
  const k = weights.length;
  const out = new Float64Array(rows * k);
  const d = new Float64Array(cols);
  for (let c = 0; c < k; c++) {
    const width = full ? cols * cols : cols;
    const factor = factors.subarray(c * width, (c + 1) * width);
    let constant = Math.log(weights[c]) - 0.5 * cols * Math.log(2 * Math.PI);
    for (let j = 0; j < cols; j++) constant -= Math.log(factor[full ? j * cols + j : j]);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) d[j] = data[i * cols + j] - means[c * cols + j];
      if (full) solveLower(factor, cols, d);
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += full ? d[j] * d[j] : (d[j] / factor[j]) ** 2;
      out[i * k + c] = constant - 0.5 * sum;
    }
  }
  return out;
}

/** Logarithm of the density of each row. */
export function mixtureLogs(mixture: Mixture, x: Matrix): Float64Array {
  const k = mixture.weights.length;
  const logs = componentLogs(mixture, x);
  return Float64Array.from({ length: x.rows }, (_, i) => logSum(logs, i * k, k));
}

function logSum(logs: Float64Array, at: number, k: number): number {
  let top = -Infinity;
  for (let c = 0; c < k; c++) top = Math.max(top, logs[at + c]);
  let sum = 0;
  for (let c = 0; c < k; c++) sum += Math.exp(logs[at + c] - top);
  return top + Math.log(sum);
}

const classifier = defineClassifier({
  kind: "gaussianMixture",
  options: readers,
  learn({ x, codes, classes, options }: ClassifierJob<Matrix, typeof readers>) {
    return {
      mixtures: classes.map((_, c) => {
        const own = Int32Array.from(codes.keys()).filter((i) => codes[i] === c);
        const { mixture } = fitMixture(selectSamples(x, own), options);
        return {
          prior: own.length / codes.length,
          weights: tensor(mixture.weights),
          means: tensor(mixture.means),
          factors: tensor(mixture.factors),
        };
      }),
    };
  },
  probabilities(x: Matrix, { mixtures }, { covariance }, k) {
    const scores = new Float64Array(x.rows * k);
    for (const [c, { prior, weights, means, factors }] of mixtures.entries()) {
      const mixture: Mixture = {
        weights: weights.data as Float64Array,
        means: means.data as Float64Array,
        factors: factors.data as Float64Array,
        full: covariance === "full",
      };
      const logs = mixtureLogs(mixture, x);
      for (let i = 0; i < x.rows; i++) scores[i * k + c] = Math.log(prior) + logs[i];
    }
    return toProbabilities(scores, x.rows, k).data as Float64Array;
  },
});

/**
 * A mixture of normal distributions for each class: the classical model of speakers. {@link fitMixture} fits one without classes.
 *
 * @throws RangeError for one class, a class with fewer samples than components; Error for predicting before fit
 * `fitMixture` agrees with scikit-learn 1.9 `GaussianMixture` in log-likelihood (golden tests).
 */
export function gaussianMixture(options?: GaussianMixtureOptions): SyncClassifier {
  return classifier.build(options);
}

export const gaussianMixtureKind = classifier.registered;
