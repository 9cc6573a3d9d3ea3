/** The scores of one class, sorted once for every drawing of the items. */
export interface Ranking {
  /** Items by rising score. */
  items: Uint32Array;
  /** Whether the item at this place has the score of the one before. */
  tied: Uint8Array;
  isTarget: Uint8Array;
}

/** Figures of a ranking; NaN where targets or others were not drawn. */
export interface RankingFigures {
  rocAuc: number;
  /** Interpolated, as `equalErrorRate`. */
  eer: number;
  /** At NIST's prior of 0.01 and equal costs, normalised, as `minDcf`. */
  minDcf: number;
}

const pTarget = 0.01;

export function rankingOf(scores: Float64Array, isTarget: Uint8Array): Ranking {
  const items = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  const tied = Uint8Array.from(items, (item, at) => (at > 0 && scores[items[at - 1]] === scores[item] ? 1 : 0));
  return { items, tied, isTarget };
}

/**
 * Area, equal error rate and least cost in one pass.
 *
 * @param times how often each item was drawn
 */
export function rankingFigures({ items, tied, isTarget }: Ranking, times: Float64Array): RankingFigures {
  let targets = 0;
  let others = 0;
  for (let i = 0; i < times.length; i++) {
    if (isTarget[i]) targets += times[i];
    else others += times[i];
  }
  if (targets === 0 || others === 0) return { rocAuc: Number.NaN, eer: Number.NaN, minDcf: Number.NaN };
  // Rejected so far: everything below the threshold, which climbs from score to score.
  let missed = 0;
  let rejected = 0;
  let area = 0;
  let least = (1 - pTarget) / pTarget;
  let eer = Number.NaN;
  for (let at = 0; at < items.length; ) {
    let ownTargets = 0;
    let ownOthers = 0;
    do {
      const weight = times[items[at]];
      if (isTarget[items[at]]) ownTargets += weight;
      else ownOthers += weight;
      at++;
    } while (at < items.length && tied[at]);
    // Scores that were not drawn are no thresholds.
    if (ownTargets + ownOthers === 0) continue;
    area += ownTargets * (rejected + ownOthers / 2);
    const before = (others - rejected) * targets - missed * others;
    const missedBefore = missed;
    missed += ownTargets;
    rejected += ownOthers;
    const after = missed * others - (others - rejected) * targets;
    if (Number.isNaN(eer) && after >= 0) eer = (missedBefore + (before / (before + after)) * ownTargets) / targets;
    least = Math.min(least, missed / targets + (((1 - pTarget) / pTarget) * (others - rejected)) / others);
  }
  return { rocAuc: area / targets / others, eer, minDcf: least };
}

/**
 * How much each item adds to the area under the ROC curve when it is drawn once more (its influence): the area of a drawing is,
 * to first order, that of all items plus the sum of the influences drawn. Exact enough from some thousand items on.
 */
export function areaInfluence(scores: Float64Array, isTarget: Uint8Array): { area: number; influence: Float64Array } {
  const own = scores.filter((_, i) => isTarget[i] === 1).sort();
  const rest = scores.filter((_, i) => isTarget[i] === 0).sort();
  const influence = new Float64Array(scores.length);
  let area = 0;
  for (let i = 0; i < scores.length; i++) {
    const share = isTarget[i] ? shareBelow(rest, scores[i]) : 1 - shareBelow(own, scores[i]);
    influence[i] = share;
    if (isTarget[i]) area += share / own.length;
  }
  for (let i = 0; i < scores.length; i++) {
    influence[i] = (influence[i] - area) / (isTarget[i] ? own.length : rest.length);
  }
  return { area, influence };
}

/** Share of sorted values below x, equal ones counting half. */
function shareBelow(sorted: Float64Array, x: number): number {
  return (firstNotBelow(sorted, x, false) + firstNotBelow(sorted, x, true)) / 2 / sorted.length;
}

function firstNotBelow(sorted: Float64Array, x: number, past: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x || (past && sorted[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}
