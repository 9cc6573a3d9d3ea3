import type { Predictions } from "./predictions.js";
import { areaInfluence, rankingFigures, rankingOf } from "./ranking.js";

/** Figures of any drawing of the items, fast enough to be computed a thousand times. */
export interface Figures {
  names: readonly string[];
  /** One value a name; NaN where a drawing leaves it undefined. */
  compute(indices: Uint32Array): number[];
}

/** Beyond so many scores, areas of drawings are taken to first order: sorted passes would take minutes. */
const mostScores = 100_000;

/** ln 0 costs no more than this: probabilities are kept the smallest step of a double away from 0 and 1. */
const epsilon = 2 ** -52;

interface FigureOptions {
  /** Target of two-class figures (default: the last class). */
  positive?: string | null;
}

/**
 * Prepares the figures once (codes, losses, order of scores), so that each drawing costs one pass and no sorting.
 * Their values are those of the functions of the same names in `@earshot/metrics`, which a test holds them to; two classes
 * have an equal error rate and a detection cost as well.
 */
export function createFigures(
  predictions: Predictions,
  yPred: readonly string[],
  { positive }: FigureOptions = {},
): Figures {
  const { ids, yTrue, classes, probabilities } = predictions;
  const n = ids.length;
  const k = classes.length;
  const code = new Map(classes.map((label, i) => [label, i]));
  const truth = Int32Array.from(yTrue, (label) => code.get(label) ?? -1);
  const taken = Int32Array.from(yPred, (label) => code.get(label) ?? -1);
  const losses = Float64Array.from(truth, (c, i) =>
    c < 0 ? Number.NaN : -Math.log(Math.min(1 - epsilon, Math.max(epsilon, probabilities[i * k + c]))),
  );
  // One column a class, except for two classes, where the target's says all.
  const columns = k === 2 ? [Math.max(0, positive ? classes.indexOf(positive) : 1)] : classes.map((_, c) => c);
  const rank = createRanker(predictions, truth, columns);
  const times = new Float64Array(n);
  const support = new Float64Array(k);
  const predicted = new Float64Array(k);
  const hits = new Float64Array(k);

  return {
    names: ["accuracy", "balancedAccuracy", "f1Macro", "logLoss", "rocAuc", ...(k === 2 ? ["eer", "minDcf"] : [])],
    compute(indices) {
      times.fill(0);
      support.fill(0);
      predicted.fill(0);
      hits.fill(0);
      let right = 0;
      let loss = 0;
      for (const i of indices) {
        times[i]++;
        loss += losses[i];
        if (truth[i] >= 0) support[truth[i]]++;
        if (taken[i] >= 0) predicted[taken[i]]++;
        if (truth[i] === taken[i]) {
          right++;
          hits[truth[i]]++;
        }
      }
      const drawn = indices.length;
      return [
        right / drawn,
        meanOver(
          k,
          (c) => support[c] > 0,
          (c) => hits[c] / support[c],
        ),
        meanOver(
          k,
          (c) => support[c] + predicted[c] > 0,
          (c) => (2 * hits[c]) / (support[c] + predicted[c]),
        ),
        loss / drawn,
        ...rank(times),
      ];
    },
  };
}

/** The area under the ROC curve, mean over columns; of a single column also the equal error rate and the least cost. */
function createRanker(
  { ids, classes, probabilities }: Predictions,
  truth: Int32Array,
  columns: readonly number[],
): (times: Float64Array) => number[] {
  const k = classes.length;
  const scoresOf = (c: number): Float64Array => Float64Array.from(ids, (_, i) => probabilities[i * k + c]);
  const targetsOf = (c: number): Uint8Array => Uint8Array.from(truth, (own) => Number(own === c));
  if (columns.length > 1 && ids.length * columns.length > mostScores) {
    return createAreaEstimate(columns.map((c) => ({ scores: () => scoresOf(c), isTarget: targetsOf(c) })));
  }
  const rankings = columns.map((c) => rankingOf(scoresOf(c), targetsOf(c)));
  if (rankings.length === 1) {
    return (times) => {
      const { rocAuc, eer, minDcf } = rankingFigures(rankings[0], times);
      return [rocAuc, eer, minDcf];
    };
  }
  return (times) => {
    const areas = rankings.map((ranking) => rankingFigures(ranking, times).rocAuc);
    return [
      meanOver(
        areas.length,
        (c) => !Number.isNaN(areas[c]),
        (c) => areas[c],
      ),
    ];
  };
}

function createAreaEstimate(columns: readonly { scores(): Float64Array; isTarget: Uint8Array }[]) {
  const known = columns.filter(({ isTarget }) => isTarget.includes(1) && isTarget.includes(0));
  const influence = new Float64Array(columns[0].isTarget.length);
  let area = 0;
  for (const { scores, isTarget } of known) {
    const own = areaInfluence(scores(), isTarget);
    area += own.area / known.length;
    for (let i = 0; i < influence.length; i++) influence[i] += own.influence[i] / known.length;
  }
  return (times: Float64Array): number[] => {
    if (known.length === 0) return [Number.NaN];
    let change = 0;
    for (let i = 0; i < influence.length; i++) change += times[i] * influence[i];
    return [Math.min(1, Math.max(0, area + change))];
  };
}

function meanOver(count: number, counts: (i: number) => boolean, value: (i: number) => number): number {
  let sum = 0;
  let used = 0;
  for (let i = 0; i < count; i++) {
    if (!counts(i)) continue;
    sum += value(i);
    used++;
  }
  return used > 0 ? sum / used : Number.NaN;
}
