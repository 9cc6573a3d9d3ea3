import { batchNormPredict, batchNormTrain, conv2d, dense, moveAverage, tf, upsampleConv2d } from "@earshot/engine";
import type { Rng } from "../core/random.js";
import { createParameters, type Parameters } from "./parameters.js";

export interface GeneratorOptions {
  /** Frames and bands of what is made; each halves with every stage. */
  shape: readonly [number, number];
  classes: number;
  /** Length of the noise. */
  latent: number;
  /** Channels of the stages, from the smallest picture to the largest. */
  channels: readonly number[];
  /** Maps that come out: 1 for values, 2 for values and their spread. */
  outputs: number;
}

/** Noise and class → spectrogram. */
export interface Generator {
  readonly parameters: Parameters;
  /**
   * @param noise [n, latent]
   * @param classes [n, classes], a one where the class is
   * @returns [n, frames, bands, outputs]; before the hyperbolic tangent that brings the first map into (−1, 1)
   */
  apply(noise: tf.Tensor, classes: tf.Tensor, training: boolean): tf.Tensor;
}

const momentum = 0.95;
const epsilon = 1e-4;

/**
 * Dense layer, then stages that double the picture: nearest neighbours, convolution, batch normalisation, ReLU. Resizing before a
 * convolution leaves no chequerboard (Odena, Dumoulin & Olah 2016), and the engine never makes the doubled picture.
 *
 * @throws RangeError if the shape cannot be halved so often
 */
export function createGenerator(options: GeneratorOptions, rng: Rng): Generator {
  const { shape, classes, latent, channels, outputs } = options;
  const stages = channels.length;
  const start = shape.map((length) => length / 2 ** stages);
  if (!start.every((length) => Number.isInteger(length) && length >= 1)) {
    throw new RangeError(
      `createGenerator: ${stages} stages need frames and bands that are multiples of ${2 ** stages}, got ${shape.join(" × ")}.`,
    );
  }
  const parameters = createParameters(rng);
  const norm = (width: number) => {
    const gamma = parameters.make("ones", [width]);
    const beta = parameters.make("zeros", [width]);
    const mean = parameters.state("zeros", [width]);
    const variance = parameters.state("ones", [width]);
    return (x: tf.Tensor, training: boolean): tf.Tensor => {
      if (!training) return batchNormPredict(x, { gamma, beta, mean, variance }, { epsilon, relu: true });
      const trained = batchNormTrain(x, gamma, beta, { epsilon, relu: true });
      moveAverage(mean, trained.mean, momentum);
      moveAverage(variance, trained.variance, momentum);
      tf.dispose([trained.mean, trained.variance]);
      return trained.y;
    };
  };
  const first = parameters.make("glorotNormal", [latent, start[0] * start[1] * channels[0]]);
  // A class moves the whole beginning of the picture, as much as the noise does.
  const embedding = parameters.make("glorotNormal", [classes, start[0] * start[1] * channels[0]]);
  const firstNorm = norm(channels[0]);
  const layers = channels.map((width, i) => {
    const next = channels[Math.min(i + 1, stages - 1)];
    const kernel = parameters.make("heNormal", [3, 3, width, next]);
    return { kernel, norm: norm(next) };
  });
  const last = parameters.make("glorotNormal", [3, 3, channels[stages - 1], outputs]);
  const bias = parameters.make("zeros", [outputs]);
  return {
    parameters,
    apply(noise, classes, training) {
      const seed = tf.add(dense(noise, first), tf.mul(dense(classes, embedding), Math.sqrt(latent / 4)));
      let h = firstNorm(tf.reshape(seed, [-1, start[0], start[1], channels[0]]), training);
      for (const { kernel, norm } of layers) {
        h = norm(upsampleConv2d(h, kernel), training);
      }
      return conv2d(h, last, bias);
    },
  };
}
