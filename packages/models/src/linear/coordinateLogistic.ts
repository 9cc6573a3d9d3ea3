import type { Columns } from "../core/columns.js";
import { softThreshold } from "./elasticNet.js";

export interface CoordinateJob {
  columns: Columns;
  /** Class of each sample. */
  codes: Int32Array;
  /** Score columns: 1 for two classes, else one a class. */
  k: number;
  weights: Float64Array;
  /** Strengths of |w|₁ and ½ |w|², against the sum of the losses. */
  l1: number;
  l2: number;
  fitIntercept: boolean;
  /** Ends when no component of the mean loss's smallest subgradient exceeds this. */
  tol: number;
  maxIter: number;
  /** Called after each round; throwing ends the search. */
  onIteration(iteration: number, loss: number): void;
}

export interface CoordinateFit {
  /** k × cols. */
  coef: Float64Array;
  intercept: Float64Array;
  iterations: number;
}

/** Most passes over the columns in one round: a rough answer to the quadratic model will do while it is far off. */
const mostPasses = 50;

/**
 * Logistic or multinomial regression with L1 and L2 penalties, by Newton's steps that coordinate descent solves, class after class.
 *
 * Source: Friedman, Hastie & Tibshirani 2010 (glmnet); line search of Yuan, Ho & Lin 2012 (newGLMNET).
 */
export function coordinateLogistic(job: CoordinateJob): CoordinateFit {
  const { columns, codes, k, weights, l1, l2, tol, maxIter } = job;
  const { rows, cols } = columns;
  const coef = new Float64Array(k * cols);
  const intercept = new Float64Array(k);
  const scores = new Float64Array(rows * k);
  const gradient = new Float64Array(rows);
  const hessian = new Float64Array(rows);
  const total = weights.reduce((a, b) => a + b, 0);
  let value = lossOf(scores, codes, k, weights) + penaltyOf(coef, l1, l2);
  let iterations = 0;
  while (iterations < maxIter) {
    let worst = 0;
    for (let c = 0; c < k; c++) {
      derive(scores, codes, k, c, weights, gradient, hessian);
      const w = coef.subarray(c * cols, (c + 1) * cols);
      const model = quadraticStep(job, w, gradient, hessian, total);
      worst = Math.max(worst, model.violation / total);
      if (model.violation / total <= tol) continue;
      // Halved until the true objective falls with the model.
      for (let share = 1; share > 1e-10; share /= 2) {
        const moved = scores.slice();
        for (let i = 0; i < rows; i++) moved[i * k + c] += share * model.image[i];
        const next = coef.slice();
        for (let j = 0; j < cols; j++) next[c * cols + j] += share * model.step[j];
        const reached = lossOf(moved, codes, k, weights) + penaltyOf(next, l1, l2);
        if (!(reached <= value + 0.01 * share * model.fall + 1e-14 * Math.abs(value))) continue;
        coef.set(next);
        intercept[c] += share * model.bias;
        scores.set(moved);
        value = reached;
        break;
      }
    }
    iterations++;
    job.onIteration(iterations, value / total);
    if (worst <= tol) break;
  }
  return { coef, intercept, iterations };
}

/** Step to the minimum of the penalised quadratic model of one class' loss. */
function quadraticStep(
  { columns: { indptr, indices, values, rows, cols }, l1, l2, fitIntercept, tol }: CoordinateJob,
  w: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
  total: number,
) {
  const step = new Float64Array(cols);
  const image = new Float64Array(rows);
  const slope = new Float64Array(cols);
  const curvature = new Float64Array(cols);
  let violation = fitIntercept ? Math.abs(gradient.reduce((a, b) => a + b, 0)) : 0;
  for (let j = 0; j < cols; j++) {
    for (let e = indptr[j]; e < indptr[j + 1]; e++) {
      slope[j] += values[e] * gradient[indices[e]];
      curvature[j] += values[e] ** 2 * hessian[indices[e]];
    }
    const g = slope[j] + l2 * w[j];
    violation = Math.max(violation, w[j] === 0 ? Math.abs(g) - l1 : Math.abs(g + Math.sign(w[j]) * l1));
  }
  let bias = 0;
  const all = hessian.reduce((a, b) => a + b, 0);
  const enough = Math.max(0.01 * violation, 0.1 * tol * total);
  let active = Int32Array.from({ length: cols }, (_, j) => j);
  for (let pass = 0; violation > 0 && pass < mostPasses; pass++) {
    const whole = active.length === cols;
    let moved = 0;
    if (fitIntercept) {
      let g = 0;
      for (let i = 0; i < rows; i++) g += gradient[i] + hessian[i] * image[i];
      const by = -g / all;
      for (let i = 0; i < rows; i++) image[i] += by;
      bias += by;
      moved = Math.abs(g);
    }
    for (const j of active) {
      const h = curvature[j] + l2;
      if (!(h > 0)) continue;
      let g = slope[j];
      for (let e = indptr[j]; e < indptr[j + 1]; e++) g += values[e] * hessian[indices[e]] * image[indices[e]];
      const now = w[j] + step[j];
      const by = softThreshold(h * now - (g + l2 * now), l1) / h - now;
      if (by === 0) continue;
      step[j] += by;
      moved = Math.max(moved, Math.abs(by) * h);
      for (let e = indptr[j]; e < indptr[j + 1]; e++) image[indices[e]] += by * values[e];
    }
    if (moved <= enough && whole) break;
    // Columns that stay at 0 are looked at again once the others have settled.
    active = moved <= enough ? Int32Array.from({ length: cols }, (_, j) => j) : nonZero(w, step);
  }
  let fall = bias * gradient.reduce((a, b) => a + b, 0);
  for (let j = 0; j < cols; j++) {
    const next = w[j] + step[j];
    fall += step[j] * slope[j] + l1 * (Math.abs(next) - Math.abs(w[j])) + (l2 / 2) * (next ** 2 - w[j] ** 2);
  }
  return { step, bias, image, violation, fall };
}

const nonZero = (w: Float64Array, step: Float64Array): Int32Array<ArrayBuffer> =>
  Int32Array.from(w.keys()).filter((j) => w[j] + step[j] !== 0);

function penaltyOf(coef: Float64Array, l1: number, l2: number): number {
  let sum = 0;
  for (let j = 0; j < coef.length; j++) sum += l1 * Math.abs(coef[j]) + (l2 / 2) * coef[j] ** 2;
  return sum;
}

function lossOf(scores: Float64Array, codes: Int32Array, k: number, weights: Float64Array): number {
  let loss = 0;
  for (let i = 0; i < codes.length; i++) {
    if (k === 1) {
      const z = codes[i] ? scores[i] : -scores[i];
      loss += weights[i] * (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(-z, 0));
    } else {
      let top = -Infinity;
      for (let c = 0; c < k; c++) top = Math.max(top, scores[i * k + c]);
      let sum = 0;
      for (let c = 0; c < k; c++) sum += Math.exp(scores[i * k + c] - top);
      loss += weights[i] * (Math.log(sum) + top - scores[i * k + codes[i]]);
    }
  }
  return loss;
}

/** First and second derivatives of the loss by the scores of one class. */
function derive(
  scores: Float64Array,
  codes: Int32Array,
  k: number,
  c: number,
  weights: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  for (let i = 0; i < codes.length; i++) {
    let p: number;
    if (k === 1) {
      const e = Math.exp(-Math.abs(scores[i]));
      p = scores[i] >= 0 ? 1 / (1 + e) : e / (1 + e);
    } else {
      let sum = 0;
      for (let d = 0; d < k; d++) sum += Math.exp(scores[i * k + d] - scores[i * k + c]);
      p = 1 / sum;
    }
    gradient[i] = weights[i] * (p - (codes[i] === (k === 1 ? 1 : c) ? 1 : 0));
    hessian[i] = weights[i] * Math.max(p * (1 - p), 1e-10);
  }
}
