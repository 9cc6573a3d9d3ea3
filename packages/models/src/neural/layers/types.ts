import type { Initialiser, tf } from "@earshot/engine";
import type { LayerSpec } from "./specs.js";

/** One array of numbers that a layer owns. */
export interface Weight {
  /** Within its layer: kernel, bias, gamma … */
  name: string;
  variable: tf.Variable;
  /** False for moving statistics. */
  trained: boolean;
  /** Whether weight decay applies: to kernels, not to biases and scales. */
  decays: boolean;
}

/** How a layer is applied: dropout and batch statistics only while training; the seed decides dropout. */
export interface Mode {
  training: boolean;
  /** Normalisations use the statistics that they have while training, too, and leave them as they are (default false). */
  keepStatistics?: boolean;
  seed: number;
}

export interface Layer {
  readonly kind: LayerSpec["kind"];
  /** Of one sample. */
  readonly outputShape: readonly number[];
  readonly weights: readonly Weight[];
  /** Multiply–adds for one sample. */
  readonly multiplyAdds: number;
  apply(x: tf.Tensor, mode: Mode): tf.Tensor;
  /** Layers within: those of a residual block, and those of its shortcut. */
  readonly inner?: { readonly layers: readonly Layer[]; readonly shortcut: readonly Layer[] };
}

/** What a layer is built with. */
export interface Build {
  /** Of one sample. */
  inputShape: readonly number[];
  /** The layer after it: a ReLU or batch normalisation there changes what this one does. */
  next: LayerSpec | undefined;
  /** @throws RangeError naming the layer and the rule it breaks */
  fail(rule: string): never;
  makeWeight(kind: Initialiser, shape: readonly number[]): tf.Variable;
  /** Layers within a layer. */
  nested(specs: readonly LayerSpec[], inputShape: readonly number[]): readonly Layer[];
}

/** Builds one kind of layer. */
export type Builder<K extends LayerSpec["kind"]> = (spec: Extract<LayerSpec, { kind: K }>, build: Build) => Layer;

/** A kernel: weight decay applies. */
export const kernelOf = (variable: tf.Variable, name = "kernel"): Weight => ({
  name,
  variable,
  trained: true,
  decays: true,
});
/** A bias or scale: it does not. */
export const plainOf = (variable: tf.Variable, name = "bias"): Weight => ({
  name,
  variable,
  trained: true,
  decays: false,
});
/** A moving statistic. */
export const stateOf = (variable: tf.Variable, name: string): Weight => ({
  name,
  variable,
  trained: false,
  decays: false,
});

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A whole number of at least 1, or the sentence that says so. */
export function requireCount(value: number, name: string, { fail }: Build): void {
  if (!Number.isInteger(value) || value < 1) fail(`needs ${name} of at least 1, got ${value}`);
}
