import { createOptimiser, softmaxCrossEntropy, tf, useEngine } from "@earshot/engine";
import { createRandom, permutation } from "../core/random.js";
import type { Awaitable, EpochLog } from "../core/types.js";
import { buildNetwork, type Network } from "./network.js";
import type { NeuralSettings } from "./options.js";
import { cutBatches, gatherBatch, type Samples, targetRows } from "./samples.js";
import { ORDER, WEIGHTS } from "./streams.js";

export interface Labelled {
  samples: Samples;
  /** Index of the class of each sample. */
  codes: Int32Array;
}

export interface TrainingTask {
  settings: NeuralSettings;
  classes: number;
  train: Labelled;
  /** Weight of each training sample. */
  weights: Float64Array;
  validation: Labelled | undefined;
  threads: number | undefined;
  signal: AbortSignal | undefined;
  onEpoch: ((log: EpochLog) => Awaitable<void>) | undefined;
}

/** The network of some settings for samples of some shape, its output layer included. */
export function networkFor(settings: NeuralSettings, inputShape: readonly number[], classes: number): Network {
  const output = { kind: "dense", units: classes, initialiser: "glorotUniform" } as const;
  return buildNetwork([...settings.layers, output], inputShape, createRandom(settings.seed, WEIGHTS));
}

/**
 * Trains a fresh network; the order of samples, dropout and weights follow from the seed alone.
 *
 * @returns the weights of the last or best epoch
 * @throws RangeError when the loss is no number any more; the signal's reason when aborted
 */
export async function train(task: TrainingTask): Promise<Float32Array[]> {
  const { settings, classes, validation, signal, onEpoch } = task;
  await useEngine(task.threads === undefined ? {} : { threads: task.threads });
  signal?.throwIfAborted();
  const network = networkFor(settings, task.train.samples.shape, classes);
  const optimiser = createOptimiser(settings.optimizer);
  const { earlyStopping: stop } = settings;
  try {
    let best: { score: number; weights: Float32Array[] } | undefined;
    let waited = 0;
    let pause = performance.now();
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const order = permutation(task.train.samples.n, createRandom(settings.seed, ORDER + epoch));
      const sums = { loss: 0, right: 0, weight: 0 };
      for (const batch of cutBatches(order, settings.batchSize)) {
        trainBatch(task, network, optimiser, batch, sums);
        if (performance.now() - pause > 50) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          signal?.throwIfAborted();
          pause = performance.now();
        }
      }
      const log: EpochLog = {
        epoch,
        epochs: settings.epochs,
        loss: sums.loss / sums.weight,
        accuracy: sums.right / task.train.samples.n,
        learningRate: settings.optimizer.learningRate,
      };
      if (!Number.isFinite(log.loss)) throw diverged(epoch, settings);
      if (validation) Object.assign(log, evaluate(network, validation, classes));
      await onEpoch?.(log);
      signal?.throwIfAborted();
      if (!stop || !validation) continue;
      const score = stop.monitor === "valLoss" ? -log.valLoss : log.valAccuracy;
      if (!best || score > best.score + stop.minDelta) {
        best = { score, weights: stop.restoreBest ? network.getWeights() : [] };
        waited = 0;
      } else if (++waited >= stop.patience) break;
    }
    return best && stop?.restoreBest ? best.weights : network.getWeights();
  } finally {
    optimiser.dispose();
    network.dispose();
  }
}

interface Sums {
  loss: number;
  right: number;
  weight: number;
}

function trainBatch(
  { settings, classes, train: { samples, codes }, weights }: TrainingTask,
  network: Network,
  optimiser: ReturnType<typeof createOptimiser>,
  batch: Int32Array,
  sums: Sums,
): void {
  const trained = network.weights.filter((w) => w.trained);
  const own = Float32Array.from(batch, (i) => weights[i]);
  const total = own.reduce((a, b) => a + b, 0);
  if (total === 0) return;
  tf.tidy(() => {
    const x = tf.tensor(gatherBatch(samples, batch), [batch.length, ...samples.shape]);
    const targets = tf.tensor(targetRows(codes, batch, classes, settings.labelSmoothing), [batch.length, classes]);
    const rowWeights = tf.tensor(
      own.map((w) => w / total),
      [batch.length],
    );
    let logits: tf.Tensor | undefined;
    const { value, grads } = tf.variableGrads(
      () => {
        logits = network.apply(x, { training: true, seed: (settings.seed + optimiser.steps) | 0 });
        tf.keep(logits);
        return tf.sum(softmaxCrossEntropy(logits, targets, rowWeights)) as tf.Scalar;
      },
      trained.map((w) => w.variable),
    );
    const gradients = trained.map((w) => grads[w.variable.name]);
    const scale = settings.clipNorm === undefined ? 1 : clipScale(gradients, settings.clipNorm);
    optimiser.step(
      trained.map((w) => w.variable),
      gradients,
      { scale, decays: trained.map((w) => w.decays) },
    );
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

function countRight(scores: Float32Array, index: ArrayLike<number>, codes: Int32Array, classes: number): number {
  let right = 0;
  for (let i = 0; i < index.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[i * classes + c] > scores[i * classes + best]) best = c;
    if (best === codes[index[i]]) right++;
  }
  return right;
}

/** Samples predicted at a time. */
const CHUNK = 256;

/** Class scores before the softmax, n × classes. */
export function scoresOf(network: Network, samples: Samples, classes: number): Float32Array {
  const out = new Float32Array(samples.n * classes);
  for (let i = 0; i < samples.n; i += CHUNK) {
    const count = Math.min(CHUNK, samples.n - i);
    tf.tidy(() => {
      const rows = samples.data.subarray(i * samples.size, (i + count) * samples.size);
      const x = tf.tensor(rows, [count, ...samples.shape]);
      out.set(network.apply(x, { training: false, seed: 0 }).dataSync(), i * classes);
    });
  }
  return out;
}

function evaluate(network: Network, { samples, codes }: Labelled, classes: number) {
  const scores = scoresOf(network, samples, classes);
  const all = Int32Array.from(codes, (_, i) => i);
  let loss = 0;
  for (let i = 0; i < samples.n; i++) {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((a, b) => a + Math.exp(b - top), 0);
    loss += (top + Math.log(sum) - row[codes[i]]) / samples.n;
  }
  return { valLoss: loss, valAccuracy: countRight(scores, all, codes, classes) / samples.n };
}

function diverged(epoch: number, { optimizer }: NeuralSettings): RangeError {
  return new RangeError(
    `neuralClassifier: the loss is no number any more in epoch ${epoch}; lower optimizer.learningRate (${optimizer.learningRate}), ` +
      "standardise the features, or set clipNorm.",
  );
}
