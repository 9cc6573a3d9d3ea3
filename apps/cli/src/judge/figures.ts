import type { Predictions } from "./predictions.js";

/** Figures of any drawing of the items, fast enough to be computed a thousand times. */
export interface Figures {
  names: readonly string[];
  /** One value a name; NaN where a drawing leaves it undefined. */
  compute(indices: Uint32Array): number[];
}

const names = ["accuracy", "balancedAccuracy", "f1Macro", "logLoss", "rocAuc"] as const;

/**
 * Prepares the figures once (codes, losses, order of scores), so that each drawing costs one pass and no sorting.
 * Their values are those of the functions of the same names in `@earshot/metrics`, which a test holds them to.
 */
export function createFigures({ ids, yTrue, classes, probabilities }: Predictions, yPred: readonly string[]): Figures {
  const n = ids.length;
  const k = classes.length;
  const code = new Map(classes.map((label, i) => [label, i]));
  const truth = Int32Array.from(yTrue, (label) => code.get(label) ?? -1);
  const taken = Int32Array.from(yPred, (label) => code.get(label) ?? -1);
  const losses = Float64Array.from(truth, (c, i) =>
    c < 0 ? Number.NaN : itemLoss(probabilities.subarray(i * k, (i + 1) * k), c),
  );
  // One column a class, except for two classes, where the second says all.
  const columns = k === 2 ? [1] : classes.map((_, c) => c);
  const orders = columns.map((c) => orderOf(Float64Array.from(ids, (_, i) => probabilities[i * k + c])));
  const times = new Float64Array(n);
  const support = new Float64Array(k);
  const predicted = new Float64Array(k);
  const hits = new Float64Array(k);

  return {
    names,
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
        meanOver(
          columns.length,
          (j) => support[columns[j]] > 0 && support[columns[j]] < drawn,
          (j) => areaUnderCurve(orders[j], times, truth, columns[j]),
        ),
      ];
    },
  };
}

/** As scikit-learn: rows normalised, probabilities kept off 0 by the smallest step of a double. */
function itemLoss(row: Float64Array, c: number): number {
  const sum = row.reduce((a, b) => a + b, 0);
  return -Math.log(Math.min(1, Math.max(Number.EPSILON, row[c] / sum)));
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

interface Order {
  /** Items by rising score. */
  items: Uint32Array;
  /** Whether the item at this place has the score of the one before. */
  tied: Uint8Array;
}

function orderOf(scores: Float64Array): Order {
  const items = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  return {
    items,
    tied: Uint8Array.from(items, (item, at) => (at > 0 && scores[items[at - 1]] === scores[item] ? 1 : 0)),
  };
}

/** Share of (target, other) pairs in the right order, ties counting half; items count as often as they were drawn. */
function areaUnderCurve({ items, tied }: Order, times: Float64Array, truth: Int32Array, target: number): number {
  let othersBelow = 0;
  let area = 0;
  let targets = 0;
  let others = 0;
  let tieTargets = 0;
  let tieOthers = 0;
  for (let at = 0; at <= items.length; at++) {
    if (at === items.length || !tied[at]) {
      area += tieTargets * (othersBelow + tieOthers / 2);
      othersBelow += tieOthers;
      tieTargets = 0;
      tieOthers = 0;
      if (at === items.length) break;
    }
    const weight = times[items[at]];
    if (truth[items[at]] === target) {
      tieTargets += weight;
      targets += weight;
    } else {
      tieOthers += weight;
      others += weight;
    }
  }
  return area / targets / others;
}
