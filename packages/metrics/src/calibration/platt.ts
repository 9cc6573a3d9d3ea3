import { type BinaryTruth, checkedTargets, requireBothClasses } from "../binary.js";
import type { BinaryOptions } from "../types.js";

/** How a raw score becomes a probability; plain JSON, for a model folder. */
export interface PlattCalibration {
  kind: "platt";
  /** P(target) = 1 / (1 + exp(slope · score + intercept)); slope is negative where high scores mean targets. */
  slope: number;
  intercept: number;
  /** ln(targets / others) of the scores learned from: what a log-likelihood ratio must not contain. */
  priorLogOdds: number;
}

/**
 * Platt scaling: a logistic function from score to probability, fitted by Newton's method with backtracking, its targets
 * drawn in a little (as if one more item of each class had been seen) so that separable scores stay finite.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); length n
 * @param yScore finite scores from data the scoring model has not seen; length n
 * @throws RangeError if lengths differ, a score is not finite, or one class is missing
 * Source: Platt 1999, as corrected by Lin, Lin & Weng 2007. Within 1e-9 of the minimum; scikit-learn 1.9
 * `_SigmoidCalibration` stops 1e-6 from it.
 */
export function fitPlatt(yTrue: BinaryTruth, yScore: ArrayLike<number>, options: BinaryOptions = {}): PlattCalibration {
  const { posLabel, sampleWeight } = options;
  const isTarget = checkedTargets("fitPlatt", yTrue, yScore, posLabel, sampleWeight);
  const n = isTarget.length;
  let targets = 0;
  let others = 0;
  let furthest = 0;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(yScore[i])) {
      throw new RangeError(`fitPlatt: yScore must be finite, got ${yScore[i]} at index ${i}.`);
    }
    const w = sampleWeight ? sampleWeight[i] : 1;
    if (isTarget[i]) targets += w;
    else others += w;
    furthest = Math.max(furthest, Math.abs(yScore[i]));
  }
  requireBothClasses("fitPlatt", targets, others);
  // Scores of size one keep the two columns of Newton's matrix comparable.
  const scale = furthest || 1;
  const goal = [1 / (others + 2), (targets + 1) / (targets + 2)];
  const { slope, intercept } = newton(
    Float64Array.from({ length: n }, (_, i) => yScore[i] / scale),
    Float64Array.from({ length: n }, (_, i) => goal[isTarget[i]]),
    sampleWeight,
    Math.log((others + 1) / (targets + 1)),
  );
  return { kind: "platt", slope: slope / scale, intercept, priorLogOdds: Math.log(targets / others) };
}

/** Probability of the target for a raw score. */
export function applyPlatt({ slope, intercept }: PlattCalibration, score: number): number {
  return 1 / (1 + Math.exp(slope * score + intercept));
}

/** Natural-log likelihood ratio of a raw score: the log odds less those of the data learned from. */
export function plattLlr({ slope, intercept, priorLogOdds }: PlattCalibration, score: number): number {
  return -(slope * score + intercept) - priorLogOdds;
}

function newton(x: Float64Array, goal: Float64Array, weights: ArrayLike<number> | undefined, start: number) {
  let [slope, intercept] = [0, start];
  const loss = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const f = a * x[i] + b;
      const l = f >= 0 ? goal[i] * f + Math.log1p(Math.exp(-f)) : (goal[i] - 1) * f + Math.log1p(Math.exp(f));
      sum += weights ? weights[i] * l : l;
    }
    return sum;
  };
  let current = loss(slope, intercept);
  for (let iteration = 0; iteration < 200; iteration++) {
    // The ridge keeps the matrix regular where all scores are alike.
    let [h11, h22, h21, g1, g2] = [1e-12, 1e-12, 0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const w = weights ? weights[i] : 1;
      const p = 1 / (1 + Math.exp(slope * x[i] + intercept));
      const d2 = w * p * (1 - p);
      h11 += x[i] * x[i] * d2;
      h22 += d2;
      h21 += x[i] * d2;
      g1 += w * x[i] * (goal[i] - p);
      g2 += w * (goal[i] - p);
    }
    if (Math.abs(g1) < 1e-10 * x.length && Math.abs(g2) < 1e-10 * x.length) break;
    const det = h11 * h22 - h21 * h21;
    const da = -(h22 * g1 - h21 * g2) / det;
    const db = -(h11 * g2 - h21 * g1) / det;
    const descent = g1 * da + g2 * db;
    let step = 1;
    let next = loss(slope + step * da, intercept + step * db);
    while (!(next < current + 1e-4 * step * descent) && step > 1e-10) {
      step /= 2;
      next = loss(slope + step * da, intercept + step * db);
    }
    if (step <= 1e-10) break;
    slope += step * da;
    intercept += step * db;
    current = next;
  }
  return { slope, intercept };
}
