import { createOptimiser, tf, useEngine } from "@earshot/engine";
import { createRandom, pca, permutation } from "@earshot/models";
import { imageAugmenter } from "../augment/augmentImage.js";
import { type Image, requireRange, requireWhole } from "../images/image.js";
import { blockValues, type EmbeddingBlock, embeddingOf, type TrainedFaceEmbedding } from "./embedding.js";
import { type FaceFeatureKind, faceFeatures } from "./faceFeatures.js";
import { whitenWithin } from "./whiten.js";

/** Options of {@link trainFaceEmbedding}. */
export interface TrainEmbeddingOptions {
  seed?: number;
  /**
   * How the layer learns: "amSoftmax" (default) by gradient descent, or "whitening" in closed form, which verified people of ORL better and has as many
   * values as there are directions.
   */
  method?: "amSoftmax" | "whitening";
  /** Values of an embedding (default 64); of "amSoftmax" alone. */
  dimensions?: number;
  /** Directions kept of each kind of feature (default 120; fewer where there are not as many faces). */
  directions?: number;
  /** Kinds of features side by side (default pixels and even patterns; gradients beside them made ORL worse). */
  features?: readonly FaceFeatureKind[];
  /** Turned, shifted and mirrored copies of each face (default 4). */
  copies?: number;
  /** Default 60. */
  epochs?: number;
  /** What the own person's cosine must be ahead of all others (default 0.2), and the scale of cosines (default 16). */
  margin?: number;
  scale?: number;
  learningRate?: number;
  weightDecay?: number;
  /** Called after each epoch. */
  onEpoch?: (log: { epoch: number; loss: number; accuracy: number }) => void;
  signal?: AbortSignal;
}

/** Faces a step. */
const BATCH = 64;

/**
 * Trains a small network that puts faces of a person near each other, also of people it never met: features of two kinds, principal
 * directions of each, and a layer learned with the additive margin softmax over the people in training.
 *
 * @param faces cut-out faces of bytes
 * @param people who each is; at least two people with two faces each
 * @throws RangeError if there are too few people, or an option is out of range
 * Source: Wang et al. 2018 (AM-softmax). Same seed, same network.
 */
export async function trainFaceEmbedding(
  faces: readonly Image[],
  people: readonly string[],
  options: TrainEmbeddingOptions = {},
): Promise<TrainedFaceEmbedding> {
  const fn = "trainFaceEmbedding";
  const { seed = 1337, dimensions = 64, directions = 120, copies = 4, margin = 0.2 } = options;
  const { features = ["pixels", "evenPatterns"] } = options;
  for (const [name, value] of Object.entries({ dimensions, directions })) requireWhole(fn, name, value, 1, 4096);
  requireWhole(fn, "copies", copies, 0, 100);
  requireRange(fn, "margin", margin, 0, 1);
  const names = [...new Set(people)].sort();
  if (faces.length !== people.length) {
    throw new RangeError(`${fn}: needs a person a face, got ${faces.length} faces and ${people.length} people.`);
  }
  if (names.length < 2 || names.some((name) => people.filter((p) => p === name).length < 2)) {
    throw new RangeError(`${fn}: needs at least two people with two faces each, got ${names.length} people.`);
  }
  const change = imageAugmenter(
    { flip: 0.5, rotate: 7, scale: 0.07, shift: 0.03, contrast: 0.15, brightness: 15 },
    { seed },
  );
  const all = [...faces];
  const codes = people.map((name) => names.indexOf(name));
  for (let copy = 0; copy < copies; copy++) {
    for (const [i, face] of faces.entries()) {
      all.push(change(face, copy * faces.length + i));
      codes.push(names.indexOf(people[i]));
    }
  }
  // Directions of the faces as they are: copies would add little to them, and most of the time.
  const blocks = features.map((kind) => learnBlock(faces, kind, directions));
  const values = blockValues(all, blocks);
  if (options.method === "whitening") {
    return embeddingOf({ blocks, weights: whitenWithin(values, codes), dimensions: values[0].length });
  }
  const weights = await learnWeights(values, Int32Array.from(codes), names.length, {
    ...options,
    seed,
    dimensions,
    margin,
  });
  return embeddingOf({ blocks, weights, dimensions });
}

/** Principal directions, scaled so that a block's values have a mean square of 1 over all of them. */
function learnBlock(faces: readonly Image[], features: FaceFeatureKind, directions: number): EmbeddingBlock {
  const x = faceFeatures(faces, features);
  const kept = Math.min(directions, x.rows - 1, x.cols);
  const fitted = pca({ nComponents: kept }).fit(x);
  const { mean, components, variances } = statesOf(fitted.getState());
  // The first directions are light and shade: roots of their variance tame them.
  const flat = variances.map((v) => 1 / Math.sqrt(Math.sqrt(Math.max(v, 1e-12))));
  const power = Math.sqrt(variances.reduce((sum, v, r) => sum + v * flat[r] * flat[r], 0) / kept);
  return {
    features,
    mean: Float32Array.from(mean),
    components: Float32Array.from(components, (v, i) => (v * flat[Math.floor(i / x.cols)]) / power),
  };
}

type Fitted = Record<"mean" | "components" | "variances", { data: Float64Array }>;

function statesOf(state: unknown): { mean: Float64Array; components: Float64Array; variances: Float64Array } {
  const learned = ((state as { learned?: Fitted }).learned ?? state) as Fitted;
  const { mean, components, variances } = learned;
  return { mean: mean.data, components: components.data, variances: Float64Array.from(variances.data) };
}

async function learnWeights(
  values: readonly Float32Array[],
  codes: Int32Array,
  people: number,
  options: TrainEmbeddingOptions & { seed: number; dimensions: number; margin: number },
): Promise<Float32Array> {
  const { seed, dimensions, margin, epochs = 60, scale = 16, learningRate = 0.003, weightDecay = 0.01 } = options;
  await useEngine({ threads: 1 });
  const rng = createRandom(seed, 1);
  const width = values[0].length;
  const normal = (count: number, deviation: number): Float32Array =>
    Float32Array.from({ length: count }, () => deviation * rng.normal());
  const variable = (data: Float32Array, shape: [number, number]) =>
    tf.tidy(() => tf.variable(tf.tensor2d(data, shape)));
  const weights = variable(normal(width * dimensions, 1 / Math.sqrt(width)), [width, dimensions]);
  const centers = variable(normal(dimensions * people, 1), [dimensions, people]);
  const optimiser = createOptimiser({ kind: "adamW", learningRate, weightDecay });
  const steps = Math.ceil(values.length / BATCH);
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      options.signal?.throwIfAborted();
      const order = permutation(values.length, rng);
      const sums = { loss: 0, right: 0 };
      for (let step = 0; step < steps; step++) {
        const batch = order.subarray(step * BATCH, Math.min(values.length, (step + 1) * BATCH));
        const rate = (learningRate * (1 + Math.cos((Math.PI * ((epoch - 1) * steps + step)) / (epochs * steps)))) / 2;
        learnBatch(values, codes, batch, { weights, centers, margin, scale, people }, optimiser, rate, sums);
      }
      options.onEpoch?.({ epoch, loss: sums.loss / values.length, accuracy: sums.right / values.length });
    }
    return (await weights.data()).slice() as Float32Array;
  } finally {
    optimiser.dispose();
    weights.dispose();
    centers.dispose();
  }
}

interface Head {
  weights: ReturnType<typeof tf.variable>;
  centers: ReturnType<typeof tf.variable>;
  margin: number;
  scale: number;
  people: number;
}

type Tensor2D = ReturnType<typeof tf.tensor2d>;
type Scalar = ReturnType<typeof tf.scalar>;

const lengthOne = (t: Tensor2D, axis: number): Tensor2D => t.div(t.square().sum(axis, true).add(1e-12).sqrt());

function learnBatch(
  values: readonly Float32Array[],
  codes: Int32Array,
  batch: Int32Array,
  { weights, centers, margin, scale, people }: Head,
  optimiser: ReturnType<typeof createOptimiser>,
  learningRate: number,
  sums: { loss: number; right: number },
): void {
  const width = values[0].length;
  const data = new Float32Array(batch.length * width);
  const truth = new Float32Array(batch.length * people);
  for (const [row, i] of batch.entries()) {
    data.set(values[i], row * width);
    truth[row * people + codes[i]] = 1;
  }
  tf.tidy(() => {
    const x = tf.tensor2d(data, [batch.length, width]);
    const y = tf.tensor2d(truth, [batch.length, people]);
    const cosines = () => {
      const faces = lengthOne(tf.matMul(x, weights as Tensor2D), 1);
      return tf.matMul(faces, lengthOne(centers as Tensor2D, 0)) as Tensor2D;
    };
    const { value, grads } = tf.variableGrads(() => {
      const logits = cosines().sub(y.mul(margin)).mul(scale);
      return logits.logSoftmax().mul(y).sum().neg().div(batch.length) as Scalar;
    }, [weights, centers]);
    const found = cosines().argMax(1).dataSync();
    sums.loss += value.dataSync()[0] * batch.length;
    sums.right += batch.reduce((right, i, row) => right + (found[row] === codes[i] ? 1 : 0), 0);
    optimiser.step([weights, centers], [grads[weights.name], grads[centers.name]], { learningRate });
  });
}
