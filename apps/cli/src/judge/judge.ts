import {
  type BootstrapOptions,
  bootstrapIndices,
  classificationReport,
  confusionMatrix,
  type Interval,
} from "@earshot/metrics";
import { createFigures } from "./figures.js";
import { type Predictions, predictedClasses } from "./predictions.js";
import { wilson } from "./wilson.js";

/** A figure and its 95 % interval; null where it is undefined. */
export interface Figure {
  value: number | null;
  low: number | null;
  high: number | null;
}

/** One class of the judged items. */
export interface ClassFigures {
  n: number;
  /** Share of its items found, with Wilson's interval. */
  recall: Figure;
  precision: number;
  f1: number;
}

/** Everything measured on a set of predictions; plain JSON. */
export interface Judgement {
  n: number;
  metrics: Record<string, Figure>;
  perClass: Record<string, ClassFigures>;
  /** Accuracy by speaker, recording … where the corpus tells; with Wilson's interval. */
  perGroup: Record<string, { n: number; accuracy: Figure }>;
  /** Each fold's own figures, where there are several; the metrics above pool their items. */
  perFold?: Record<string, { n: number; metrics: Record<string, number | null> }>;
  /** counts[i][j]: items of class labels[i] taken for labels[j]. */
  confusion: { labels: string[]; counts: number[][] };
}

export interface JudgeOptions {
  /** Replicates of the bootstrap; 0 leaves intervals empty. */
  replicates: number;
  seed: number;
  /** Draw whole groups: for splits by group, where items of one are not independent. */
  byGroup?: boolean;
  /** Class that counts as target in two-class figures (default: the last class). */
  positive?: string;
}

/**
 * Metrics with bootstrap intervals, per class and per group.
 *
 * @throws RangeError if there is no prediction
 */
export function judge(
  predictions: Predictions,
  { replicates, seed, byGroup = false, positive }: JudgeOptions,
): Judgement {
  const { ids, yTrue, groups, classes } = predictions;
  const yPred = predictedClasses(predictions);
  const { names, compute } = createFigures(predictions, yPred, { positive: positive ?? null });
  const known = groups.every((group) => group !== undefined);
  const intervals = intervalsOf(ids.length, compute, {
    replicates,
    seed,
    ...(byGroup && known && { groups: groups as string[] }),
  });
  const right = yTrue.filter((label, i) => label === yPred[i]).length;
  const metrics = Object.fromEntries(
    names.map((name, i) => [name, shareOrBootstrap(name, toFigure(intervals[i]), right, ids.length)]),
  );
  const matrix = confusionMatrix(yTrue, yPred, { labels: classes });
  const { perClass } = classificationReport(yTrue, yPred, { labels: classes });
  return {
    n: ids.length,
    metrics,
    perClass: Object.fromEntries(
      perClass.map(({ label, precision, recall, f1, support }) => [
        String(label),
        { n: support, recall: wilson(Math.round(recall * support), support), precision, f1 },
      ]),
    ),
    perGroup: groupFigures(groups, yTrue, yPred),
    ...foldFigures(predictions.turns, names, compute),
    confusion: {
      labels: classes,
      counts: classes.map((_, i) => Array.from(matrix.data.subarray(i * classes.length, (i + 1) * classes.length))),
    },
  };
}

/** Shares of what is judged right. */
const shares = new Set(["accuracy", "balancedAccuracy", "f1Macro"]);

/** A bootstrap of judgements that are all right (or all wrong) finds no other; few of them are no proof: Wilson's interval says what they are worth. */
function shareOrBootstrap(name: string, figure: Figure, right: number, n: number): Figure {
  const alike = figure.low !== null && figure.low === figure.high && (right === n || right === 0);
  return alike && shares.has(name) ? wilson(right, n) : figure;
}

function groupFigures(groups: readonly (string | undefined)[], yTrue: readonly string[], yPred: readonly string[]) {
  const counts = new Map<string, { n: number; right: number }>();
  groups.forEach((group, i) => {
    if (group === undefined) return;
    const entry = counts.get(group) ?? { n: 0, right: 0 };
    entry.n++;
    if (yTrue[i] === yPred[i]) entry.right++;
    counts.set(group, entry);
  });
  return Object.fromEntries(
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, { n, right }]) => [group, { n, accuracy: wilson(right, n) }]),
  );
}

function foldFigures(
  turns: readonly string[],
  names: readonly string[],
  compute: (indices: Uint32Array) => number[],
): Pick<Judgement, "perFold"> {
  const folds = [...new Set(turns)].sort();
  if (folds.length < 2) return {};
  const perFold = folds.map((fold) => {
    const own = Uint32Array.from(turns.flatMap((turn, i) => (turn === fold ? [i] : [])));
    const values = compute(own);
    return [fold, { n: own.length, metrics: Object.fromEntries(names.map((name, i) => [name, orNull(values[i])])) }];
  });
  return { perFold: Object.fromEntries(perFold) };
}

function intervalsOf(
  n: number,
  statistics: (indices: Uint32Array) => number[],
  { replicates, ...options }: BootstrapOptions & { replicates: number },
): Pick<Interval, "value" | "low" | "high">[] {
  if (replicates > 0) return bootstrapIndices(n, statistics, { replicates, ...options });
  const all = Uint32Array.from({ length: n }, (_, i) => i);
  return statistics(all).map((value) => ({ value, low: Number.NaN, high: Number.NaN }));
}

const orNull = (x: number): number | null => (Number.isFinite(x) ? x : null);
const toFigure = ({ value, low, high }: Pick<Interval, "value" | "low" | "high">): Figure => ({
  value: orNull(value),
  low: orNull(low),
  high: orNull(high),
});
