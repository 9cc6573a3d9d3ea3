import { type ClassifierJob, defineClassifier, type SyncClassifier } from "../core/define.js";
import { selectSamples } from "../core/features.js";
import { cholesky, scatter, solveLower, solveUpper, symmetricEigen } from "../core/linalg.js";
import { aNumber, either, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { linearScores, toProbabilities } from "../linear/linearScores.js";
import { columnMoments } from "../preprocessing/standardScaler.js";
import { fewSamplesSolver } from "./fewSamples.js";
import { ledoitWolf } from "./ledoitWolf.js";

/** Options of {@link linearDiscriminant}. */
export interface LinearDiscriminantOptions {
  /** Draws the covariance towards a ball: "auto" (Ledoit–Wolf), a share in [0, 1], or "none" (default). */
  shrinkage?: "none" | "auto" | number;
}

const linearReaders = { shrinkage: either(oneOf(["none", "auto"], "none"), aNumber(0, { min: 0, max: 1 })) };

interface ClassPart {
  samples: Matrix;
  mean: Float64Array;
  share: number;
}

function parts({ x, codes, classes }: { x: Matrix; codes: Int32Array; classes: readonly string[] }): ClassPart[] {
  return classes.map((_, c) => {
    const samples = selectSamples(
      x,
      Int32Array.from(codes.keys()).filter((i) => codes[i] === c),
    );
    return { samples, mean: columnMoments(samples).mean, share: samples.rows / x.rows };
  });
}

const linear = defineClassifier({
  kind: "linearDiscriminant",
  options: linearReaders,
  learn(job: ClassifierJob<Matrix, typeof linearReaders>) {
    const { cols } = job.x;
    const { shrinkage } = job.options;
    const groups = parts(job);
    const shrunk = typeof shrinkage === "number" && shrinkage >= 0.001;
    const few = shrunk && job.x.rows < cols ? fewSamplesSolver(groups, shrinkage) : undefined;
    const solve = few ?? solverOf(pooled(groups, cols, shrinkage), cols, shrunk);
    const coef = new Float64Array(groups.length * cols);
    const intercept = new Float64Array(groups.length);
    for (const [c, { mean, share }] of groups.entries()) {
      const own = solve(mean);
      coef.set(own, c * cols);
      intercept[c] = Math.log(share) - 0.5 * own.reduce((sum, v, j) => sum + v * mean[j], 0);
    }
    return { coef: tensor(coef, [groups.length, cols]), intercept: tensor(intercept) };
  },
  probabilities(x: Matrix, { coef, intercept }, _options, k) {
    const scores = linearScores(x, coef.data as Float64Array, intercept.data as Float64Array);
    return toProbabilities(scores, x.rows, k).data as Float64Array;
  },
});

/** The covariance within classes, each weighed by its share. */
function pooled(groups: readonly ClassPart[], cols: number, shrinkage: "none" | "auto" | number): Float64Array {
  const covariance = new Float64Array(cols * cols);
  for (const { samples, mean, share } of groups) {
    const own = shrunkCovariance(samples, mean, shrinkage);
    for (let i = 0; i < covariance.length; i++) covariance[i] += share * own[i];
  }
  return covariance;
}

/** Divides by a covariance. Drawn towards a ball it has a Cholesky factor, which takes a fraction of the time of eigenvectors. */
function solverOf(covariance: Float64Array, cols: number, shrunk: boolean): (b: Float64Array) => Float64Array {
  const factor = shrunk ? cholesky(covariance, cols) : undefined;
  if (factor) return (b) => solveUpper(factor, cols, solveLower(factor, cols, Float64Array.from(b)));
  // Directions without variance say nothing: they are left out, as scikit-learn's least squares does.
  const { values, vectors } = symmetricEigen(covariance, cols);
  return (b) => {
    const out = new Float64Array(cols);
    for (let r = 0; r < cols && values[r] > values[0] * cols * Number.EPSILON; r++) {
      let along = 0;
      for (let j = 0; j < cols; j++) along += vectors[r * cols + j] * b[j];
      for (let j = 0; j < cols; j++) out[j] += (along / values[r]) * vectors[r * cols + j];
    }
    return out;
  };
}

function shrunkCovariance(samples: Matrix, mean: Float64Array, shrinkage: "none" | "auto" | number): Float64Array {
  const { rows, cols, data } = samples;
  if (shrinkage === "auto") return ledoitWolf(samples, mean);
  const covariance = scatter(data, rows, cols, mean).map((v) => v / rows);
  if (shrinkage === "none") return covariance;
  let trace = 0;
  for (let j = 0; j < cols; j++) trace += covariance[j * cols + j];
  return covariance.map((v, i) => (1 - shrinkage) * v + (i % (cols + 1) === 0 ? (shrinkage * trace) / cols : 0));
}

/**
 * Linear discriminant analysis: one covariance for all classes. With shrinkage it holds with more columns than samples.
 *
 * @throws RangeError for one class, features that are not finite; Error for predicting before fit
 * Equals scikit-learn 1.9 `LinearDiscriminantAnalysis(solver="lsqr")` (golden tests).
 */
export function linearDiscriminant(options?: LinearDiscriminantOptions): SyncClassifier {
  return linear.build(options);
}

export const linearDiscriminantKind = linear.registered;

/** Options of {@link quadraticDiscriminant}. */
export interface QuadraticDiscriminantOptions {
  /** Draws each covariance's eigenvalues towards 1, in [0, 1] (default 0). */
  regParam?: number;
}

const quadraticReaders = { regParam: aNumber(0, { min: 0, max: 1 }) };

const quadratic = defineClassifier({
  kind: "quadraticDiscriminant",
  options: quadraticReaders,
  learn(job: ClassifierJob<Matrix, typeof quadraticReaders>) {
    const { cols } = job.x;
    const { regParam } = job.options;
    const groups = parts(job);
    const scalings = new Float64Array(groups.length * cols);
    const rotations = new Float64Array(groups.length * cols * cols);
    for (const [c, { samples, mean }] of groups.entries()) {
      if (samples.rows < 2)
        throw new RangeError(`quadraticDiscriminant: class "${job.classes[c]}" has one sample; two are needed.`);
      const covariance = scatter(samples.data, samples.rows, cols, mean).map((v) => v / samples.rows);
      const { values, vectors } = symmetricEigen(covariance, cols);
      for (let j = 0; j < cols; j++) scalings[c * cols + j] = (1 - regParam) * Math.max(values[j], 0) + regParam;
      if (scalings[(c + 1) * cols - 1] <= 1e-14 * scalings[c * cols]) {
        throw new RangeError(
          `quadraticDiscriminant: the covariance of class "${job.classes[c]}" is singular; set regParam or use fewer columns.`,
        );
      }
      rotations.set(vectors, c * cols * cols);
    }
    const means = Float64Array.from(groups.flatMap(({ mean }) => [...mean]));
    return {
      means: tensor(means, [groups.length, cols]),
      scalings: tensor(scalings, [groups.length, cols]),
      rotations: tensor(rotations, [groups.length, cols, cols]),
      logPriors: tensor(Float64Array.from(groups, ({ share }) => Math.log(share))),
    };
  },
  probabilities(x: Matrix, { means, scalings, rotations, logPriors }, _options, k) {
    const { rows, cols, data } = x;
    const scores = new Float64Array(rows * k);
    const d = new Float64Array(cols);
    for (let c = 0; c < k; c++) {
      let logDeterminant = 0;
      for (let j = 0; j < cols; j++) logDeterminant += Math.log(scalings.data[c * cols + j]);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) d[j] = data[i * cols + j] - means.data[c * cols + j];
        let distance = 0;
        for (let r = 0; r < cols; r++) {
          let along = 0;
          for (let j = 0; j < cols; j++) along += rotations.data[(c * cols + r) * cols + j] * d[j];
          distance += (along * along) / scalings.data[c * cols + r];
        }
        scores[i * k + c] = logPriors.data[c] - 0.5 * (distance + logDeterminant);
      }
    }
    return toProbabilities(scores, rows, k).data as Float64Array;
  },
});

/**
 * Quadratic discriminant analysis: a normal distribution with its own covariance for each class.
 *
 * @throws RangeError for one class, a singular covariance, features that are not finite; Error for predicting before fit
 * Equals scikit-learn 1.9 `QuadraticDiscriminantAnalysis` (golden tests).
 */
export function quadraticDiscriminant(options?: QuadraticDiscriminantOptions): SyncClassifier {
  return quadratic.build(options);
}

export const quadraticDiscriminantKind = quadratic.registered;
