import { createOptimiser, type Optimiser, tf } from "@earshot/engine";
import { createRandom, type Rng } from "../core/random.js";
import type { Looker } from "./critic.js";
import type { Generator } from "./generator.js";
import type { GeneratorSettings } from "./options.js";
import type { Parameters } from "./parameters.js";
import { STEP } from "./streams.js";

/** What is learned from. */
export interface Sounds {
  /** n × frames × bands, in [−1, 1]. */
  data: Float32Array;
  n: number;
  shape: readonly [number, number];
  /** Class of each. */
  codes: Int32Array;
  classes: number;
}

/** Two networks and what is done with a batch. */
export interface Player {
  readonly generator: Generator;
  readonly other: Looker;
  readonly optimisers: { readonly generator: Optimiser; readonly other: Optimiser };
  /**
   * One step of training.
   *
   * @param x [n, frames, bands, 1], @param labels [n, classes]
   * @param rng of this step alone
   * @returns what is to be averaged over an epoch
   */
  step(x: tf.Tensor, labels: tf.Tensor, rng: Rng, number: number): Record<string, number>;
  dispose(): void;
}

/** A batch as tensors; they belong to the caller's tidy. */
export function batchOf({ data, shape, codes, classes }: Sounds, index: ArrayLike<number>) {
  const size = shape[0] * shape[1];
  const values = new Float32Array(index.length * size);
  for (let i = 0; i < index.length; i++) values.set(data.subarray(index[i] * size, (index[i] + 1) * size), i * size);
  return {
    x: tf.tensor4d(values, [index.length, shape[0], shape[1], 1]),
    labels: oneHot(
      Array.from(index, (i) => codes[i]),
      classes,
    ),
  };
}

/** A one where the class is. */
export function oneHot(codes: readonly number[], classes: number): tf.Tensor2D {
  const rows = new Float32Array(codes.length * classes);
  for (const [i, code] of codes.entries()) rows[i * classes + code] = 1;
  return tf.tensor2d(rows, [codes.length, classes]);
}

/** Normal deviates as a tensor. */
export const normals = (shape: [number, number], rng: Rng): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from({ length: shape[0] * shape[1] }, rng.normal), shape);

/** Joint norm of gradients. */
export function normOf(gradients: readonly tf.Tensor[]): number {
  let squares = 0;
  for (const g of gradients) for (const v of g.dataSync()) squares += v * v;
  return Math.sqrt(squares);
}

/** What random numbers a step draws from: its own, so that a run that goes on draws what it would have drawn. */
export const stepRandom = ({ seed }: GeneratorSettings, step: number): Rng => createRandom(seed, STEP + step);

/** Adam as these networks want it. */
export function adam({ beta1 }: GeneratorSettings, learningRate: number): Optimiser {
  return createOptimiser({ kind: "adam", learningRate, beta1, beta2: beta1 < 0.9 ? 0.99 : 0.999 });
}

/** Gradients of a loss for some parameters, and one step down. @returns the loss and the gradient's norm */
export function descend(
  { trained }: Parameters,
  optimiser: Optimiser,
  loss: () => tf.Scalar,
  clip = Number.POSITIVE_INFINITY,
): { loss: number; norm: number } {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(loss, trained);
    const gradients = trained.map((v) => grads[v.name]);
    const norm = normOf(gradients);
    // A step along a gradient that is no number would end what was learned so far.
    if (Number.isFinite(norm)) optimiser.step(trained, gradients, { scale: Math.min(1, clip / (norm + 1e-12)) });
    return { loss: value.dataSync()[0], norm };
  });
}
