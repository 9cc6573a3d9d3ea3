import { type BinaryTruth, requireBothClasses, splitScores } from "../binary.js";
import { risingShares } from "../calibration/pav.js";
import { type ThresholdCounts, thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";

/**
 * Cost of log-likelihood ratios, in bits: how much of the truth they fail to tell, over all priors and costs.
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param llr natural-log likelihood ratios, target over other; length n
 * @returns ≥ 0; 0 is perfect, 1 what ratios of 1 tell, more than 1 misleading; ∞ for a certain error
 * @throws RangeError if lengths differ, a ratio is NaN, or one class is missing
 * Source: Brümmer & du Preez 2006, "Application-independent evaluation of speaker detection".
 */
export function cllr(
  yTrue: BinaryTruth,
  llr: ArrayLike<number>,
  { posLabel }: Pick<BinaryOptions, "posLabel"> = {},
): number {
  const { targets, others } = splitScores("cllr", yTrue, llr, { posLabel });
  requireBothClasses("cllr", targets.length, others.length);
  let misses = 0;
  let falseAlarms = 0;
  for (const ratio of targets) misses += softplus(-ratio);
  for (const ratio of others) falseAlarms += softplus(ratio);
  return (misses / targets.length + falseAlarms / others.length) / 2 / Math.LN2;
}

/**
 * Cllr after the best rising map of the scores (PAV): what is left is discrimination, the difference is calibration.
 *
 * @param yTrue 1 for targets (bona fide), 0 for the rest (or any labels with posLabel); length n
 * @param yScore any scores, higher means more target-like; length n
 * @returns in [0, 1] bit
 * @throws RangeError if lengths differ, a score is NaN, or one class is missing
 * Source: Brümmer & du Preez 2006; equal scores get one ratio.
 */
export function minCllr(yTrue: BinaryTruth, yScore: ArrayLike<number>, options: BinaryOptions = {}): number {
  const counts = thresholdCounts("minCllr", yTrue, yScore, options);
  const { targetsBelow, othersBelow, targets, others } = counts;
  const ratios = optimalLlr(counts);
  let misses = 0;
  let falseAlarms = 0;
  for (let i = 0; i < ratios.length; i++) {
    const t = targetsBelow[i + 1] - targetsBelow[i];
    const o = othersBelow[i + 1] - othersBelow[i];
    // Where a class is absent its ratio is infinite, and costs nothing.
    if (t > 0) misses += t * softplus(-ratios[i]);
    if (o > 0) falseAlarms += o * softplus(ratios[i]);
  }
  return (misses / targets + falseAlarms / others) / 2 / Math.LN2;
}

/** The best rising log-likelihood ratio of each distinct score; −∞ and ∞ at ends where a class is absent. */
function optimalLlr(counts: ThresholdCounts): Float64Array {
  const prior = Math.log(counts.targets / counts.others);
  return risingShares(counts).map((p) => Math.log(p / (1 - p)) - prior);
}

/** ln(1 + eˣ) without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
