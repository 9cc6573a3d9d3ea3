import { type BinaryTruth, checkedTargets, requireBothClasses } from "../binary.js";
import { interpolatedEer } from "../detection/equalErrorRate.js";
import { checkedCost, type DetectionCost } from "../detection/minDcf.js";
import { precisionArea } from "../ranking/precisionRecallCurve.js";
import { areaUnder } from "../ranking/rocAuc.js";
import { orderOf } from "../ranking/sortScores.js";
import type { ThresholdCounts } from "../ranking/thresholdCounts.js";
import type { BinaryOptions } from "../types.js";
import { type BootstrapOptions, checkBootstrap } from "./bootstrap.js";
import { type Interval, percentileInterval } from "./interval.js";
import { createResampler } from "./resample.js";
import { createRng } from "./rng.js";

/** Options of {@link bootstrapDetection}. */
export interface BootstrapDetectionOptions extends Omit<BootstrapOptions, "method">, Pick<BinaryOptions, "posLabel"> {
  /** Priors and costs of minDcf. */
  cost?: DetectionCost;
}

/** Figures of a detector with their intervals, all from the same resamples. */
export interface DetectionIntervals {
  eer: Interval;
  rocAuc: Interval;
  averagePrecision: Interval;
  minDcf: Interval;
}

/**
 * Percentile bootstrap of a detector's figures: plain, stratified or by group, the scores sorted once for all.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); length n
 * @param yScore higher means more target-like; length n
 * @param options as of `bootstrap`; replicates without a target or without another item count as undefined
 * @throws RangeError if lengths differ, a score is NaN, one class is missing, or an option is out of range
 */
export function bootstrapDetection(
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: BootstrapDetectionOptions = {},
): DetectionIntervals {
  const { replicates = 1000, confidence = 0.95, seed = 0, strata, groups, posLabel, cost = {} } = options;
  checkBootstrap("bootstrapDetection", { replicates, confidence, seed });
  const weights = checkedCost("bootstrapDetection", cost);
  const isTarget = checkedTargets("bootstrapDetection", yTrue, yScore, posLabel);
  const n = isTarget.length;
  const scale = cost.normalize === false ? 1 : Math.min(weights.miss, weights.falseAlarm);
  const measure = (counts: ThresholdCounts): number[] =>
    counts.targets === 0 || counts.others === 0
      ? [Number.NaN, Number.NaN, Number.NaN, Number.NaN]
      : [
          interpolatedEer(counts).eer,
          areaUnder(counts),
          precisionArea(counts),
          leastCost(counts, weights.miss, weights.falseAlarm) / scale,
        ];
  const count = counter(isTarget, yScore);
  const all = count(Uint32Array.from({ length: n }, (_, i) => i));
  requireBothClasses("bootstrapDetection", all.targets, all.others);
  const values = measure(all);
  const resample = createResampler("bootstrapDetection", n, { strata, groups }, createRng(seed));
  const drawn = values.map(() => new Float64Array(replicates));
  for (let r = 0; r < replicates; r++) {
    const figures = measure(count(resample()));
    for (let f = 0; f < drawn.length; f++) drawn[f][r] = figures[f];
  }
  const [eer, rocAuc, averagePrecision, minDcf] = values.map((v, f) => percentileInterval(v, drawn[f], confidence));
  return { eer, rocAuc, averagePrecision, minDcf };
}

/** Counts of a resample at every distinct score of the data, by each item's rank: no replicate is sorted. */
function counter(isTarget: Uint8Array, yScore: ArrayLike<number>): (items: Uint32Array) => ThresholdCounts {
  const order = orderOf(yScore);
  const rank = new Uint32Array(order.length);
  const scores = new Float64Array(order.length);
  let m = 0;
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && yScore[order[i]] !== yScore[order[i - 1]]) m++;
    scores[m] = yScore[order[i]];
    rank[order[i]] = m;
  }
  m++;
  const targetsBelow = new Float64Array(m + 1);
  const othersBelow = new Float64Array(m + 1);
  return (items) => {
    targetsBelow.fill(0);
    othersBelow.fill(0);
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (isTarget[item]) targetsBelow[rank[item] + 1]++;
      else othersBelow[rank[item] + 1]++;
    }
    for (let i = 1; i <= m; i++) {
      targetsBelow[i] += targetsBelow[i - 1];
      othersBelow[i] += othersBelow[i - 1];
    }
    return {
      scores: scores.subarray(0, m),
      targetsBelow,
      othersBelow,
      targets: targetsBelow[m],
      others: othersBelow[m],
    };
  };
}

function leastCost(
  { targetsBelow, othersBelow, targets, others }: ThresholdCounts,
  miss: number,
  falseAlarm: number,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < targetsBelow.length; i++) {
    const dcf = (miss * targetsBelow[i]) / targets + (falseAlarm * (others - othersBelow[i])) / others;
    if (dcf < least) least = dcf;
  }
  return least;
}
