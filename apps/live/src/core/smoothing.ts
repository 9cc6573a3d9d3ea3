import { requireInRange, requirePositive } from "./check.js";
import type { Prediction } from "./types.js";

/** Options of {@link createSmoothing}. */
export interface SmoothOptions {
  /** How far back votes count, s, ≥ 0; 0 leaves predictions as they are. More latency buys steadier answers. */
  latencySec: number;
  /** Time between two predictions, s, > 0. */
  stepSec: number;
}

/** Averages a stream of predictions. */
export interface Smoothing {
  /** Mean of this prediction and those of the last `latencySec`. */
  process(prediction: Prediction): Prediction;
}

/**
 * Mean of overlapping votes: each answer averages 1 + latencySec / stepSec predictions, at the start of a stream as many as
 * there are. After a gap (windows dropped, silence gated) earlier votes are forgotten.
 *
 * @throws RangeError if latencySec is outside [0, 60] or stepSec is not positive
 */
export function createSmoothing({ latencySec, stepSec }: SmoothOptions): Smoothing {
  requireInRange("smooth", "latencySec", latencySec, 0, 60);
  requirePositive("smooth", "stepSec", stepSec);
  // A thousandth of a step forgives the rounding of times that were multiplied and divided.
  const reach = latencySec + stepSec / 1000;
  let votes: Prediction[] = [];
  return {
    process(prediction) {
      votes = votes.filter((vote) => prediction.startSec - vote.startSec <= reach);
      votes.push(prediction);
      if (votes.length === 1) return prediction;
      const probabilities = prediction.probabilities.map(
        (_, i) => votes.reduce((sum, vote) => sum + vote.probabilities[i], 0) / votes.length,
      );
      return { ...prediction, probabilities };
    },
  };
}
