import { type Optimiser, tf } from "@earshot/engine";
import { createRandom } from "../core/random.js";
import { augmentBatch } from "./augment.js";
import { countRight } from "./evaluate.js";
import { lossOf } from "./loss.js";
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

/** Gradients of batches that wait for their step. */
export interface Gathered {
  /** Sums over the batches so far, each times its weight. */
  gradients: Float32Array[] | undefined;
  weight: number;
  batches: number;
}

export const createGathered = (): Gathered => ({ gradients: undefined, weight: 0, batches: 0 });

interface StepPlan {
  learningRate: number;
  gathered: Gathered;
  /** Whether the step comes now, or after more batches. */
  last: boolean;
}

/** One batch: forwards, backwards; then clipped and applied, unless its gradients wait for those of more batches. */
export function trainBatch(
  { settings, classes, train: { samples, codes }, weights }: StepTask,
  network: Network,
  optimiser: Optimiser,
  batch: Int32Array,
  { learningRate, gathered, last }: StepPlan,
  sums: Sums,
): void {
  const trained = network.weights.filter((w) => w.trained && w.rate > 0);
  const variables = trained.map((w) => w.variable);
  const own = Float32Array.from(batch, (i) => weights[i]);
  const total = own.reduce((a, b) => a + b, 0);
  const place = optimiser.steps * settings.accumulate + gathered.batches++;
  const n = batch.length;
  tf.tidy(() => {
    if (total > 0) {
      const data = gatherBatch(samples, batch);
      const targets = targetRows(codes, batch, classes, settings.labelSmoothing);
      if (settings.augment) {
        const rng = createRandom(settings.seed, AUGMENT + place);
        augmentBatch({ data, targets, n, shape: samples.shape }, settings.augment, rng);
      }
      const shares = tf.tensor(
        own.map((w) => w / total),
        [n],
      );
      const x = tf.tensor(data, [n, ...samples.shape]);
      const wanted = tf.tensor(targets, [n, classes]);
      let logits: tf.Tensor | undefined;
      const { value, grads } = tf.variableGrads(() => {
        logits = network.apply(x, {
          training: true,
          seed: (settings.seed + place) | 0,
          keepStatistics: settings.keepStatistics,
        });
        tf.keep(logits);
        return tf.sum(lossOf(settings.loss, logits, wanted, shares)) as tf.Scalar;
      }, variables);
      const gradients = variables.map((v) => grads[v.name]);
      sums.loss += value.dataSync()[0] * total;
      sums.weight += total;
      if (logits) {
        sums.right += countRight(logits.dataSync() as Float32Array, batch, codes, classes);
        logits.dispose();
      }
      if (settings.accumulate === 1) {
        step(gradients, 1);
        return;
      }
      gather(gathered, gradients, total);
    }
    if (last && gathered.gradients) {
      step(
        gathered.gradients.map((g, i) => tf.tensor(g, variables[i].shape)),
        1 / gathered.weight,
      );
    }
  });
  if (last) Object.assign(gathered, createGathered());

  function step(gradients: readonly tf.Tensor[], by: number): void {
    const scale = settings.clipNorm === undefined ? by : by * clipScale(gradients, settings.clipNorm / by);
    const decays = trained.map((w) => w.decays);
    optimiser.step(variables, gradients, { learningRate, scale, decays, rates: trained.map((w) => w.rate) });
  }
}

function gather(gathered: Gathered, gradients: readonly tf.Tensor[], total: number): void {
  gathered.gradients ??= gradients.map((g) => new Float32Array(g.size));
  for (const [i, sum] of gathered.gradients.entries()) {
    const more = gradients[i].dataSync();
    for (let k = 0; k < sum.length; k++) sum[k] += total * more[k];
  }
  gathered.weight += total;
}

/** What gradients are multiplied by so that their joint norm is at most `limit`. */
function clipScale(gradients: readonly tf.Tensor[], limit: number): number {
  let squares = 0;
  for (const g of gradients) for (const v of g.dataSync()) squares += v * v;
  return Math.min(1, limit / (Math.sqrt(squares) + 1e-6));
}
