import { type Optimiser, softmaxCrossEntropy, tf } from "@earshot/engine";
import { createRandom } from "../core/random.js";
import { augmentBatch } from "./augment.js";
import { countRight } from "./evaluate.js";
import type { Network } from "./network.js";
import type { NeuralSettings } from "./options.js";
import { gatherBatch, type Labelled, targetRows } from "./samples.js";
import { AUGMENT } from "./streams.js";

export interface StepTask {
  settings: NeuralSettings;
  classes: number;
  train: Labelled;
  /** Weight of each training sample. */
  weights: Float64Array;
}

/** What an epoch gathers. */
export interface Sums {
  loss: number;
  right: number;
  weight: number;
}

/** One step on one batch: forwards, backwards, clipped, applied. */
export function trainBatch(
  { settings, classes, train: { samples, codes }, weights }: StepTask,
  network: Network,
  optimiser: Optimiser,
  batch: Int32Array,
  learningRate: number,
  sums: Sums,
): void {
  const trained = network.weights.filter((w) => w.trained);
  const variables = trained.map((w) => w.variable);
  const own = Float32Array.from(batch, (i) => weights[i]);
  const total = own.reduce((a, b) => a + b, 0);
  if (total === 0) return;
  const n = batch.length;
  const data = gatherBatch(samples, batch);
  const targets = targetRows(codes, batch, classes, settings.labelSmoothing);
  if (settings.augment) {
    const rng = createRandom(settings.seed, AUGMENT + optimiser.steps);
    augmentBatch({ data, targets, n, shape: samples.shape }, settings.augment, rng);
  }
  tf.tidy(() => {
    const x = tf.tensor(data, [n, ...samples.shape]);
    const wanted = tf.tensor(targets, [n, classes]);
    const shares = tf.tensor(
      own.map((w) => w / total),
      [n],
    );
    let logits: tf.Tensor | undefined;
    const { value, grads } = tf.variableGrads(() => {
      logits = network.apply(x, { training: true, seed: (settings.seed + optimiser.steps) | 0 });
      tf.keep(logits);
      return tf.sum(softmaxCrossEntropy(logits, wanted, shares)) as tf.Scalar;
    }, variables);
    const gradients = variables.map((v) => grads[v.name]);
    const scale = settings.clipNorm === undefined ? 1 : clipScale(gradients, settings.clipNorm);
    optimiser.step(variables, gradients, { learningRate, scale, decays: trained.map((w) => w.decays) });
    sums.loss += value.dataSync()[0] * total;
    sums.weight += total;
    if (logits) {
      sums.right += countRight(logits.dataSync() as Float32Array, batch, codes, classes);
      logits.dispose();
    }
  });
}

/** What gradients are multiplied by so that their joint norm is at most `limit`. */
function clipScale(gradients: readonly tf.Tensor[], limit: number): number {
  let squares = 0;
  for (const g of gradients) for (const v of g.dataSync()) squares += v * v;
  return Math.min(1, limit / (Math.sqrt(squares) + 1e-6));
}
