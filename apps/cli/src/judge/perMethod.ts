import { bootstrapEer } from "@earshot/metrics";
import type { Labelled } from "../train/items.js";
import type { Figure } from "./judge.js";
import type { Predictions } from "./predictions.js";

/** Equal error rate of one value of an attribute, such as a spoofing method, against every item of the other class. */
export interface MethodFigures {
  /** Items that have it. */
  n: number;
  eer: Figure;
}

/**
 * Equal error rates by the attribute that a split holds out beside groups, each against all items of the class that is not divided.
 *
 * @param attribute such as "system"
 * @param options.positive target of two-class figures (default: the last class)
 * @returns by value, in order of their names; undefined for more than two classes
 */
export function perMethod(
  { ids, yTrue, classes, probabilities }: Predictions,
  items: readonly Labelled[],
  attribute: string,
  { replicates, seed, positive = classes[1] }: { replicates: number; seed: number; positive?: string },
): Record<string, MethodFigures> | undefined {
  if (classes.length !== 2) return undefined;
  const values = new Map(items.map((item) => [item.id, String(item.attributes?.[attribute] ?? "")]));
  const divided = classes.find((label) => new Set(valuesOf(label)).size > 1);
  if (divided === undefined) return undefined;
  const column = classes.indexOf(positive);
  const whole = yTrue.flatMap((label, i) => (label === divided ? [] : [i]));
  const names = [...new Set(valuesOf(divided))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const own = ids.flatMap((id, i) => (yTrue[i] === divided && values.get(id) === name ? [i] : []));
      const some = [...whole, ...own];
      const truth = some.map((i) => Number(yTrue[i] === positive));
      const scores = some.map((i) => probabilities[2 * i + column]);
      return [name, { n: own.length, eer: figureOf(truth, scores, { replicates, seed }) }];
    }),
  );

  function valuesOf(label: string): string[] {
    return ids.flatMap((id, i) => (yTrue[i] === label ? [values.get(id) ?? ""] : []));
  }
}

function figureOf(truth: number[], scores: number[], options: { replicates: number; seed: number }): Figure {
  if (!truth.includes(0) || !truth.includes(1)) return { value: null, low: null, high: null };
  const { replicates, seed } = options;
  const { value, low, high } = bootstrapEer(truth, scores, { replicates: Math.max(1, replicates), seed });
  return replicates > 0 ? { value, low, high } : { value, low: null, high: null };
}
