import type { BinaryTruth } from "../binary.js";
import { thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";
import { risingShares } from "./pav.js";

/** A rising piecewise linear map from score to probability; plain JSON, for a model folder. */
export interface IsotonicCalibration {
  kind: "isotonic";
  /** Corners, rising; scores beyond the ends get the end's probability. */
  scores: number[];
  probabilities: number[];
  /** ln(targets / others) of the scores learned from: what a log-likelihood ratio must not contain. */
  priorLogOdds: number;
}

/**
 * Isotonic calibration: the rising map from score to probability closest to the truth in least squares (PAV), linear
 * between the scores seen. Needs about a thousand scores; with few, Platt scaling is safer.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); length n
 * @param yScore scores from data the scoring model has not seen; length n
 * @throws RangeError if lengths differ, a score is NaN, or one class is missing
 * Source: Zadrozny & Elkan 2002. Equals scikit-learn 1.9 `IsotonicRegression(out_of_bounds="clip")` within 1e-12.
 */
export function fitIsotonic(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: BinaryOptions = {},
): IsotonicCalibration {
  const counts = thresholdCounts("fitIsotonic", yTrue, yScore, options);
  const { scores, targets, others } = counts;
  const m = scores.length;
  const fitted = risingShares(counts);
  // Corners alone: within a flat stretch only its two ends matter.
  const corner = (i: number) => i === 0 || i === m - 1 || fitted[i] !== fitted[i - 1] || fitted[i] !== fitted[i + 1];
  const kept = Array.from(fitted.keys()).filter(corner);
  return {
    kind: "isotonic",
    scores: kept.map((i) => scores[i]),
    probabilities: kept.map((i) => fitted[i]),
    priorLogOdds: Math.log(targets / others),
  };
}

/** Probability of the target for a raw score. */
export function applyIsotonic({ scores, probabilities }: IsotonicCalibration, score: number): number {
  let low = 0;
  let high = scores.length - 1;
  if (score <= scores[low]) return probabilities[low];
  if (score >= scores[high]) return probabilities[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle] <= score) low = middle;
    else high = middle;
  }
  const share = (score - scores[low]) / (scores[high] - scores[low]);
  return probabilities[low] + share * (probabilities[high] - probabilities[low]);
}

/**
 * Natural-log likelihood ratio of a raw score: the log odds less those of the data learned from.
 *
 * @param options.most largest size, in nats, of the ratios at the ends, where PAV is certain; default 10
 */
export function isotonicLlr(
  calibration: IsotonicCalibration,
  score: number,
  { most = 10 }: { most?: number } = {},
): number {
  const p = applyIsotonic(calibration, score);
  const llr = Math.log(p / (1 - p)) - calibration.priorLogOdds;
  return Math.min(most, Math.max(-most, llr));
}
