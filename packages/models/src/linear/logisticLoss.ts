import { isSparse } from "../core/features.js";
import type { Objective } from "../core/lbfgs.js";
import type { Matrix, SparseMatrix } from "../core/types.js";
import { addOuter, linearScores } from "./linearScores.js";
import { binaryResiduals } from "./residuals.js";
import { sparseBinaryLoss } from "./sparseBinaryLoss.js";

export interface LossParts {
  x: Matrix | SparseMatrix;
  /** Class of each sample, 0 … classes − 1. */
  codes: Int32Array;
  /** Score columns: 1 for two classes, else one a class. */
  k: number;
  weights: Float64Array;
  /** Strength of ½ l2 |w|², against the *mean* loss. */
  l2: number;
  fitIntercept: boolean;
}

/**
 * Mean logistic (k = 1) or multinomial loss plus ½ l2 |w|², of coefficients (k × cols) followed by intercepts (k), which are not
 * penalised.
 */
export function logisticLoss(parts: LossParts): Objective {
  const { x, codes, k, weights, l2, fitIntercept } = parts;
  const fast = k === 1 && isSparse(x) ? sparseBinaryLoss({ ...parts, x }) : undefined;
  if (fast) return fast;
  const { rows, cols } = x;
  const scores = new Float64Array(rows * k);
  const none = new Float64Array(k);
  let total = 0;
  for (let i = 0; i < rows; i++) total += weights[i];
  return (w, gradient) => {
    const coef = w.subarray(0, k * cols);
    linearScores(x, coef, fitIntercept ? w.subarray(k * cols) : none, scores);
    const loss =
      k === 1
        ? binaryResiduals(scores, codes, weights, total, 0, rows)
        : softmaxResiduals(scores, codes, weights, total, k);
    let squares = 0;
    for (let j = 0; j < k * cols; j++) {
      squares += w[j] * w[j];
      gradient[j] = l2 * w[j];
    }
    addOuter(x, scores, k, gradient);
    if (fitIntercept) {
      gradient.fill(0, k * cols);
      for (let i = 0; i < rows * k; i++) gradient[k * cols + (i % k)] += scores[i];
    }
    return loss + 0.5 * l2 * squares;
  };
}

function softmaxResiduals(
  scores: Float64Array,
  codes: Int32Array,
  weights: Float64Array,
  total: number,
  k: number,
): number {
  let loss = 0;
  for (let i = 0; i < codes.length; i++) {
    const at = i * k;
    let top = -Infinity;
    for (let c = 0; c < k; c++) if (scores[at + c] > top) top = scores[at + c];
    const own = scores[at + codes[i]];
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const e = Math.exp(scores[at + c] - top);
      scores[at + c] = e;
      sum += e;
    }
    const share = weights[i] / total;
    loss += share * (Math.log(sum) + top - own);
    for (let c = 0; c < k; c++) scores[at + c] *= share / sum;
    scores[at + codes[i]] -= share;
  }
  return loss;
}
