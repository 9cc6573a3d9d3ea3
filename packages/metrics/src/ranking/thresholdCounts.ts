import { type BinaryTruth, checkedTargets, requireBothClasses, splitScores } from "../binary.js";
import type { BinaryOptions } from "../types.js";
import { orderOf, sortScores } from "./sortScores.js";

/** What lies below each distinct score, rising: the one count from which ROC, DET and precision–recall curves follow. */
export interface ThresholdCounts {
  /** Distinct scores, rising; m of them. */
  scores: Float64Array;
  /** Weight of targets below each score (misses when accepting score ≥ threshold); m + 1, the last counts all. */
  targetsBelow: Float64Array;
  /** Weight of others below each score (correct rejections); m + 1, the last counts all. */
  othersBelow: Float64Array;
  targets: number;
  others: number;
}

export function thresholdCounts(
  fn: string,
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: BinaryOptions,
  oneClass: "refuse" | "allow" = "refuse",
): ThresholdCounts {
  const counts = options.sampleWeight
    ? weightedCounts(fn, yTrue, yScore, options, options.sampleWeight)
    : plainCounts(fn, yTrue, yScore, options);
  if (oneClass === "refuse") requireBothClasses(fn, counts.targets, counts.others);
  return counts;
}

/** Without weights the two classes are sorted apart and merged: no index travels along. */
function plainCounts(
  fn: string,
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: BinaryOptions,
): ThresholdCounts {
  const { targets, others } = splitScores(fn, yTrue, yScore, options);
  return mergeCounts(sortScores(targets), sortScores(others));
}

/** Counts from both classes' scores, each sorted rising. */
export function mergeCounts(targets: Float64Array, others: Float64Array): ThresholdCounts {
  const most = targets.length + others.length;
  const scores = new Float64Array(most);
  const targetsBelow = new Float64Array(most + 1);
  const othersBelow = new Float64Array(most + 1);
  let t = 0;
  let o = 0;
  let m = 0;
  while (t < targets.length || o < others.length) {
    const score = o >= others.length || (t < targets.length && targets[t] <= others[o]) ? targets[t] : others[o];
    scores[m] = score;
    targetsBelow[m] = t;
    othersBelow[m] = o;
    m++;
    while (t < targets.length && targets[t] === score) t++;
    while (o < others.length && others[o] === score) o++;
  }
  targetsBelow[m] = t;
  othersBelow[m] = o;
  return {
    scores: scores.subarray(0, m),
    targetsBelow: targetsBelow.subarray(0, m + 1),
    othersBelow: othersBelow.subarray(0, m + 1),
    targets: targets.length,
    others: others.length,
  };
}

function weightedCounts(
  fn: string,
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  { posLabel }: BinaryOptions,
  weights: ArrayLike<number>,
): ThresholdCounts {
  const isTarget = checkedTargets(fn, yTrue, yScore, posLabel, weights);
  const order = orderOf(yScore);
  const n = order.length;
  const scores = new Float64Array(n);
  const targetsBelow = new Float64Array(n + 1);
  const othersBelow = new Float64Array(n + 1);
  let targets = 0;
  let others = 0;
  let m = 0;
  for (let i = 0; i < n; ) {
    const score = yScore[order[i]];
    const [targetsBefore, othersBefore] = [targets, others];
    let weight = 0;
    for (; i < n && yScore[order[i]] === score; i++) {
      const w = weights[order[i]];
      weight += w;
      if (isTarget[order[i]]) targets += w;
      else others += w;
    }
    // Items of no weight are as good as absent: they make no threshold.
    if (weight === 0) continue;
    scores[m] = score;
    targetsBelow[m] = targetsBefore;
    othersBelow[m] = othersBefore;
    m++;
  }
  targetsBelow[m] = targets;
  othersBelow[m] = others;
  return {
    scores: scores.subarray(0, m),
    targetsBelow: targetsBelow.subarray(0, m + 1),
    othersBelow: othersBelow.subarray(0, m + 1),
    targets,
    others,
  };
}
