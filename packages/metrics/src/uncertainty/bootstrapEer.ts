import type { BinaryTruth } from "../binary.js";
import { interpolatedEer } from "../detection/equalErrorRate.js";
import { type ThresholdCounts, thresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";
import { binomial } from "./binomial.js";
import { type BootstrapOptions, checkBootstrap } from "./bootstrap.js";
import { type Interval, percentileInterval } from "./interval.js";
import { createRng, type Rng } from "./rng.js";

/** Options of {@link bootstrapEer}. */
export interface BootstrapEerOptions
  extends Pick<BootstrapOptions, "replicates" | "confidence" | "seed">,
    Pick<BinaryOptions, "posLabel"> {
  /** Draw targets and others apart, so that every replicate has as many of each as the data (default true). */
  stratified?: boolean;
}

/**
 * Percentile bootstrap of the equal error rate, about a hundred times as fast as a NumPy loop that resamples items.
 *
 * The scores are sorted once. How many of a replicate's items fall below a score is binomial, and the crossing of the two
 * error rates is found by halving: each replicate draws the counts at some fifteen scores instead of every item. The
 * distribution of the replicates is exactly that of resampling items.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @throws RangeError if lengths differ, a score is NaN, one class is missing, or an option is out of range
 * @see bootstrapDetection for groups, and for other figures beside the equal error rate
 */
export function bootstrapEer(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  { replicates = 1000, confidence = 0.95, seed = 0, stratified = true, posLabel }: BootstrapEerOptions = {},
): Interval {
  checkBootstrap("bootstrapEer", { replicates, confidence, seed });
  const counts = thresholdCounts("bootstrapEer", yTrue, yScore, { posLabel });
  const rng = createRng(seed);
  const n = counts.targets + counts.others;
  const drawn = new Float64Array(replicates);
  for (let r = 0; r < replicates; r++) {
    const targets = stratified ? counts.targets : binomial(rng, n, counts.targets / n);
    drawn[r] = targets === 0 || targets === n ? Number.NaN : drawEer(counts, targets, n - targets, rng);
  }
  return percentileInterval(interpolatedEer(counts).eer, drawn, confidence);
}

/** One replicate: the counts below a score, given those at two scores around it, are binomial in what lies between. */
function drawEer(
  { scores, targetsBelow, othersBelow }: ThresholdCounts,
  targets: number,
  others: number,
  rng: Rng,
): number {
  let [low, lowTargets, lowOthers] = [0, 0, 0];
  let [high, highTargets, highOthers] = [scores.length, targets, others];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const t = lowTargets + between(rng, targetsBelow, low, middle, high, highTargets - lowTargets);
    const o = lowOthers + between(rng, othersBelow, low, middle, high, highOthers - lowOthers);
    // Miss rate at or above false-alarm rate, in whole numbers.
    if (t * others >= (others - o) * targets) [high, highTargets, highOthers] = [middle, t, o];
    else [low, lowTargets, lowOthers] = [middle, t, o];
  }
  const before = (others - lowOthers) / others - lowTargets / targets;
  const after = highTargets / targets - (others - highOthers) / others;
  const share = before / (before + after);
  return (lowTargets + share * (highTargets - lowTargets)) / targets;
}

function between(rng: Rng, below: Float64Array, low: number, middle: number, high: number, draws: number): number {
  const range = below[high] - below[low];
  return range === 0 ? 0 : binomial(rng, draws, (below[middle] - below[low]) / range);
}
