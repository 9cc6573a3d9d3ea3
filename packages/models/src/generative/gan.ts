import { tf } from "@earshot/engine";
import { createRandom, type Rng } from "../core/random.js";
import { discriminatorLoss, generatorLoss, gradientPenalty } from "./adversarialLosses.js";
import { augmentBoth } from "./augmentBoth.js";
import { createDiscriminator } from "./critic.js";
import { createGenerator } from "./generator.js";
import type { GeneratorSettings } from "./options.js";
import { adam, descend, normals, type Player, type Sounds } from "./player.js";
import { GENERATOR_WEIGHTS, OTHER_WEIGHTS } from "./streams.js";
import { stretch } from "./stretch.js";

/**
 * The game of two networks: the discriminator learns to tell recordings from what the generator makes, the generator to be taken for
 * recordings.
 */
export function createGan(settings: GeneratorSettings, { shape, classes }: Pick<Sounds, "shape" | "classes">): Player {
  const { latent, channels, otherChannels, units, spectral, loss, penalty, augment, ratio } = settings;
  const made = { shape, classes, latent, channels, outputs: 1 };
  const generator = createGenerator(made, createRandom(settings.seed, GENERATOR_WEIGHTS));
  const seen = { shape, classes, channels: otherChannels, units, spectral };
  const other = createDiscriminator(seen, createRandom(settings.seed, OTHER_WEIGHTS));
  const optimisers = {
    generator: adam(settings, settings.learningRate),
    other: adam(settings, settings.otherLearningRate),
  };

  const discriminate = (x: tf.Tensor, labels: tf.Tensor, rng: Rng) => {
    const n = x.shape[0];
    const fake = tf.tidy(() => tf.tanh(generator.apply(normals([n, latent], rng), labels, true)));
    const changed = tf.tidy(() => augmentBoth(tf.concat([x, fake], 0), augment, rng));
    const both = tf.concat([labels, labels], 0);
    const means = { real: 0, fake: 0 };
    const { loss: value, norm } = descend(other.parameters, optimisers.other, () => {
      const scores = other.apply(changed, both);
      const [real, made] = [stretch(scores, 0, 0, n), stretch(scores, 0, n, n)];
      means.real = tf.mean(real).dataSync()[0];
      means.fake = tf.mean(made).dataSync()[0];
      const main = discriminatorLoss(loss, real, made);
      if (penalty === 0) return main;
      const [own, theirs] = [stretch(changed, 0, 0, n), stretch(changed, 0, n, n)];
      const score = (at: tf.Tensor): tf.Tensor => other.apply(at, labels);
      if (loss !== "wasserstein") return tf.add(main, tf.mul(gradientPenalty("r1", score, own), penalty / 2));
      const share = tf.tensor4d(Float32Array.from({ length: n }, rng.next), [n, 1, 1, 1]);
      const between = tf.add(own, tf.mul(share, tf.sub(theirs, own)));
      return tf.add(main, tf.mul(gradientPenalty("wganGp", score, between), penalty));
    });
    return { dLoss: value, dGradNorm: norm, realScore: means.real, fakeScore: means.fake };
  };

  const generate = (labels: tf.Tensor, rng: Rng) => {
    const n = labels.shape[0];
    const { loss: value, norm } = descend(generator.parameters, optimisers.generator, () => {
      const fake = tf.tanh(generator.apply(normals([n, latent], rng), labels, true));
      return generatorLoss(loss, other.apply(augmentBoth(fake, augment, rng), labels));
    });
    return { gLoss: value, gGradNorm: norm };
  };

  return {
    generator: { parameters: generator.parameters, optimiser: optimisers.generator },
    other: { parameters: other.parameters, optimiser: optimisers.other },
    step: ({ x, labels }, rng, number) =>
      tf.tidy(() => {
        other.iterate();
        const first = discriminate(x, labels, rng);
        return (number + 1) % ratio === 0 ? { ...first, ...generate(labels, rng) } : first;
      }),
  };
}
