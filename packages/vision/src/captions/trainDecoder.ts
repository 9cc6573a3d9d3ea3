import { createOptimiser, tf } from "@earshot/engine";
import { createRandom, permutation } from "@earshot/models";
import { type DecoderSizes, type DecoderWeights, freshWeights, type WeightName, weightEntries } from "./decoder.js";
import { decoderLoss, decoderScores } from "./graph.js";
import type { CaptionLog, TrainCaptionerOptions } from "./trainCaptioner.js";
import { END } from "./vocabulary.js";

/** A picture's regions, standardised, and its captions as numbers. */
export interface Coded {
  regions: Float32Array;
  captions: number[][];
}

export interface DecoderTask {
  train: readonly Coded[];
  validation: readonly Coded[];
  sizes: DecoderSizes;
  /** Regions a picture. */
  count: number;
  decoder: number;
}

export type DecoderSettings = TrainCaptionerOptions & {
  seed: number;
  epochs: number;
  batchSize: number;
  dropout: number;
};

/** Gradients of a larger norm are scaled down to it. */
const CLIP = 5;

/** One decoder, by teacher forcing. */
export async function trainDecoder(
  { train, validation, sizes, count, decoder }: DecoderTask,
  settings: DecoderSettings,
): Promise<DecoderWeights> {
  const { seed, epochs, batchSize, learningRate = 0.002, weightDecay = 0.01 } = settings;
  const rng = createRandom(seed, decoder);
  const shapes = weightEntries(sizes);
  const fresh = freshWeights(sizes, rng);
  const variables = shapes.map(([name, shape]) => tf.tidy(() => tf.variable(tf.tensor(fresh[name], shape))));
  const named = Object.fromEntries(shapes.map(([name], i) => [name, variables[i]])) as Record<WeightName, tf.Variable>;
  const optimiser = createOptimiser({ kind: "adamW", learningRate, weightDecay });
  const decays = shapes.map(([, shape]) => shape.length > 1);
  const steps = Math.ceil(train.length / batchSize);
  let best: { loss: number; weights: Float32Array[] } | undefined;
  const copy = (): Float32Array[] => variables.map((v) => (v.dataSync() as Float32Array).slice());
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      settings.signal?.throwIfAborted();
      const order = permutation(train.length, rng);
      const sums = { loss: 0, weight: 0 };
      for (let step = 0; step < steps; step++) {
        const own = Array.from(order.subarray(step * batchSize, (step + 1) * batchSize), (i) => train[i]);
        const done = (epoch - 1 + step / steps) / epochs;
        const place = optimiser.steps;
        tf.tidy(() => {
          const batch = batchOf(own, sizes, count, settings.labelSmoothing ?? 0);
          const { value, grads } = tf.variableGrads(
            () => lossOf(batch, named, { rate: settings.dropout, seed: seed + decoder + 1009 * place }),
            variables,
          );
          const gradients = variables.map((v) => grads[v.name]);
          sums.loss += value.dataSync()[0] * batch.total;
          sums.weight += batch.total;
          const rate = (learningRate * (1 + Math.cos(Math.PI * done))) / 2;
          optimiser.step(variables, gradients, { learningRate: rate, scale: clipScale(gradients), decays });
        });
        // Ctrl-C is heard between two steps.
        await new Promise((resume) => setTimeout(resume, 0));
        settings.signal?.throwIfAborted();
      }
      const log: CaptionLog = { decoder, epoch, epochs, loss: sums.loss / sums.weight };
      if (!Number.isFinite(log.loss)) {
        throw new RangeError(
          `trainCaptioner: the loss is no number any more in epoch ${epoch}; lower learningRate (${learningRate}).`,
        );
      }
      if (validation.length > 0) {
        log.valLoss = validationLoss(validation, named, sizes, count, batchSize);
        if (!best || log.valLoss < best.loss) best = { loss: log.valLoss, weights: copy() };
      }
      settings.onEpoch?.(log);
    }
    const weights = best?.weights ?? copy();
    return Object.fromEntries(shapes.map(([name], i) => [name, weights[i]])) as DecoderWeights;
  } finally {
    optimiser.dispose();
    for (const variable of variables) variable.dispose();
  }
}

interface Batch {
  regions: tf.Tensor;
  words: tf.Tensor;
  wanted: tf.Tensor;
  weights: tf.Tensor;
  /** Words that count. */
  total: number;
}

/** Captions side by side with the regions of their pictures; short ones end in steps that do not count. */
export function batchOf(
  pictures: readonly Coded[],
  { words: vocabulary, features }: DecoderSizes,
  count: number,
  smoothing: number,
): Batch {
  const rows = pictures.flatMap(({ regions, captions }) => captions.map((codes) => ({ regions, codes })));
  const steps = Math.max(...rows.map(({ codes }) => codes.length)) + 1;
  const n = rows.length;
  const size = count * features;
  const regions = new Float32Array(n * size);
  const words = new Int32Array(n * steps).fill(END);
  const wanted = new Float32Array(n * steps * vocabulary).fill(smoothing / vocabulary);
  const weights = new Float32Array(n * steps);
  const total = rows.reduce((sum, { codes }) => sum + codes.length + 1, 0);
  for (const [r, row] of rows.entries()) {
    regions.set(row.regions, r * size);
    words.set(row.codes, r * steps + 1);
    for (let t = 0; t <= row.codes.length; t++) {
      wanted[(r * steps + t) * vocabulary + (row.codes[t] ?? END)] += 1 - smoothing;
      weights[r * steps + t] = 1 / total;
    }
  }
  return {
    regions: tf.tensor(regions, [n, count, features]),
    words: tf.tensor(words, [n, steps], "int32"),
    wanted: tf.tensor(wanted, [n * steps, vocabulary]),
    weights: tf.tensor(weights, [n * steps]),
    total,
  };
}

const lossOf = (
  { regions, words, wanted, weights }: Batch,
  named: Record<WeightName, tf.Tensor>,
  options: { rate: number; seed: number },
): tf.Scalar => decoderLoss(decoderScores(regions, words, named, options), wanted, weights);

function validationLoss(
  pictures: readonly Coded[],
  named: Record<WeightName, tf.Variable>,
  sizes: DecoderSizes,
  count: number,
  batchSize: number,
): number {
  let [loss, weight] = [0, 0];
  for (let from = 0; from < pictures.length; from += batchSize) {
    tf.tidy(() => {
      const batch = batchOf(pictures.slice(from, from + batchSize), sizes, count, 0);
      loss += lossOf(batch, named, { rate: 0, seed: 0 }).dataSync()[0] * batch.total;
      weight += batch.total;
    });
  }
  return loss / weight;
}

/** What gradients are multiplied by so that their joint norm is at most {@link CLIP}. */
function clipScale(gradients: readonly tf.Tensor[]): number {
  let squares = 0;
  for (const g of gradients) squares += tf.sum(tf.square(g)).dataSync()[0];
  return Math.min(1, CLIP / (Math.sqrt(squares) + 1e-6));
}
