import { tf } from "@earshot/engine";
import { createRandom } from "../core/random.js";
import { augmentBoth } from "./augmentBoth.js";
import { createDenoiser } from "./denoiser.js";
import { denoisingLoss } from "./denoising.js";
import type { GeneratorSettings } from "./options.js";
import { adam, descend, type Player, type Sounds } from "./player.js";
import { GENERATOR_WEIGHTS } from "./streams.js";

/** Share of the recordings whose class is kept from the network: what it then says is what guidance pushes away from. */
const unnamed = 0.1;

/** Steps over which the learning rate rises: without normalisation the first ones would go too far. */
const warmUp = 100;

/**
 * A diffusion model: one network learns to take noise of any strength off recordings of a class; sounds are then drawn out of nothing
 * but noise.
 *
 * Source: Ho, Jain & Abbeel 2020; Karras et al. 2022; Ho & Salimans 2021.
 */
export function createDiffusion(
  settings: GeneratorSettings,
  { shape, classes }: Pick<Sounds, "shape" | "classes">,
): Player {
  const { channels, learningRate } = settings;
  const denoiser = createDenoiser({ shape, classes, channels }, createRandom(settings.seed, GENERATOR_WEIGHTS));
  const { parameters } = denoiser;
  const optimiser = adam(settings, learningRate);
  return {
    generator: { parameters, optimiser },
    step: ({ x, codes }, rng, number) =>
      tf.tidy(() => {
        const changed = augmentBoth(x, settings.augment, rng);
        const named = codes.map((code) => (rng.next() < unnamed ? -1 : code));
        const { loss, norm } = descend(
          parameters,
          optimiser,
          () => denoisingLoss(denoiser, changed, shape, named, rng),
          { clip: 1, learningRate: learningRate * Math.min(1, (number + 1) / warmUp) },
        );
        return { loss, gGradNorm: norm };
      }),
  };
}
