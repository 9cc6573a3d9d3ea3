import { tf } from "@earshot/engine";
import { createRandom } from "../core/random.js";
import { createDenoiser } from "./denoiser.js";
import { drawFromNoise } from "./denoising.js";
import { createGenerator } from "./generator.js";
import type { NoisePoint } from "./noise.js";
import type { GeneratorSettings } from "./options.js";
import type { Parameters } from "./parameters.js";
import { oneHot } from "./player.js";
import { type Prior, placeNoise, strengthsOf } from "./prior.js";
import { spreadOf } from "./spread.js";
import { stretch } from "./stretch.js";
import { createTexture } from "./texture.js";

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

/** Frames, bands and number of classes. */
interface Sizes {
  shape: readonly [number, number];
  classes: number;
}

/** What makes some sounds at once. */
interface Maker {
  parameters: Parameters;
  make: Sampler["make"];
}

/** Length of the noise that a sound is made from. */
export const noiseLength = ({ method, latent }: GeneratorSettings, [frames, bands]: readonly [number, number]) =>
  method === "diffusion" ? frames * bands : latent;

/** Spectrograms at a time. */
const most = 64;

export function createSampler(settings: GeneratorSettings, sizes: Sizes): Sampler {
  const { parameters, make } = makerOf(settings, sizes);
  return {
    setWeights: (weights) => parameters.setWeights(weights),
    make(points, codes, prior) {
      const made: Float32Array[] = [];
      for (let from = 0; from < points.length; from += most) {
        made.push(...make(points.slice(from, from + most), codes.slice(from, from + most), prior));
      }
      return made;
    },
    dispose: () => parameters.dispose(),
  };
}

/** Shapes of the generator's weights, in order. */
export function weightShapes(settings: GeneratorSettings, sizes: Sizes): number[][] {
  const { parameters } = makerOf(settings, sizes);
  const shapes = [...parameters.trained, ...parameters.states].map((v) => v.shape);
  parameters.dispose();
  return shapes;
}

const makerOf = (settings: GeneratorSettings, sizes: Sizes): Maker =>
  settings.method === "diffusion" ? denoiserMaker(settings, sizes) : generatorMaker(settings, sizes);

function denoiserMaker({ channels, steps, guidance }: GeneratorSettings, { shape, classes }: Sizes): Maker {
  const denoiser = createDenoiser({ shape, classes, channels }, createRandom(0));
  const make: Maker["make"] = (points, codes) => {
    const noise = points.map(({ values }) => values);
    return drawFromNoise(denoiser, noise, codes, shape, { steps, guidance });
  };
  return { parameters: denoiser.parameters, make };
}

function generatorMaker({ method, latent, channels, grain }: GeneratorSettings, { shape, classes }: Sizes): Maker {
  const vae = method === "vae";
  const generator = createGenerator({ shape, classes, latent, channels, outputs: vae ? 2 : 1 }, createRandom(0));
  const size = shape[0] * shape[1];
  const texture = createTexture(shape);
  const make: Maker["make"] = (points, codes, prior) => {
    const n = points.length;
    const noise = new Float32Array(n * latent);
    for (const [i, { values }] of points.entries()) {
      noise.set(prior ? placeNoise(prior, values, codes[i]) : values, i * latent);
    }
    // Numbers leave a tidy by tensors: what it returns is searched for tensors, number by number.
    const said = tf.tidy(() => {
      const out = generator.apply(tf.tensor2d(noise, [n, latent]), oneHot(codes, classes), false);
      return vae ? [tf.tanh(stretch(out, 3, 0, 1)), tf.exp(spreadOf(stretch(out, 3, 1, 1)))] : [tf.tanh(out)];
    });
    const [means, spreads] = said.map((t) => t.dataSync());
    const made = points.map((point, i) => {
      const rng = createRandom(point.grain);
      const drawn = spreads && prior && grain > 0 ? texture.draw(strengthsOf(prior, codes[i], size), rng) : undefined;
      return Float32Array.from({ length: size }, (_, k) => {
        const mean = means[i * size + k];
        const value = spreads && drawn ? mean + grain * spreads[i * size + k] * drawn[k] : mean;
        return Math.min(1, Math.max(-1, value));
      });
    });
    tf.dispose(said);
    return made;
  };
  return { parameters: generator.parameters, make };
}
