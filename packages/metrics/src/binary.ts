import { checkedWeights, requireSameLength } from "./check.js";
import type { BinaryOptions, Label } from "./types.js";

/** Truth of a two-class problem as callers write it. */
export type BinaryTruth = ArrayLike<Label | boolean>;

/** 1 for targets, 0 for the rest. Without posLabel only 0/1, −1/1 and false/true are understood. */
export function encodeTargets(fn: string, yTrue: BinaryTruth, posLabel?: Label): Uint8Array {
  const out = new Uint8Array(yTrue.length);
  if (posLabel !== undefined) {
    for (let i = 0; i < out.length; i++) out[i] = yTrue[i] === posLabel ? 1 : 0;
    return out;
  }
  if (ArrayBuffer.isView(yTrue)) return encodeNumbers(fn, doublesOf(yTrue as ArrayLike<number>), out);
  for (let i = 0; i < out.length; i++) {
    const y = yTrue[i];
    if (y === 1 || y === true) out[i] = 1;
    else if (y !== 0 && y !== -1 && y !== false) throw notBinary(fn, y, i);
  }
  return out;
}

/** The same over one kind of array, which the compiler can make fast. */
function encodeNumbers(fn: string, y: Float64Array, out: Uint8Array): Uint8Array {
  for (let i = 0; i < out.length; i++) {
    if (y[i] === 1) out[i] = 1;
    else if (y[i] !== 0 && y[i] !== -1) throw notBinary(fn, y[i], i);
  }
  return out;
}

const notBinary = (fn: string, y: unknown, i: number): RangeError =>
  new RangeError(
    `${fn}: yTrue must be 1 for targets and 0 or -1 for the rest, got ${JSON.stringify(y)} at index ${i}; other labels need posLabel.`,
  );

/** Numbers as doubles; not copied where they are. */
const doublesOf = (values: ArrayLike<number>): Float64Array =>
  values instanceof Float64Array ? values : new Float64Array(values);

/** Both classes' scores apart, checked: lengths agree, no NaN. */
export interface SplitScores {
  targets: Float64Array;
  others: Float64Array;
}

export function splitScores(
  fn: string,
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  { posLabel }: Pick<BinaryOptions, "posLabel">,
): SplitScores {
  const scores = doublesOf(yScore);
  const isTarget = checkedTargets(fn, yTrue, yScore, posLabel, undefined, scores);
  let count = 0;
  for (let i = 0; i < isTarget.length; i++) count += isTarget[i];
  const targets = new Float64Array(count);
  const others = new Float64Array(isTarget.length - count);
  let t = 0;
  for (let i = 0; i < isTarget.length; i++) {
    if (isTarget[i]) targets[t++] = scores[i];
    else others[i - t] = scores[i];
  }
  return { targets, others };
}

/** Targets as 0/1 after checking truth, scores and weights. */
export function checkedTargets(
  fn: string,
  yTrue: BinaryTruth,
  yScore: ArrayLike<number>,
  posLabel?: Label,
  sampleWeight?: ArrayLike<number>,
  scores = doublesOf(yScore),
): Uint8Array {
  requireSameLength(fn, "yTrue", yTrue.length, "yScore", yScore.length);
  checkedWeights(fn, sampleWeight, yTrue.length);
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isNaN(scores[i])) continue;
    if (typeof yScore[i] === "number") throw new RangeError(`${fn}: yScore must not be NaN, is at index ${i}.`);
    const hint = Array.isArray(yScore[i]) ? "; scores of several classes go into a matrix { data, rows, cols }" : "";
    throw new TypeError(`${fn}: yScore must hold numbers, got ${JSON.stringify(yScore[i])} at index ${i}${hint}.`);
  }
  return encodeTargets(fn, yTrue, posLabel);
}

export function requireBothClasses(fn: string, targets: number, others: number): void {
  if (targets === 0 || others === 0) {
    throw new RangeError(`${fn}: both classes are needed, got ${targets} targets and ${others} others.`);
  }
}
