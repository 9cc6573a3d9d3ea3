import { createOptimiser, tf, useEngine } from "@earshot/engine";
import { createRandom, permutation } from "@earshot/models";
import { type GateWeights, type Rows, standardised } from "./gate.js";

/** How the gate of a fused classifier is learned. */
export interface GateOptions {
  /** Default 64. */
  units?: number;
  /** Default 40. */
  epochs?: number;
  /** Default 64. */
  batchSize?: number;
  /** Default 0.003. */
  learningRate?: number;
  /** Default 0.01. */
  weightDecay?: number;
  /** Share of samples from which the one or the other sense is taken while training (default 0.3). */
  missing?: number;
}

/** What the optimiser changes, in this order. */
const names = [
  "image",
  "imageBias",
  "sound",
  "soundBias",
  "gateImage",
  "gateSound",
  "gateBias",
  "out",
  "outBias",
] as const;
type Name = (typeof names)[number];
type Variables = Record<Name, ReturnType<typeof tf.variable>>;

/** Learns a gate over embeddings of images and sounds, each row of both of one class. Same seed, same gate. */
export async function trainGate(
  image: Rows,
  sound: Rows,
  codes: Int32Array,
  classes: number,
  options: Required<GateOptions> & { seed: number; threads?: number; signal?: AbortSignal },
): Promise<GateWeights> {
  const { units, epochs, batchSize, learningRate, weightDecay, missing, seed, signal } = options;
  await useEngine(options.threads === undefined ? {} : { threads: options.threads });
  const rng = createRandom(seed, 7);
  const [seen, heard] = [momentsOf(image), momentsOf(sound)];
  const [x, y] = [standardised(image, seen.mean, seen.scale), standardised(sound, heard.mean, heard.scale)];
  const shapes: Record<Name, number[]> = {
    image: [x.cols, units],
    imageBias: [units],
    sound: [y.cols, units],
    soundBias: [units],
    gateImage: [x.cols, units],
    gateSound: [y.cols, units],
    gateBias: [units],
    out: [units, classes],
    outBias: [classes],
  };
  const variables = Object.fromEntries(
    names.map((name) => {
      const shape = shapes[name];
      const deviation = shape.length === 1 ? 0 : 1 / Math.sqrt(shape[0]);
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => deviation * rng.normal());
      return [name, tf.tidy(() => tf.variable(tf.tensor(data, shape)))];
    }),
  ) as Variables;
  const optimiser = createOptimiser({ kind: "adamW", learningRate, weightDecay });
  const steps = Math.ceil(x.rows / batchSize);
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      signal?.throwIfAborted();
      const order = permutation(x.rows, rng);
      for (let step = 0; step < steps; step++) {
        const batch = order.subarray(step * batchSize, Math.min(x.rows, (step + 1) * batchSize));
        // 0: both senses, 1: the image alone, 2: the sound alone.
        const senses = Array.from(batch, () => (rng.next() < missing ? 1 + rng.below(2) : 0));
        const rate = (learningRate * (1 + Math.cos((Math.PI * (epoch * steps + step)) / (epochs * steps)))) / 2;
        learnBatch(variables, { x, y, codes, classes }, batch, senses, (grads) =>
          optimiser.step(Object.values(variables), grads, { learningRate: rate }),
        );
      }
    }
    const learned = await Promise.all(
      names.map(async (name) => [name, (await variables[name].data()).slice()] as const),
    );
    return {
      units,
      classes,
      ...(Object.fromEntries(learned) as unknown as Record<Name, Float32Array>),
      imageMean: seen.mean,
      imageScale: seen.scale,
      soundMean: heard.mean,
      soundScale: heard.scale,
    };
  } finally {
    optimiser.dispose();
    for (const variable of Object.values(variables)) variable.dispose();
  }
}

interface Pairs {
  x: Rows;
  y: Rows;
  codes: Int32Array;
  classes: number;
}

type Tensor2D = ReturnType<typeof tf.tensor2d>;
type Scalar = ReturnType<typeof tf.scalar>;

function learnBatch(
  v: Variables,
  { x, y, codes, classes }: Pairs,
  batch: Int32Array,
  senses: readonly number[],
  step: (grads: Tensor2D[]) => void,
): void {
  const n = batch.length;
  const truth = new Float32Array(n * classes);
  for (const [row, i] of batch.entries()) truth[row * classes + codes[i]] = 1;
  tf.tidy(() => {
    const image = tf.tensor2d(gather(x, batch), [n, x.cols]);
    const sound = tf.tensor2d(gather(y, batch), [n, y.cols]);
    const wanted = tf.tensor2d(truth, [n, classes]);
    // The gate is 1 where the sound is missing, 0 where the image is.
    const decided = tf.tensor2d(
      Float32Array.from(senses, (s) => (s === 1 ? 1 : 0)),
      [n, 1],
    );
    const open = tf.tensor2d(
      Float32Array.from(senses, (s) => (s === 0 ? 1 : 0)),
      [n, 1],
    );
    const list = names.map((name) => v[name]);
    const { grads } = tf.variableGrads(() => {
      const a = tf.tanh(tf.add(tf.matMul(image, v.image as Tensor2D), v.imageBias));
      const b = tf.tanh(tf.add(tf.matMul(sound, v.sound as Tensor2D), v.soundBias));
      const both = tf.add(tf.matMul(image, v.gateImage as Tensor2D), tf.matMul(sound, v.gateSound as Tensor2D));
      const z = tf.add(tf.mul(tf.sigmoid(tf.add(both, v.gateBias)), open), decided);
      const h = tf.add(b, tf.mul(z, tf.sub(a, b))) as Tensor2D;
      const logits = tf.add(tf.matMul(h, v.out as Tensor2D), v.outBias);
      return logits.logSoftmax().mul(wanted).sum().neg().div(n) as Scalar;
    }, list);
    step(list.map((variable) => grads[variable.name] as Tensor2D));
  });
}

function gather({ data, cols }: Rows, batch: Int32Array): Float32Array {
  const out = new Float32Array(batch.length * cols);
  for (const [row, i] of batch.entries()) out.set(data.subarray(i * cols, (i + 1) * cols), row * cols);
  return out;
}

function momentsOf({ data, rows, cols }: Rows): { mean: Float32Array; scale: Float32Array } {
  const mean = new Float32Array(cols);
  const scale = new Float32Array(cols);
  for (let j = 0; j < cols; j++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < rows; i++) {
      sum += data[i * cols + j];
      squares += data[i * cols + j] ** 2;
    }
    mean[j] = sum / rows;
    // What never moved in training says nothing.
    const variance = squares / rows - mean[j] ** 2;
    scale[j] = variance > 1e-10 ? 1 / Math.sqrt(variance) : 0;
  }
  return { mean, scale };
}
