import { type BinaryTruth, type SplitScores, splitScores } from "../binary.js";
import type { BinaryOptions } from "../types.js";
import { sortScores } from "./sortScores.js";

/** Both classes' scores, each sorted rising: all that unweighted figures need, without a curve in between. */
export function sortedPair(
  fn: string,
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  options: Pick<BinaryOptions, "posLabel">,
): SplitScores {
  const { targets, others } = splitScores(fn, yTrue, yScore, options);
  return { targets: sortScores(targets), others: sortScores(others) };
}

/** Area under the ROC curve: pairs in the right order, ties counting half, in whole numbers. */
export function areaOfSorted({ targets, others }: SplitScores): number {
  let twice = 0;
  let below = 0;
  let upTo = 0;
  for (let t = 0; t < targets.length; t++) {
    const score = targets[t];
    while (below < others.length && others[below] < score) below++;
    if (upTo < below) upTo = below;
    while (upTo < others.length && others[upTo] === score) upTo++;
    twice += below + upTo;
  }
  return twice / 2 / targets.length / others.length;
}

/** Average precision: at each distinct target score, from the highest, the targets there times the precision. */
export function precisionOfSorted({ targets, others }: SplitScores): number {
  let area = 0;
  let o = others.length;
  for (let t = targets.length; t > 0; ) {
    const score = targets[t - 1];
    const last = t;
    while (t > 0 && targets[t - 1] === score) t--;
    while (o > 0 && others[o - 1] >= score) o--;
    const hits = targets.length - t;
    area += ((last - t) * hits) / (hits + others.length - o);
  }
  return area / targets.length;
}

/** What lies below the two neighbouring scores between which the error rates cross. */
export interface Crossing {
  before: { score: number; missed: number; rejected: number };
  after: { score: number; missed: number; rejected: number };
}

/**
 * Walks up the distinct scores to the first at which misses outweigh false alarms; above the highest score, at which
 * nothing is accepted, the score is NaN.
 */
export function crossingOfSorted({ targets, others }: SplitScores): Crossing {
  let before = { score: Number.NaN, missed: 0, rejected: 0 };
  let t = 0;
  let o = 0;
  while (t < targets.length || o < others.length) {
    const score = o >= others.length || (t < targets.length && targets[t] <= others[o]) ? targets[t] : others[o];
    if (t * others.length >= (others.length - o) * targets.length) {
      return { before, after: { score, missed: t, rejected: o } };
    }
    before = { score, missed: t, rejected: o };
    while (t < targets.length && targets[t] === score) t++;
    while (o < others.length && others[o] === score) o++;
  }
  return { before, after: { score: Number.NaN, missed: t, rejected: o } };
}
