import type { ThresholdCounts } from "../ranking/thresholdCounts.js";

/** Corners of the lower convex hull of (false-alarm rate, miss rate), from accepting all to accepting nothing. */
export interface ConvexHull {
  fpr: number[];
  fnr: number[];
  /** Which threshold each corner is: the index into the counts' scores, or their number for accepting nothing. */
  index: number[];
}

/** What a detector reaches that may choose at random between two thresholds. */
export function rocConvexHull({ targetsBelow, othersBelow, targets, others }: ThresholdCounts): ConvexHull {
  const kept: number[] = [];
  // In counts: whole numbers, so that points on a line are found to be on it.
  const turn = (a: number, b: number, c: number): number =>
    (othersBelow[b] - othersBelow[a]) * (targetsBelow[c] - targetsBelow[a]) -
    (targetsBelow[b] - targetsBelow[a]) * (othersBelow[c] - othersBelow[a]);
  for (let i = 0; i < targetsBelow.length; i++) {
    while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], i) <= 0) kept.pop();
    kept.push(i);
  }
  return {
    fpr: kept.map((i) => (others - othersBelow[i]) / others),
    fnr: kept.map((i) => targetsBelow[i] / targets),
    index: kept,
  };
}
