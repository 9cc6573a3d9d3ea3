import { tf } from "@earshot/engine";
import { createRandom } from "../core/random.js";
import { augmentBoth } from "./augmentBoth.js";
import { createEncoder } from "./critic.js";
import { fitPrior } from "./fitPrior.js";
import { createGenerator } from "./generator.js";
import type { GeneratorSettings } from "./options.js";
import { adam, descend, normals, type Player, type Sounds } from "./player.js";
import { spreadOf } from "./spread.js";
import { GENERATOR_WEIGHTS, OTHER_WEIGHTS } from "./streams.js";
import { stretch } from "./stretch.js";

/**
 * Conditional variational autoencoder: an encoder finds the noise behind a recording, a decoder says what it sounds like, and how
 * sure that is at each point.
 *
 * Source: Kingma & Welling 2014; Sohn, Lee & Yan 2015 (conditional); the decoder's own spread as in Rybkin et al. 2021.
 */
export function createVae(settings: GeneratorSettings, sounds: Sounds): Player {
  const { shape, classes } = sounds;
  const { latent, channels, otherChannels, units, beta, augment } = settings;
  const generator = createGenerator(
    { shape, classes, latent, channels, outputs: 2 },
    createRandom(settings.seed, GENERATOR_WEIGHTS),
  );
  const seen = { shape, classes, channels: otherChannels, units, spectral: false, latent };
  const other = createEncoder(seen, createRandom(settings.seed, OTHER_WEIGHTS));
  const optimiser = adam(settings, settings.learningRate);
  const size = shape[0] * shape[1];
  const both = { trained: [...generator.parameters.trained, ...other.parameters.trained] };
  // One step for all: the loss is one.
  const parameters = { ...generator.parameters, ...both };
  return {
    generator: { parameters: generator.parameters, optimiser },
    other: { parameters: other.parameters },
    step: (batch, rng) =>
      tf.tidy(() => {
        const { labels } = batch;
        const n = batch.codes.length;
        const x = augmentBoth(batch.x, augment, rng);
        const noise = normals([n, latent], rng);
        const parts = { reconstruction: 0, divergence: 0 };
        const { loss, norm } = descend(
          parameters,
          optimiser,
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
          { clip: 1 },
        );
        return { loss, gGradNorm: norm, ...parts };
      }),
    prior: () => fitPrior({ encoder: other, generator }, sounds, settings),
  };
}
