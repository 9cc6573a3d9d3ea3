import { rocCorners } from "../ranking/rocCurve.js";
import type { ThresholdCounts } from "../ranking/thresholdCounts.js";
import { nextUp } from "./detCurve.js";
import type { EqualErrorRate } from "./equalErrorRate.js";
import { rocConvexHull } from "./rocConvexHull.js";

/** Where the hull meets the diagonal. */
export function convexHullEer(counts: ThresholdCounts): EqualErrorRate {
  const { scores } = counts;
  const { fpr, fnr, index } = rocConvexHull(counts);
  const threshold = (i: number): number =>
    index[i] < scores.length ? scores[index[i]] : nextUp(scores[scores.length - 1]);
  const after = fnr.findIndex((miss, i) => miss >= fpr[i]);
  if (after === 0 || fnr[after] === fpr[after]) return { eer: fnr[after], threshold: threshold(after) };
  const before = after - 1;
  const share = (fpr[before] - fnr[before]) / (fpr[before] - fnr[before] + fnr[after] - fpr[after]);
  const between = (a: number, b: number) => (a === b ? a : a + share * (b - a));
  return { eer: between(fnr[before], fnr[after]), threshold: between(threshold(before), threshold(after)) };
}

/**
 * One point an item, in rising order, of equal scores the targets first: rejected are the items so far. The first point
 * at which the rates differ least counts; the threshold is the score of the last item rejected.
 */
export function asvspoofEer({ scores, targetsBelow, othersBelow, targets, others }: ThresholdCounts): EqualErrorRate {
  let least = 1;
  let best: EqualErrorRate = { eer: 0.5, threshold: scores[0] - 0.001 };
  const visit = (missed: number, rejected: number, threshold: number): void => {
    const [frr, far] = [missed / targets, (others - rejected) / others];
    if (Math.abs(frr - far) >= least) return;
    least = Math.abs(frr - far);
    best = { eer: (frr + far) / 2, threshold };
  };
  for (let i = 0; i < scores.length; i++) {
    for (let t = targetsBelow[i] + 1; t <= targetsBelow[i + 1]; t++) visit(t, othersBelow[i], scores[i]);
    for (let o = othersBelow[i] + 1; o <= othersBelow[i + 1]; o++) visit(targetsBelow[i + 1], o, scores[i]);
  }
  return best;
}

/** Mean of the four rates at the two points around the crossing, among those that `roc_curve` keeps. */
export function pyannoteEer(counts: ThresholdCounts): EqualErrorRate {
  const { scores, targetsBelow, othersBelow, targets, others } = counts;
  const points = rocCorners(counts);
  const fpr = (j: number) => (j < 0 ? 0 : (others - othersBelow[points[j]]) / others);
  const fnr = (j: number) => (j < 0 ? 1 : targetsBelow[points[j]] / targets);
  let at = 0;
  while (fpr(at) <= fnr(at)) at++;
  return { eer: (fpr(at - 1) + fpr(at) + fnr(at - 1) + fnr(at)) / 4, threshold: scores[points[at]] };
}

/** Thresholds are the scores and the midpoints between them; rejected is what lies at or below. */
export function speechbrainEer({
  scores,
  targetsBelow,
  othersBelow,
  targets,
  others,
}: ThresholdCounts): EqualErrorRate {
  let least = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < scores.length; i++) {
    const difference = Math.abs((others - othersBelow[i + 1]) / others - targetsBelow[i + 1] / targets);
    if (difference < least) {
      least = difference;
      at = i;
    }
  }
  // A midpoint rejects what the score below it rejects: it never differs less, and only the first counts.
  return { eer: ((others - othersBelow[at + 1]) / others + targetsBelow[at + 1] / targets) / 2, threshold: scores[at] };
}
