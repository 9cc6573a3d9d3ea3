import { useEngine } from "@earshot/engine";
import { encodeClasses } from "../core/labels.js";
import { lazily } from "../core/lazily.js";
import { nearest } from "../core/options.js";
import { isStateTensor, notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Estimator, ModelKind, ModelState, StateTensor, Tensor } from "../core/types.js";
import { type GeneratorFitOptions, trainGenerator } from "./generatorTrainer.js";
import { drawNoise, type NoisePoint } from "./noise.js";
import { readGeneratorOptions, type SpectrogramGeneratorOptions } from "./options.js";
import { createSampler, type Learned, noiseLength, weightShapes } from "./sampler.js";

/** What is asked for. */
export interface GenerateOptions {
  /** How many (default 1). */
  count?: number;
  /** Number i of a seed is the same whatever the count (default 0). */
  seed?: number;
  /** Noise beyond ± this is drawn again: more usual sounds, less various ones (default: none). */
  truncation?: number;
}

/** Makes spectrograms of classes that it has learned. */
export interface SpectrogramGenerator extends Estimator {
  /** Sorted by code unit; empty before `fit`. */
  readonly classes: readonly string[];
  /** Length of the noise; of a diffusion model it is known once it is fitted, and 0 before. */
  readonly latent: number;
  /**
   * @param x [n, frames, bands] as a `SpectrogramCodec` makes them
   * @param y class of each; at least three of every class
   */
  fit(x: Tensor, y: readonly string[], options?: GeneratorFitOptions): Promise<this>;
  /** Spectrograms of one class, frames × bands each. @throws RangeError for a class that was not learned */
  generate(label: string, options?: GenerateOptions): Promise<Float32Array[]>;
  /** Spectrograms from noise that is given, with the class of each. */
  generateFrom(points: readonly NoisePoint[], labels: readonly string[]): Promise<Float32Array[]>;
  getState(): ModelState;
}

const kind = "spectrogramGenerator";

/** Fewest sounds of a class that anything can be learned from. */
const fewest = 3;

/**
 * A conditional generator of spectrograms: a generative adversarial network (`method: "gan"`), a conditional variational autoencoder
 * (`"vae"`) or a diffusion model (`"diffusion"`). The same seed, data and engine give the same weights, bit for bit, for any number of threads.
 *
 * @throws RangeError for a bad option, fewer than three sounds of a class, values outside [−1, 1], or training that diverges
 */
export function spectrogramGenerator(options?: SpectrogramGeneratorOptions): SpectrogramGenerator {
  return build(options);
}

function build(given?: SpectrogramGeneratorOptions, restored?: Learned): SpectrogramGenerator {
  const settings = readGeneratorOptions(kind, given);
  let learned = restored;
  const need = (fn: string): Learned => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  const sampler = lazily(async () => {
    const { shape, classes, weights } = need("generate");
    await useEngine();
    const made = createSampler(settings, { shape, classes: classes.length });
    made.setWeights(weights);
    return made;
  });
  return {
    kind,
    get classes() {
      return learned?.classes ?? [];
    },
    get latent() {
      return noiseLength(settings, learned?.shape ?? [0, 0]);
    },
    async fit(x, y, fitOptions = {}) {
      const { classes, codes } = encodeClasses(kind, y);
      const sounds = { ...readSounds(x, y), codes, classes: classes.length };
      for (const [c, label] of classes.entries()) {
        const n = codes.reduce((sum, code) => sum + Number(code === c), 0);
        if (n < fewest) {
          throw new RangeError(
            `${kind}: class "${label}" has ${n} sounds, at least ${fewest} are needed to learn what they have in common; add some, or leave the class out.`,
          );
        }
      }
      const result = await trainGenerator(settings, sounds, classes, fitOptions);
      sampler.release();
      learned = result;
      return this;
    },
    async generate(label, { count = 1, seed = 0, truncation } = {}) {
      const points = drawNoise(noiseLength(settings, need("generate").shape), count, seed, truncation);
      return this.generateFrom(
        points,
        points.map(() => label),
      );
    },
    async generateFrom(points, labels) {
      const { classes, prior } = need("generate");
      const codes = labels.map((label) => {
        const code = classes.indexOf(label);
        if (code < 0) throw new RangeError(`${kind}: unknown label "${label}"; ${nearest(label, classes)}`);
        return code;
      });
      return (await sampler.get()).make(points, codes, prior);
    },
    getState() {
      const { classes, shape, weights, prior } = need("getState");
      const shapes = weightShapes(settings, { shape, classes: classes.length });
      return {
        kind,
        options: JSON.parse(JSON.stringify(settings)),
        classes,
        shape: [...shape],
        weights: weights.map((w, i) => tensor(w, shapes[i])),
        ...(prior && {
          priorMeans: tensor(prior.means),
          priorRoots: tensor(prior.roots),
          priorTexture: tensor(prior.texture),
        }),
      };
    },
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose: sampler.release,
  };
}

function readSounds({ data, shape }: Tensor, y: readonly string[]) {
  if (shape.length !== 3 || data.length !== shape[0] * shape[1] * shape[2]) {
    throw new RangeError(`${kind}: x must be [n, frames, bands] with as many numbers, got [${shape.join(", ")}].`);
  }
  if (shape[0] !== y.length) throw new RangeError(`${kind}: x has ${shape[0]} sounds and y ${y.length} labels.`);
  const bad = data.findIndex((v) => !(v >= -1 && v <= 1));
  if (bad >= 0) {
    const size = shape[1] * shape[2];
    throw new RangeError(`${kind}: values must lie in [−1, 1], got ${data[bad]} in sound ${Math.floor(bad / size)}.`);
  }
  return { data, n: shape[0], shape: [shape[1], shape[2]] as const };
}

/** For the registry of kinds. */
export const spectrogramGeneratorKind: ModelKind = {
  create: (options) => spectrogramGenerator(options as SpectrogramGeneratorOptions),
  restore(state) {
    const read = readState(state);
    const weights = state.weights as readonly StateTensor[];
    if (!Array.isArray(weights) || !weights.every((w) => isStateTensor(w) && w.data instanceof Float32Array)) {
      throw new RangeError(`${kind}: "weights" of the state must be a list of float32 tensors.`);
    }
    const [frames, bands] = read.numbers("shape");
    const prior = read.has("priorMeans") && {
      means: read.tensor("priorMeans").data as Float32Array,
      roots: read.tensor("priorRoots").data as Float32Array,
      texture: read.tensor("priorTexture").data as Float32Array,
    };
    return build(read.options() as SpectrogramGeneratorOptions, {
      classes: read.texts("classes"),
      shape: [frames, bands],
      weights: weights.map((w) => w.data as Float32Array),
      ...(prior && { prior }),
    });
  },
};
