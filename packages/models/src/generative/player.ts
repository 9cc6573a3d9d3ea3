import { createOptimiser, gradientNorm, type Optimiser, tf } from "@earshot/engine";
import { createRandom, type Rng } from "../core/random.js";
import type { GeneratorSettings } from "./options.js";
import type { Parameters } from "./parameters.js";
import type { Prior } from "./prior.js";
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

/** Some sounds of one step. */
export interface Batch {
  /** [n, frames, bands, 1] */
  x: tf.Tensor;
  /** [n, classes], a one where the class is. */
  labels: tf.Tensor;
  /** The classes by their places. */
  codes: readonly number[];
}

/** A network and what makes it better. */
export interface Learner {
  readonly parameters: Parameters;
  /** None where the other one's steps move it as well. */
  readonly optimiser?: Optimiser;
}

/** The networks of a way to learn, and what is done with a batch. */
export interface Player {
  /** What makes sounds in the end. */
  readonly generator: Learner;
  /** What it is taught by, where there is such a one. */
  readonly other?: Learner;
  /**
   * One step of training.
   *
   * @param rng of this step alone
   * @returns what is to be averaged over an epoch
   */
  step(batch: Batch, rng: Rng, number: number): Record<string, number>;
  /** Where the recordings lie in the noise, by the weights as they are now. */
  prior?(): Prior;
}

/** Frees what a player keeps. */
export function disposePlayer({ generator, other }: Player): void {
  for (const learner of [generator, other]) {
    learner?.parameters.dispose();
    learner?.optimiser?.dispose();
  }
}

/** A batch as tensors; they belong to the caller's tidy. */
export function batchOf({ data, shape, codes: all, classes }: Sounds, index: ArrayLike<number>): Batch {
  const size = shape[0] * shape[1];
  const values = new Float32Array(index.length * size);
  for (let i = 0; i < index.length; i++) values.set(data.subarray(index[i] * size, (index[i] + 1) * size), i * size);
  const codes = Array.from(index, (i) => all[i]);
  return { x: tf.tensor4d(values, [index.length, shape[0], shape[1], 1]), labels: oneHot(codes, classes), codes };
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

/** What random numbers a step draws from: its own, so that a run that goes on draws what it would have drawn. */
export const stepRandom = ({ seed }: GeneratorSettings, step: number): Rng => createRandom(seed, STEP + step);

/** Adam as these networks want it. */
export function adam({ beta1 }: GeneratorSettings, learningRate: number): Optimiser {
  return createOptimiser({ kind: "adam", learningRate, beta1, beta2: beta1 < 0.9 ? 0.99 : 0.999 });
}

/**
 * Gradients of a loss for some parameters, and one step down.
 *
 * @param options.clip joint norm beyond which gradients are shortened (default: none)
 * @param options.learningRate of this step (default: the optimiser's own)
 * @returns the loss and the gradient's norm
 */
export function descend(
  { trained }: Parameters,
  optimiser: Optimiser,
  loss: () => tf.Scalar,
  { clip = Number.POSITIVE_INFINITY, learningRate }: { clip?: number; learningRate?: number } = {},
): { loss: number; norm: number } {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(loss, trained);
    const gradients = trained.map((v) => grads[v.name]);
    const norm = gradientNorm(gradients);
    // A step along a gradient that is no number would end what was learned so far.
    const scale = Math.min(1, clip / (norm + 1e-12));
    if (Number.isFinite(norm)) optimiser.step(trained, gradients, { scale, ...(learningRate && { learningRate }) });
    return { loss: value.dataSync()[0], norm };
  });
}
