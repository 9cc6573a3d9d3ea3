import { checkedWeights, requireItems } from "../check.js";
import type { Label, MatrixLike } from "../types.js";
import { type LogLossOptions, probabilityRows } from "./logLoss.js";

/** Options of {@link brierScore}. */
export interface BrierOptions extends Omit<LogLossOptions, "normalize"> {
  /** Halve the sum, so that the score lies in [0, 1] instead of [0, 2]; default: for two classes alone. */
  scaleByHalf?: boolean;
}

/**
 * Brier score: mean squared distance of the probabilities from what happened.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param proba n × classes, or for two classes the probability of the second; each in [0, 1]
 * @throws RangeError if lengths differ, a class is missing from the columns, or a probability is outside [0, 1]
 * Equals scikit-learn 1.9 `metrics.brier_score_loss` within 1e-15.
 */
export function brierScore(
  yTrue: ArrayLike<Label>,
  proba: MatrixLike | ArrayLike<number>,
  { labels, sampleWeight, scaleByHalf }: BrierOptions = {},
): number {
  requireItems("brierScore", "yTrue", yTrue.length);
  checkedWeights("brierScore", sampleWeight, yTrue.length);
  const { classes, truth, at } = probabilityRows("brierScore", yTrue, proba, labels);
  let sum = 0;
  let all = 0;
  for (let i = 0; i < truth.length; i++) {
    let square = 0;
    for (let c = 0; c < classes.length; c++) square += (at(i, c) - (c === truth[i] ? 1 : 0)) ** 2;
    const w = sampleWeight ? sampleWeight[i] : 1;
    sum += w * square;
    all += w;
  }
  return sum / all / ((scaleByHalf ?? classes.length === 2) ? 2 : 1);
}
