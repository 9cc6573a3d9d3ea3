import type { EarshotBackend } from "../backend/backend.js";
import type { StepActivation, Weight } from "./steps.js";

/** A step made ready: its weights lie in the heap. Sizes are of one sample. */
export interface Node {
  outShape: readonly number[];
  /** `alias`: the numbers stay where they are; `inPlace`: output may be the input (default: neither). */
  place?: "alias" | "inPlace";
  /** Numbers that it needs beside input and output, for one sample (default 0). */
  scratch?: number;
  /** @param n samples; x, y, scratch: addresses */
  run(n: number, x: number, y: number, scratch: number): void;
}

/** What nodes are made with. */
export interface Site {
  backend: EarshotBackend;
  /** Puts numbers into the heap for as long as the network lives; returns their address. */
  place(data: Float32Array): number;
  /** A block that lives as long. */
  reserve(bytes: number): number;
  /** @throws RangeError naming the step and the rule it breaks */
  fail(rule: string): never;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** An image's [height, width, channels]; two axes are an image of one channel. */
export function imageOf(shape: readonly number[], { fail }: Site): [number, number, number] {
  if (shape.length !== 2 && shape.length !== 3)
    fail(`needs [height, width] or [height, width, channels], gets [${shape}]`);
  return [shape[0], shape[1], shape[2] ?? 1];
}

/** A sequence's [steps, features]; all that is in a row of an image counts as features. */
export function sequenceOf(shape: readonly number[], { fail }: Site): [number, number] {
  if (shape.length !== 2 && shape.length !== 3)
    fail(`needs [steps, features] or [steps, width, channels], gets [${shape}]`);
  return [shape[0], sizeOf(shape.slice(1))];
}

export function requireShape(name: string, { data, shape }: Weight, wanted: readonly number[], { fail }: Site): void {
  if (shape.join() !== wanted.join() || data.length !== sizeOf(shape)) {
    fail(`needs a ${name} of [${wanted}], got [${shape}] with ${data.length} numbers`);
  }
}

export function requireLength(name: string, data: Float32Array | undefined, length: number, { fail }: Site): void {
  if (data && data.length !== length) fail(`needs ${length} numbers of ${name}, got ${data.length}`);
}

/** Numbers of activations in assembly/elementwise.ts, with their parameter. */
const ACTIVATIONS: Record<StepActivation, readonly [number, number]> = {
  linear: [-1, 0],
  relu: [0, 0],
  relu6: [1, 0],
  leakyRelu: [2, 0.01],
  elu: [3, 0],
  sigmoid: [4, 0],
  tanh: [5, 0],
  softplus: [16, 0],
  swish: [17, 0],
  gelu: [18, 0],
};

const GRAIN = 16384;

/** Applies an activation to `count` numbers, in place or not. */
export function activate(
  { pool }: EarshotBackend,
  name: StepActivation,
  count: number,
  x: number,
  y: number = x,
): void {
  const [code, parameter] = ACTIVATIONS[name];
  if (code >= 0) pool.run("unary", count, GRAIN, code, x, y, parameter);
}

export function requireActivation(name: StepActivation, { fail }: Site): StepActivation {
  if (!Object.hasOwn(ACTIVATIONS, name)) {
    fail(`has an unknown activation "${name}"; known are ${Object.keys(ACTIVATIONS).join(", ")}`);
  }
  return name;
}
