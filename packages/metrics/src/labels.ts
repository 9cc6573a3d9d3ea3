import { requireItems, requireSameLength } from "./check.js";
import type { Label } from "./types.js";

export interface EncodedPair {
  labels: Label[];
  /** Index into labels, or −1 for a label outside of them. */
  true: Int32Array;
  pred: Int32Array;
}

/** Truth and prediction as indices into the labels asked for, or else into all that occur, in rising order. */
export function encodePair(
  fn: string,
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  labels?: ArrayLike<Label>,
): EncodedPair {
  requireSameLength(fn, "yTrue", yTrue.length, "yPred", yPred.length);
  requireItems(fn, "yTrue", yTrue.length);
  const order = labels ? checkedLabels(fn, labels) : uniqueLabels(fn, yTrue, yPred);
  const index = new Map(order.map((label, i) => [label, i]));
  return { labels: order, true: encode(yTrue, index), pred: encode(yPred, index) };
}

/** Labels as indices; −1 where a label is not among them. */
export function encode(y: ArrayLike<Label>, index: Map<Label, number>): Int32Array {
  const out = new Int32Array(y.length);
  for (let i = 0; i < y.length; i++) out[i] = index.get(y[i]) ?? -1;
  return out;
}

/** Labels as given by the caller: at least one, none twice. */
export function checkedLabels(fn: string, labels: ArrayLike<Label>): Label[] {
  const list = Array.from(labels);
  requireItems(fn, "labels", list.length);
  const twice = list.find((label, i) => list.indexOf(label) !== i);
  if (twice !== undefined) throw new RangeError(`${fn}: labels must differ, got ${JSON.stringify(twice)} twice.`);
  return list;
}

/** Every label that occurs: numbers by size, strings by code unit, as scikit-learn orders classes. */
export function uniqueLabels(fn: string, ...columns: ArrayLike<Label>[]): Label[] {
  const seen = new Set<Label>();
  for (const y of columns) {
    for (let i = 0; i < y.length; i++) seen.add(y[i]);
  }
  const list = [...seen];
  const numbers = list.filter((label) => typeof label === "number") as number[];
  if (numbers.some(Number.isNaN)) throw new RangeError(`${fn}: labels must not be NaN.`);
  const strings = list.filter((label) => typeof label === "string") as string[];
  if (numbers.length + strings.length < list.length) {
    const odd = list.find((label) => typeof label !== "number" && typeof label !== "string");
    throw new TypeError(`${fn}: labels must be strings or numbers, got ${String(odd)}.`);
  }
  if (numbers.length && strings.length) {
    throw new TypeError(
      `${fn}: labels must be all strings or all numbers, got both ${JSON.stringify(strings[0])} and ${numbers[0]}.`,
    );
  }
  return numbers.length ? numbers.sort((a, b) => a - b) : strings.sort();
}
