import { tf } from "@earshot/engine";
import { cholesky, scatter } from "../core/linalg.js";
import { createRandom } from "../core/random.js";
import { augmentBoth } from "./augmentBoth.js";
import { createEncoder } from "./critic.js";
import { createGenerator } from "./generator.js";
import type { GeneratorSettings } from "./options.js";
import { adam, batchOf, descend, normals, type Player, type Sounds } from "./player.js";
import { GENERATOR_WEIGHTS, OTHER_WEIGHTS } from "./streams.js";
import { stretch } from "./stretch.js";

/** Least and greatest spread that the decoder can claim, logarithms of deviations in units of the values. */
const spreadRange = [-2, 0.5] as const;

/** The second map of the decoder as log deviations. */
export function spreadOf(map: tf.Tensor): tf.Tensor {
  const [low, high] = spreadRange;
  return tf.add((low + high) / 2, tf.mul((high - low) / 2, tf.tanh(map)));
}

/**
 * Conditional variational autoencoder: an encoder finds the noise behind a recording, a decoder says what it sounds like, and how
 * sure that is at each point.
 *
 * Source: Kingma & Welling 2014; Sohn, Lee & Yan 2015 (conditional); the decoder's own spread as in Rybkin et al. 2021.
 */
export function createVae(settings: GeneratorSettings, { shape, classes }: Pick<Sounds, "shape" | "classes">): Player {
  const { latent, channels, otherChannels, units, beta, augment } = settings;
  const generator = createGenerator(
    { shape, classes, latent, channels, outputs: 2 },
    createRandom(settings.seed, GENERATOR_WEIGHTS),
  );
  const seen = { shape, classes, channels: otherChannels, units, spectral: false, latent };
  const other = createEncoder(seen, createRandom(settings.seed, OTHER_WEIGHTS));
  const optimisers = {
    generator: adam(settings, settings.learningRate),
    other: adam(settings, settings.otherLearningRate),
  };
  const size = shape[0] * shape[1];
  const both = { trained: [...generator.parameters.trained, ...other.parameters.trained] };
  // One step for all: the loss is one.
  const parameters = { ...generator.parameters, ...both };
  return {
    generator,
    other,
    optimisers,
    step: (given, labels, rng) =>
      tf.tidy(() => {
        const n = given.shape[0];
        const x = augmentBoth(given, augment, rng);
        const noise = normals([n, latent], rng);
        const parts = { reconstruction: 0, divergence: 0 };
        const { loss, norm } = descend(
          parameters,
          optimisers.generator,
          () => {
            const found = other.apply(x, labels);
            const [mean, logVariance] = [stretch(found, 1, 0, latent), stretch(found, 1, latent, latent)];
            const z = tf.add(mean, tf.mul(noise, tf.exp(tf.mul(logVariance, 0.5))));
            const made = generator.apply(z, labels, true);
            const [said, map] = [tf.tanh(stretch(made, 3, 0, 1)), stretch(made, 3, 1, 1)];
            const spread = spreadOf(map);
            const surprise = tf.mean(
              tf.add(tf.mul(0.5, tf.square(tf.div(tf.sub(x, said), tf.exp(spread)))), spread),
            ) as tf.Scalar;
            const divergence = tf.mul(
              tf.sum(tf.sub(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), 1), logVariance)),
              0.5 / n,
            ) as tf.Scalar;
            parts.reconstruction = surprise.dataSync()[0];
            parts.divergence = divergence.dataSync()[0];
            return tf.add(surprise, tf.mul(divergence, beta / size));
          },
          1,
        );
        return { loss, gGradNorm: norm, ...parts };
      }),
    dispose() {
      for (const part of [generator.parameters, other.parameters, optimisers.generator, optimisers.other])
        part.dispose();
    },
  };
}

/** Where the recordings of each class lie in the noise: means, and lower triangles that give their covariance. */
export interface Prior {
  /** classes × latent. */
  means: Float32Array;
  /** classes × latent × latent. */
  roots: Float32Array;
}

/** Share of a class' covariance that comes from all classes: few recordings know few directions. */
const shrinkage = 0.3;

/**
 * A normal distribution of the noise behind the recordings of each class. Drawing from it rather than from the unit sphere fills no holes
 * that training never met.
 *
 * Source: Ghosh et al. 2020, ex-post density estimation; Ledoit & Wolf 2004 for the idea of shrinking.
 */
export function fitPrior(player: Player, sounds: Sounds, { latent, batchSize }: GeneratorSettings): Prior {
  const { n, classes, codes } = sounds;
  const means = new Float64Array(n * latent);
  const variances = new Float64Array(n * latent);
  for (let from = 0; from < n; from += batchSize) {
    const index = Array.from({ length: Math.min(batchSize, n - from) }, (_, i) => from + i);
    tf.tidy(() => {
      const { x, labels } = batchOf(sounds, index);
      const rows = player.other.apply(x, labels).dataSync();
      for (let i = 0; i < index.length; i++) {
        for (let k = 0; k < latent; k++) {
          means[(from + i) * latent + k] = rows[2 * i * latent + k];
          variances[(from + i) * latent + k] = Math.exp(rows[(2 * i + 1) * latent + k]);
        }
      }
    });
  }
  const covariances: Float64Array[] = [];
  const pooled = new Float64Array(latent * latent);
  const prior: Prior = {
    means: new Float32Array(classes * latent),
    roots: new Float32Array(classes * latent * latent),
  };
  for (let c = 0; c < classes; c++) {
    const rows = Array.from({ length: n }, (_, i) => i).filter((i) => codes[i] === c);
    const own = Float64Array.from({ length: rows.length * latent }, (_, j) => {
      return means[rows[Math.floor(j / latent)] * latent + (j % latent)];
    });
    const centre = new Float64Array(latent);
    for (let j = 0; j < own.length; j++) centre[j % latent] += own[j] / rows.length;
    prior.means.set(centre, c * latent);
    const covariance = scatter(own, rows.length, latent, centre).map((v) => v / rows.length);
    for (let k = 0; k < latent; k++) {
      for (const i of rows) covariance[k * latent + k] += variances[i * latent + k] / rows.length;
    }
    covariances.push(covariance);
    for (let j = 0; j < pooled.length; j++) pooled[j] += covariance[j] / classes;
  }
  for (const [c, covariance] of covariances.entries()) {
    const mixed = covariance.map((v, j) => (1 - shrinkage) * v + shrinkage * pooled[j]);
    for (let k = 0; k < latent; k++) mixed[k * latent + k] += 1e-6;
    const root = cholesky(mixed, latent);
    if (!root) throw new RangeError("fitPrior: the noise of a class has no covariance; was training stable?");
    prior.roots.set(root, c * latent * latent);
  }
  return prior;
}

/** Unit noise of a class as noise that its recordings could have. */
export function placeNoise({ means, roots }: Prior, values: Float32Array, code: number): Float32Array {
  const latent = values.length;
  return Float32Array.from(values, (_, row) => {
    let sum = means[code * latent + row];
    for (let k = 0; k <= row; k++) sum += roots[(code * latent + row) * latent + k] * values[k];
    return sum;
  });
}
