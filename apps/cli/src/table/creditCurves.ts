/** What a lender asks of scores, where 1 is the class that must be caught (a loan that goes bad). */
export interface CreditCurves {
  /** Share of the class among all. */
  rate: number;
  auc: number;
  /** 2 auc − 1. */
  gini: number;
  /** Largest gap between the shares of both classes above a threshold (Kolmogorov–Smirnov), and where it is. */
  ks: { value: number; threshold: number };
  /** Going down the scores: share of all, of the class and of the others at or above each threshold. */
  steps: { threshold: Float64Array; all: Float64Array; caught: Float64Array; wrongly: Float64Array };
}

/** @throws RangeError unless both classes are there */
export function creditCurves(truth: ArrayLike<number>, scores: ArrayLike<number>): CreditCurves {
  const n = truth.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const bad = Array.from(truth).reduce((sum, v) => sum + v, 0);
  if (bad === 0 || bad === n) throw new RangeError(`creditCurves: both classes are needed, ${bad} of ${n} are 1.`);
  const threshold = [Infinity];
  const all = [0];
  const caught = [0];
  const wrongly = [0];
  let hits = 0;
  let auc = 0;
  for (let s = 0; s < n; ) {
    const from = s;
    const before = hits;
    // Equal scores cross a threshold together.
    while (s < n && scores[order[s]] === scores[order[from]]) hits += truth[order[s++]];
    auc += (s - from - (hits - before)) * (before + hits);
    threshold.push(scores[order[from]]);
    all.push(s / n);
    caught.push(hits / bad);
    wrongly.push((s - hits) / (n - bad));
  }
  auc /= 2 * bad * (n - bad);
  let at = 0;
  for (let s = 1; s < all.length; s++) if (caught[s] - wrongly[s] > caught[at] - wrongly[at]) at = s;
  const steps = {
    threshold: Float64Array.from(threshold),
    all: Float64Array.from(all),
    caught: Float64Array.from(caught),
    wrongly: Float64Array.from(wrongly),
  };
  return {
    rate: bad / n,
    auc,
    gini: 2 * auc - 1,
    ks: { value: caught[at] - wrongly[at], threshold: threshold[at] },
    steps,
  };
}

/**
 * Mean cost of a decision for each threshold, when catching none of the class costs `ratio` for each and refusing one of the others 1.
 *
 * @returns costs at `steps.threshold`; those of accepting and of refusing everybody; the cheapest threshold
 */
export function costOfThresholds({ rate, steps }: CreditCurves, ratio: number) {
  const { caught, wrongly, threshold } = steps;
  const cost = caught.map((share, s) => rate * ratio * (1 - share) + (1 - rate) * wrongly[s]);
  const best = cost.reduce((low, v, s) => (v < cost[low] ? s : low), 0);
  return { cost, acceptAll: rate * ratio, refuseAll: 1 - rate, best: { threshold: threshold[best], cost: cost[best] } };
}

/**
 * The lowest normalised cost over all thresholds for each probability-times-cost of the class in [0, 1].
 *
 * Source: Drummond & Holte 2006, "Cost curves".
 */
export function costCurve({ steps: { caught, wrongly } }: CreditCurves, points = 101): { x: number[]; y: number[] } {
  const x = Array.from({ length: points }, (_, p) => p / (points - 1));
  const y = x.map((share) => {
    let low = Infinity;
    for (let s = 0; s < caught.length; s++) low = Math.min(low, share * (1 - caught[s]) + (1 - share) * wrongly[s]);
    return low;
  });
  return { x, y };
}

/** Share of the class among those accepted when the riskiest share of all is refused. */
export function rejectCurve({ rate, steps: { all, caught } }: CreditCurves): { x: number[]; y: number[] } {
  const kept = Array.from(all.keys()).filter((s) => all[s] < 1);
  return { x: kept.map((s) => all[s]), y: kept.map((s) => (rate * (1 - caught[s])) / (1 - all[s])) };
}

export interface GroupFigures {
  group: string;
  n: number;
  /** Share of the class. */
  rate: number;
  /** Mean score. */
  expected: number;
  /** undefined where a class is missing. */
  auc?: number;
  /** Share refused at the threshold. */
  refused: number;
  /** Of the others, the share refused. */
  wrongly?: number;
  /** Of the class, the share accepted. */
  missed?: number;
}

/** The same decision seen group by group. */
export function groupFigures(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  groups: readonly (string | undefined)[],
  threshold: number,
): GroupFigures[] {
  const names = [...new Set(groups)].filter((name) => name !== undefined).sort();
  return names.map((group) => {
    const own = Array.from(groups.keys()).filter((i) => groups[i] === group);
    const bad = own.filter((i) => truth[i] === 1);
    const good = own.filter((i) => truth[i] !== 1);
    const refused = (list: readonly number[]): number =>
      list.filter((i) => scores[i] >= threshold).length / list.length;
    const isWhole = bad.length > 0 && good.length > 0;
    return {
      group,
      n: own.length,
      rate: bad.length / own.length,
      expected: own.reduce((sum, i) => sum + scores[i], 0) / own.length,
      refused: refused(own),
      ...(good.length > 0 && { wrongly: refused(good) }),
      ...(bad.length > 0 && { missed: 1 - refused(bad) }),
      ...(isWhole && {
        auc: creditCurves(
          own.map((i) => truth[i]),
          own.map((i) => scores[i]),
        ).auc,
      }),
    };
  });
}
