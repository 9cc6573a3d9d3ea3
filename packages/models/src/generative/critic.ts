import { conv2d, dense, tf } from "@earshot/engine";
import type { Rng } from "../core/random.js";
import { createParameters, type Parameters } from "./parameters.js";
import { normedWeight } from "./spectralNorm.js";

export interface TrunkOptions {
  shape: readonly [number, number];
  classes: number;
  /** Channels of the stages, each of which halves the picture. */
  channels: readonly number[];
  /** Units of the layer behind them. */
  units: number;
  /** Every weight divided by its largest singular value. */
  spectral: boolean;
}

/** A network that looks at spectrograms. */
export interface Looker {
  readonly parameters: Parameters;
  /**
   * @param x [n, frames, bands, 1]
   * @param classes [n, classes]
   */
  apply(x: tf.Tensor, classes: tf.Tensor): tf.Tensor;
  /** Once a training step: spectral norms follow their weights. */
  iterate(): void;
}

/** Strided convolutions with leaky ReLUs, then a dense layer: picture → units. */
function createTrunk(options: TrunkOptions, parameters: Parameters) {
  const { shape, channels, units, spectral } = options;
  const weights = channels.map((width, i) => ({
    kernel: normedWeight(parameters, [3, 3, i === 0 ? 1 : channels[i - 1], width], spectral),
    bias: parameters.make("zeros", [width]),
  }));
  const places = shape.reduce((n, length) => n * Math.ceil(length / 2 ** channels.length), 1);
  const last = normedWeight(parameters, [places * channels[channels.length - 1], units], spectral);
  const lastBias = parameters.make("zeros", [units]);
  return {
    normed: [...weights.map(({ kernel }) => kernel), last],
    apply(x: tf.Tensor): tf.Tensor {
      let h = x;
      for (const { kernel, bias } of weights) {
        h = tf.leakyRelu(conv2d(h, kernel.use(), bias, { strides: 2 }), 0.2);
      }
      return tf.leakyRelu(dense(tf.reshape(h, [x.shape[0], -1]), last.use(), lastBias), 0.2);
    },
  };
}

/**
 * Discriminator: one score a spectrogram, of how real it is as a member of its class.
 *
 * The class enters by a product of its embedding with what the trunk sees. Source: Miyato & Koyama 2018, projection discriminator.
 */
export function createDiscriminator(options: TrunkOptions, rng: Rng): Looker {
  const { classes, units, spectral } = options;
  const parameters = createParameters(rng);
  const trunk = createTrunk(options, parameters);
  const score = normedWeight(parameters, [units, 1], spectral);
  const bias = parameters.make("zeros", [1]);
  const embedding = normedWeight(parameters, [classes, units], spectral);
  return {
    parameters,
    apply(x, labels) {
      const h = trunk.apply(x);
      const own = tf.sum(tf.mul(h, dense(labels, embedding.use())), 1, true);
      return tf.add(dense(h, score.use(), bias), own);
    },
    iterate() {
      for (const weight of [...trunk.normed, score, embedding]) weight.iterate();
    },
  };
}

/** Encoder of the variational autoencoder: mean and log variance of the noise behind a spectrogram, [n, 2 · latent]. */
export function createEncoder({ latent, ...options }: TrunkOptions & { latent: number }, rng: Rng): Looker {
  const parameters = createParameters(rng);
  const trunk = createTrunk(options, parameters);
  const kernel = parameters.make("glorotNormal", [options.units, 2 * latent]);
  const embedding = parameters.make("zeros", [options.classes, 2 * latent]);
  const bias = parameters.make("zeros", [2 * latent]);
  return {
    parameters,
    apply: (x, labels) => tf.add(dense(trunk.apply(x), kernel, bias), dense(labels, embedding)),
    iterate() {},
  };
}
