import { type Matrix, type ModelState, restoreModel, type Tensor } from "@earshot/models";
import {
  type NeuralClassifier,
  type NeuralClassifierOptions,
  networkBody,
  neuralClassifier,
} from "@earshot/models/neural";
import { requireRange } from "../images/image.js";
import { type GateWeights, gatedProbabilities, type Rows } from "./gate.js";
import { learnScale, type Scale, scaled } from "./scale.js";
import { type GateOptions, trainGate } from "./trainGate.js";

/** By what a class is told: one sense, or both brought together in one of three ways. */
export type Fusion = "image" | "sound" | "early" | "late" | "gated";

/** Options of {@link trainAudioVisual}. */
export interface AudioVisualOptions {
  /** The network of images, that of sounds, and that of both side by side (default: dense layers, convolutions, dense layers). */
  image?: NeuralClassifierOptions;
  sound?: NeuralClassifierOptions;
  early?: NeuralClassifierOptions;
  gate?: GateOptions;
  seed?: number;
}

/** What is seen and heard of each sample; a sense may be missing when asked. */
export interface Senses {
  image?: Tensor | undefined;
  sound?: Tensor | undefined;
}

/** What goes with a fit of images and sounds. */
export interface AudioVisualFit {
  threads?: number;
  signal?: AbortSignal;
  /** Called before each of the four trainings, and after each epoch of the networks. */
  onProgress?: (part: "image" | "sound" | "early" | "gated", epoch: number) => void;
}

/** Classes of things that are seen and heard. */
export interface AudioVisualClassifier {
  readonly classes: readonly string[];
  /** @returns samples × classes, rows of sum 1 */
  predictProba(senses: Senses, fusion: Fusion): Promise<Matrix>;
  /** To keep: `packState` makes bytes of it. */
  getState(): ModelState;
  dispose(): void;
}

const relu = { kind: "activation", activation: "relu" } as const;
const dense = (units: number) => [{ kind: "dense", units } as const, { kind: "batchNorm" } as const, relu];
const conv = (filters: number) => [
  { kind: "conv2d", filters, strides: 2 } as const,
  { kind: "batchNorm" } as const,
  relu,
];
const training = {
  optimizer: { kind: "adamW", learningRate: 0.002, weightDecay: 0.01 },
  schedule: { kind: "cosine" },
} as const;

const defaults: Record<"image" | "sound" | "early", NeuralClassifierOptions> = {
  image: { ...training, layers: [{ kind: "flatten" }, ...dense(96), ...dense(64)], epochs: 6, batchSize: 64 },
  sound: {
    ...training,
    // Flattened, not pooled: which digit it is lies in the order of its sounds.
    layers: [...conv(16), ...conv(32), ...conv(32), { kind: "flatten" }, { kind: "dropout", rate: 0.4 }, ...dense(64)],
    epochs: 8,
    batchSize: 64,
    labelSmoothing: 0.1,
  },
  early: {
    ...training,
    layers: [...dense(128), { kind: "dropout", rate: 0.3 }, ...dense(64)],
    epochs: 6,
    batchSize: 64,
    labelSmoothing: 0.1,
  },
};

const fn = "audioVisualClassifier";

/**
 * Learns classes from images and sounds of the same things, and all ways of bringing the two together that are usual: early (their numbers side by
 * side, one network), late (a network each, their probabilities multiplied) and gated (the last layers of both networks, weighed by a gate that is
 * learned). Early and gated learn with one sense missing too, so each answers with what is there.
 *
 * @param x a row of both tensors is a pair
 * @throws RangeError if numbers of images, sounds and labels differ, or an option is out of range
 */
export async function trainAudioVisual(
  x: { image: Tensor; sound: Tensor },
  y: readonly string[],
  { seed = 1337, ...options }: AudioVisualOptions = {},
  { threads, signal, onProgress }: AudioVisualFit = {},
): Promise<AudioVisualClassifier> {
  const { image, sound } = x;
  if (image.shape[0] !== y.length || sound.shape[0] !== y.length) {
    throw new RangeError(
      `${fn}: needs an image and a sound a label, got ${image.shape[0]} and ${sound.shape[0]} for ${y.length} labels.`,
    );
  }
  const scales = { image: learnScale(image), sound: learnScale(sound) };
  const [pictures, sounds] = [scaled(image, scales.image), scaled(sound, scales.sound)];
  const gate = {
    units: 64,
    epochs: 20,
    batchSize: 64,
    learningRate: 0.003,
    weightDecay: 0.01,
    missing: 0.3,
    ...options.gate,
  };
  requireRange(fn, "gate.missing", gate.missing, 0, 1);
  const learn = async (part: "image" | "sound" | "early", samples: Tensor, labels: readonly string[]) => {
    onProgress?.(part, 0);
    const network = neuralClassifier({ ...defaults[part], ...options[part], seed });
    return await network.fit(samples, labels, {
      ...(threads !== undefined && { threads }),
      ...(signal && { signal }),
      onEpoch: ({ epoch }) => onProgress?.(part, epoch),
    });
  };
  const networks = {
    image: await learn("image", pictures, y),
    sound: await learn("sound", sounds, y),
    early: await learn("early", withMissing(pictures, sounds), [...y, ...y]),
  };
  onProgress?.("gated", 0);
  const { classes } = networks.image;
  const codes = Int32Array.from(y, (label) => classes.indexOf(label));
  const [seen, heard] = [await embed(networks.image, pictures), await embed(networks.sound, sounds)];
  const weights = await trainGate(seen, heard, codes, classes.length, {
    ...gate,
    seed,
    ...(threads !== undefined && { threads }),
    ...(signal && { signal }),
  });
  return classifierOf(networks, weights, scales);
}

type Networks = Record<"image" | "sound" | "early", NeuralClassifier>;

type Scales = Record<"image" | "sound", Scale>;

function classifierOf(networks: Networks, weights: GateWeights, scales: Scales): AudioVisualClassifier {
  const { classes } = networks.image;
  const sizes = [scales.image.mean.length, scales.sound.mean.length];
  return {
    classes,
    async predictProba(senses, fusion) {
      const image = senses.image && scaled(senses.image, scales.image);
      const sound = senses.sound && scaled(senses.sound, scales.sound);
      const rows = image?.shape[0] ?? sound?.shape[0] ?? 0;
      if (!image && !sound) throw new RangeError(`${fn}: give an image, a sound, or both.`);
      if (image && sound && image.shape[0] !== sound.shape[0]) {
        throw new RangeError(`${fn}: needs as many images as sounds, got ${image.shape[0]} and ${sound.shape[0]}.`);
      }
      const alone = fusion === "image" ? image : fusion === "sound" ? sound : undefined;
      if ((fusion === "image" || fusion === "sound") && !alone)
        throw new RangeError(`${fn}: the ${fusion} is missing.`);
      if (fusion === "image" || fusion === "sound") return await networks[fusion].predictProba(alone as Tensor);
      if (fusion === "early") return await networks.early.predictProba(joined(image, sound, rows, sizes));
      if (fusion === "gated") {
        const seen = image && (await embed(networks.image, image));
        const heard = sound && (await embed(networks.sound, sound));
        return { data: gatedProbabilities(weights, seen, heard), rows, cols: classes.length };
      }
      const [p, q] = [
        image && (await networks.image.predictProba(image)),
        sound && (await networks.sound.predictProba(sound)),
      ];
      return p && q ? product(p, q) : ((p ?? q) as Matrix);
    },
    getState: () => ({
      kind: fn,
      scales: Object.fromEntries(
        Object.entries(scales).map(([name, { mean, factor }]) => [
          name,
          { factor, mean: { data: mean, shape: [mean.length] } },
        ]),
      ),
      networks: Object.fromEntries(Object.entries(networks).map(([name, network]) => [name, network.getState()])),
      gate: Object.fromEntries(
        Object.entries(weights).map(([name, v]) => [name, typeof v === "number" ? v : { data: v, shape: [v.length] }]),
      ),
    }),
    dispose() {
      for (const network of Object.values(networks)) network.dispose();
    },
  };
}

/** The classifier of `getState`. @throws RangeError if the state is of something else */
export async function restoreAudioVisual(state: ModelState): Promise<AudioVisualClassifier> {
  const { kind, scales, networks, gate } = state as unknown as {
    kind: string;
    scales: Record<keyof Scales, { factor: number; mean: { data: Float32Array } }>;
    networks: Record<keyof Networks, ModelState>;
    gate: Record<string, number | { data: Float32Array }>;
  };
  if (kind !== fn || !scales || !networks || !gate) {
    throw new RangeError(`restoreAudioVisual: this is the state of a ${kind}, not of an ${fn}.`);
  }
  const restored: Partial<Networks> = {};
  for (const name of ["image", "sound", "early"] as const) {
    restored[name] = (await restoreModel(networks[name])) as unknown as NeuralClassifier;
  }
  const weights = Object.fromEntries(
    Object.entries(gate).map(([name, v]) => [name, typeof v === "number" ? v : v.data]),
  );
  const { image, sound } = scales;
  return classifierOf(restored as Networks, weights as unknown as GateWeights, {
    image: { factor: image.factor, mean: image.mean.data },
    sound: { factor: sound.factor, mean: sound.mean.data },
  });
}

/** What the last layer before the output says. */
async function embed(network: NeuralClassifier, { data, shape }: Tensor): Promise<Rows> {
  const body = await networkBody(network.getState());
  try {
    const out = body.run(data, shape[0]);
    return { data: out, rows: shape[0], cols: out.length / shape[0] };
  } finally {
    body.dispose();
  }
}

/** Images and sounds side by side; zeros (which is the mean of what is standardised) where a sense is missing. */
function joined(image: Tensor | undefined, sound: Tensor | undefined, rows: number, [a, b]: readonly number[]): Tensor {
  const data = new Float32Array(rows * (a + b));
  for (let i = 0; i < rows; i++) {
    if (image) data.set(image.data.subarray(i * a, (i + 1) * a), i * (a + b));
    if (sound) data.set(sound.data.subarray(i * b, (i + 1) * b), i * (a + b) + a);
  }
  return { data, shape: [rows, a + b] };
}

/** Every pair twice: whole, and with the one or the other sense missing by turns. */
function withMissing(image: Tensor, sound: Tensor): Tensor {
  const rows = image.shape[0];
  const [a, b] = [image.data.length / rows, sound.data.length / rows];
  const data = new Float32Array(2 * rows * (a + b));
  const whole = joined(image, sound, rows, [a, b]).data;
  data.set(whole);
  data.set(whole, whole.length);
  for (let i = 0; i < rows; i++) {
    const at = whole.length + i * (a + b);
    if (i % 2 === 0) data.fill(0, at, at + a);
    else data.fill(0, at + a, at + a + b);
  }
  return { data, shape: [2 * rows, a + b] };
}

/** p · q, brought to a sum of 1: what two witnesses say who look at different things. */
function product(p: Matrix, q: Matrix): Matrix {
  const data = new Float32Array(p.data.length);
  for (let i = 0; i < p.rows; i++) {
    let total = 0;
    for (let c = 0; c < p.cols; c++) {
      const at = i * p.cols + c;
      data[at] = Math.max(p.data[at], 1e-12) * Math.max(q.data[at], 1e-12);
      total += data[at];
    }
    for (let c = 0; c < p.cols; c++) data[i * p.cols + c] /= total;
  }
  return { data, rows: p.rows, cols: p.cols };
}
