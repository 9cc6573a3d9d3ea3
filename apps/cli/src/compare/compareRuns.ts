import { basename } from "node:path";
import { pairedBootstrap } from "@earshot/metrics";
import { UserError } from "../cli/errors.js";
import { createFigures } from "../judge/figures.js";
import { type Predictions, predictedClasses } from "../judge/predictions.js";
import type { RunContent } from "../report/readRun.js";

/** How a run differs from the first, on the items that both were judged on. */
export interface Comparison {
  /** Items both were judged on. */
  shared: number;
  /** This run's figure less the first's, with its 95 % interval; undefined where fewer than two items are shared. */
  difference?: { value: number; low: number; high: number; pValue: number };
  /** Settings that differ: path, the first run's value, this run's value. */
  settings: [path: string, first: string, own: string][];
}

/**
 * Compares each further run with the first: difference of a figure by paired bootstrap, and of the recipes.
 *
 * @param figure one of accuracy, balancedAccuracy, f1Macro, logLoss, rocAuc; of two classes also eer and minDcf
 * @throws UserError if there are fewer than two runs
 */
export function compareRuns(runs: readonly RunContent[], figure: string): Comparison[] {
  if (runs.length < 2) throw new UserError("Two runs are needed to compare.");
  const [first, ...others] = runs;
  return others.map((run) => ({
    ...differenceOf(first, run, figure),
    settings: diff(first.recipe, run.recipe),
  }));
}

function differenceOf(first: RunContent, run: RunContent, figure: string): Omit<Comparison, "settings"> {
  const { predictions: a } = first;
  const { predictions: b } = run;
  const { positive } = first.recipe.report;
  const place = new Map(b.ids.map((id, i) => [id, i]));
  const rows = (sameRows(first, run) ? a.ids : []).flatMap((id, i) => {
    const j = place.get(id);
    return j !== undefined && a.yTrue[i] === b.yTrue[j] ? [{ i, j }] : [];
  });
  if (rows.length < 2) return { shared: rows.length };
  const own = pick(
    b,
    rows.map(({ j }) => j),
  );
  const other = pick(
    a,
    rows.map(({ i }) => i),
  );
  const [left, right] = [own, other].map((part) => createFigures(part, predictedClasses(part), { positive }));
  const at = left.names.indexOf(figure);
  if (at < 0) throw new UserError(`Runs are compared by ${left.names.join(", ")}, not by ${figure}.`);
  const { value, low, high, pValue } = pairedBootstrap(
    rows.length,
    (indices) => left.compute(indices)[at] - right.compute(indices)[at],
    { replicates: run.recipe.report.replicates || 1000, seed: 0 },
  );
  return { shared: rows.length, difference: { value, low, high, pValue } };
}

/** Rows of tables are called by their number: in another file the same number is another row. */
function sameRows(first: RunContent, run: RunContent): boolean {
  const file = ({ facts: { data } }: RunContent): string => basename(data.root ?? data.title);
  return file(first) === file(run) || !first.predictions.ids.every((id) => /^row\d+$/.test(id));
}

function pick(
  { ids, yTrue, groups, turns, classes, probabilities }: Predictions,
  rows: readonly number[],
): Predictions {
  const k = classes.length;
  const data = new Float64Array(rows.length * k);
  rows.forEach((row, i) => {
    data.set(probabilities.subarray(row * k, (row + 1) * k), i * k);
  });
  const of = <T>(list: readonly T[]): T[] => rows.map((row) => list[row]);
  return { ids: of(ids), yTrue: of(yTrue), groups: of(groups), turns: of(turns), classes, probabilities: data };
}

/** Paths at which two plain values differ. */
function diff(a: unknown, b: unknown, path = ""): [string, string, string][] {
  if (Object.is(a, b)) return [];
  const nested = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null;
  if (nested(a) && nested(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => diff(a[key], b[key], path ? `${path}.${key}` : key));
  }
  const show = (v: unknown): string => (v === undefined ? "–" : JSON.stringify(v));
  return [[path, show(a), show(b)]];
}
