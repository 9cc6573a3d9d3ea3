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
  for (let i = 0; i < out.length; i++) {
    const y = yTrue[i];
    if (y === 1 || y === true) out[i] = 1;
    else if (y !== 0 && y !== -1 && y !== false) {
      throw new RangeError(
        `${fn}: yTrue must be 1 for targets and 0 or -1 for the rest, got ${JSON.stringify(y)} at index ${i}; other labels need posLabel.`,
      );
    }
  }
  return out;
}

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
  const isTarget = checkedTargets(fn, yTrue, yScore, posLabel);
  let count = 0;
  for (let i = 0; i < isTarget.length; i++) count += isTarget[i];
  const targets = new Float64Array(count);
  const others = new Float64Array(isTarget.length - count);
  let t = 0;
  let o = 0;
  for (let i = 0; i < isTarget.length; i++) {
    if (isTarget[i]) targets[t++] = yScore[i];
    else others[o++] = yScore[i];
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
): Uint8Array {
  requireSameLength(fn, "yTrue", yTrue.length, "yScore", yScore.length);
  checkedWeights(fn, sampleWeight, yTrue.length);
  for (let i = 0; i < yScore.length; i++) {
    if (Number.isNaN(yScore[i])) throw new RangeError(`${fn}: yScore must not be NaN, is at index ${i}.`);
  }
  return encodeTargets(fn, yTrue, posLabel);
}

export function requireBothClasses(fn: string, targets: number, others: number): void {
  if (targets === 0 || others === 0) {
    throw new RangeError(`${fn}: both classes are needed, got ${targets} targets and ${others} others.`);
  }
}
