import { tf } from "@earshot/engine";
import { createRandom } from "../core/random.js";
import { createGenerator, type Generator } from "./generator.js";
import type { NoisePoint } from "./noise.js";
import type { GeneratorSettings } from "./options.js";
import { oneHot } from "./player.js";
import { stretch } from "./stretch.js";
import { type Prior, placeNoise, spreadOf } from "./vae.js";

/** Everything that makes sounds, once training is over. */
export interface Learned {
  classes: string[];
  shape: readonly [number, number];
  /** Of the generator: the moving average. */
  weights: Float32Array[];
  /** Of a variational autoencoder. */
  prior?: Prior;
}

/** The generator with some weights, to make spectrograms with. */
export interface Sampler {
  setWeights(weights: readonly Float32Array[]): void;
  /** @returns one spectrogram a point, frames × bands, in [−1, 1] */
  make(points: readonly NoisePoint[], codes: readonly number[], prior?: Prior): Float32Array[];
  dispose(): void;
}

/** Spectrograms at a time. */
const most = 64;

export function createSampler(
  settings: GeneratorSettings,
  { shape, classes }: { shape: readonly [number, number]; classes: number },
): Sampler {
  const { method, latent, channels, grain } = settings;
  const vae = method === "vae";
  const generator: Generator = createGenerator(
    { shape, classes, latent, channels, outputs: vae ? 2 : 1 },
    createRandom(0),
  );
  const size = shape[0] * shape[1];
  const block = (points: readonly NoisePoint[], codes: readonly number[], prior?: Prior): Float32Array[] =>
    tf.tidy(() => {
      const n = points.length;
      const noise = new Float32Array(n * latent);
      for (const [i, { values }] of points.entries()) {
        noise.set(prior ? placeNoise(prior, values, codes[i]) : values, i * latent);
      }
      const out = generator.apply(tf.tensor2d(noise, [n, latent]), oneHot(codes, classes), false);
      const means = tf.tanh(vae ? stretch(out, 3, 0, 1) : out).dataSync();
      const spreads = vae ? tf.exp(spreadOf(stretch(out, 3, 1, 1))).dataSync() : undefined;
      return points.map((point, i) => {
        const rng = createRandom(point.grain);
        return Float32Array.from({ length: size }, (_, k) => {
          const mean = means[i * size + k];
          const value = spreads && grain > 0 ? mean + grain * spreads[i * size + k] * rng.normal() : mean;
          return Math.min(1, Math.max(-1, value));
        });
      });
    });
  return {
    setWeights: (weights) => generator.parameters.setWeights(weights),
    make(points, codes, prior) {
      const made: Float32Array[] = [];
      for (let from = 0; from < points.length; from += most) {
        made.push(...block(points.slice(from, from + most), codes.slice(from, from + most), prior));
      }
      return made;
    },
    dispose: () => generator.parameters.dispose(),
  };
}

/** Shapes of the generator's weights, in order. */
export function weightShapes(
  settings: GeneratorSettings,
  { shape, classes }: { shape: readonly [number, number]; classes: number },
): number[][] {
  const { latent, channels, method } = settings;
  const made = createGenerator(
    { shape, classes, latent, channels, outputs: method === "vae" ? 2 : 1 },
    createRandom(0),
  );
  const shapes = [...made.parameters.trained, ...made.parameters.states].map((v) => v.shape);
  made.parameters.dispose();
  return shapes;
}
