import { isStateTensor } from "../core/state.js";
import type { ModelState, StateTensor, StateValue } from "../core/types.js";

/** A kernel in eight bits: value = (byte − 128) · scale of its output. */
interface Quantised {
  readonly [key: string]: StateValue;
  /** −127 … 127, plus 128: safetensors of every reader hold bytes. */
  readonly int8: StateTensor;
  /** One a output: the last axis that is longer than 1. */
  readonly scale: StateTensor;
}

const ZERO = 128;
const MOST = 127;

/** Kernels that are smaller stay as they are: their scales would outweigh what they save. */
const LEAST = 64;

/** Index of each number's output, and how many there are. */
function outputsOf(shape: readonly number[]): { outputs: number; of(i: number): number } {
  const axis = shape.findLastIndex((length) => length > 1);
  const outputs = axis < 0 ? 1 : shape[axis];
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return { outputs, of: (i) => Math.floor(i / inner) % outputs };
}

/** @param tensor of float32, at least two axes */
function quantised({ data, shape }: StateTensor): Quantised {
  const { outputs, of } = outputsOf(shape);
  const scale = new Float32Array(outputs);
  for (const [i, v] of data.entries()) scale[of(i)] = Math.max(scale[of(i)], Math.abs(v));
  for (let o = 0; o < outputs; o++) scale[o] = scale[o] > 0 ? scale[o] / MOST : 1;
  const int8 = Uint8Array.from(data as Float32Array, (v, i) => ZERO + Math.round(v / scale[of(i)]));
  return { int8: { data: int8, shape: [...shape] }, scale: { data: scale, shape: [outputs] } };
}

const isQuantised = (value: unknown): value is Quantised =>
  typeof value === "object" &&
  value !== null &&
  isStateTensor((value as Quantised).int8) &&
  isStateTensor((value as Quantised).scale);

/**
 * A weight as it is stored, in numbers: those of eight bits are multiplied out.
 *
 * @returns undefined if it is neither float32 nor eight bits with as many scales as outputs
 */
export function readWeight(value: unknown): StateTensor | undefined {
  if (isStateTensor(value)) return value.data instanceof Float32Array ? value : undefined;
  if (!isQuantised(value)) return undefined;
  const { data, shape } = value.int8;
  const scale = value.scale.data;
  const { outputs, of } = outputsOf(shape);
  if (!(data instanceof Uint8Array) || scale.length !== outputs) return undefined;
  return { data: Float32Array.from(data, (q, i) => (q - ZERO) * scale[of(i)]), shape };
}

/**
 * The state of a model with the kernels of its networks in eight bits, symmetric, a scale an output: a quarter of the size. Biases, normalisations and
 * small kernels stay float32. Restoring it gives a network that computes in float32 as before, with the rounded weights.
 *
 * @param state of a `neuralClassifier`, or of a pipeline, vote or stack that holds one
 * @throws TypeError if there is no network in it
 * Each weight is off by at most half of its scale: 1/254 of the largest weight of its output.
 */
export function quantiseWeights(state: ModelState): ModelState {
  let found = 0;
  const visit = (value: StateValue): StateValue => {
    if (typeof value !== "object" || value === null || isStateTensor(value)) return value;
    if (Array.isArray(value)) return value.map(visit);
    const own = value as { readonly [key: string]: StateValue };
    if (own.kind === "neuralClassifier" && Array.isArray(own.weights)) {
      found++;
      return { ...own, weights: own.weights.map(small) };
    }
    return Object.fromEntries(Object.entries(own).map(([key, inner]) => [key, visit(inner)]));
  };
  const out = visit(state as StateValue) as ModelState;
  if (found === 0)
    throw new TypeError(
      `quantiseWeights: a ${state.kind} holds no network; only neuralClassifier has kernels to round.`,
    );
  return out;
}

const small = (weight: StateValue): StateValue =>
  isStateTensor(weight) && weight.shape.length > 1 && weight.data.length >= LEAST ? quantised(weight) : weight;
