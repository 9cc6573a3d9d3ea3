import { aNumber, aSwitch, aWhole, maybe, oneOf, passing, readOptions } from "../core/options.js";
import { type AdversarialLoss, adversarialLosses } from "./adversarialLosses.js";
import type { AugmentOptions } from "./augmentBoth.js";

/** Which way sounds are learned: two networks that play a game, an autoencoder with noise in the middle, or noise taken off step by step. */
export type Method = "gan" | "vae" | "diffusion";

/** Options of {@link spectrogramGenerator}. */
export interface SpectrogramGeneratorOptions {
  /** Default gan. */
  method?: Method;
  /** Passes over the recordings (default 60). */
  epochs?: number;
  /** Default 32. */
  batchSize?: number;
  /** Length of the noise (default 64); of a diffusion model it is as long as the spectrogram. */
  latent?: number;
  /** Channels of the generator's stages, smallest picture first (default 128, 64, 32, 16; diffusion 96, 64, 32). */
  channels?: readonly number[];
  /** Channels of the other network's stages, largest picture first (default 16, 32, 64, 128). */
  otherChannels?: readonly number[];
  /** Units behind the other network's stages (default 128). */
  units?: number;
  /** Of both networks, or of the generator where `otherLearningRate` is given (default 2e-4; vae and diffusion 1e-3). */
  learningRate?: number;
  /** Of the discriminator (default: as the generator's). */
  otherLearningRate?: number;
  /** Adam's first beta (default 0.5; vae and diffusion 0.9). */
  beta1?: number;
  /** Gan: steps of the discriminator for each of the generator (default 1). */
  ratio?: number;
  /** Gan: default hinge. */
  loss?: AdversarialLoss;
  /** Gan: weight of the gradient penalty (default 10 for wasserstein, else 0: none). */
  penalty?: number;
  /** Gan: spectral normalisation of the discriminator (default true; false for wasserstein). */
  spectral?: boolean;
  /** Decay of the moving average of the generator's weights, which makes the sounds (default 0.995; diffusion 0.999). */
  ema?: number;
  /** What both kinds of spectrogram go through before the discriminator, or recordings before the encoder. */
  augment?: AugmentOptions;
  /** Vae: weight of the divergence from normal noise (default 1). */
  beta?: number;
  /** Vae: share of the learned spread that is drawn on top of what the decoder says, as grain like that of recordings, in [0, 1] (default 1). */
  grain?: number;
  /** Diffusion: steps from noise to a sound (default 20). */
  steps?: number;
  /** Diffusion: how much further than its class a sound is pushed away from the others; 1 not at all (default 2). */
  guidance?: number;
  /** Decides everything random (default 0). */
  seed?: number;
}

/** With defaults filled in. */
export type GeneratorSettings = Required<SpectrogramGeneratorOptions>;

const aStack = (fallback: readonly number[]) =>
  passing<readonly number[]>(
    fallback,
    (v) => Array.isArray(v) && v.length > 0 && v.length < 9 && v.every((c) => Number.isInteger(c) && c > 0),
    "a list of 1 to 8 whole numbers above 0",
  );
const aShare = (fallback: number) =>
  passing(fallback, (v) => typeof v === "number" && v >= 0 && v <= 1, "a number in [0, 1]");

/** @throws RangeError naming the option, its rule and the value */
export function readGeneratorOptions(fn: string, given: SpectrogramGeneratorOptions = {}): GeneratorSettings {
  const game = given.method === undefined || given.method === "gan";
  const diffusion = given.method === "diffusion";
  const wasserstein = given.loss === "wasserstein";
  const read = readOptions(fn, given, {
    method: oneOf(["gan", "vae", "diffusion"], "gan"),
    epochs: aWhole(60, { min: 1 }),
    batchSize: aWhole(32, { min: 2 }),
    latent: aWhole(64, { min: 1 }),
    channels: aStack(diffusion ? [96, 64, 32] : [128, 64, 32, 16]),
    otherChannels: aStack([16, 32, 64, 128]),
    units: aWhole(128, { min: 1 }),
    learningRate: aNumber(game ? 2e-4 : 1e-3, { above: 0 }),
    otherLearningRate: maybe(aNumber(2e-4, { above: 0 })),
    beta1: passing(game ? 0.5 : 0.9, (v) => typeof v === "number" && v >= 0 && v < 1, "a number in [0, 1)"),
    ratio: aWhole(1, { min: 1, max: 100 }),
    loss: oneOf(adversarialLosses, "hinge"),
    penalty: aNumber(wasserstein ? 10 : 0, { min: 0 }),
    spectral: aSwitch(!wasserstein),
    ema: passing(diffusion ? 0.999 : 0.995, (v) => typeof v === "number" && v >= 0 && v < 1, "a number in [0, 1)"),
    augment: passing<AugmentOptions>(
      {},
      (v) => typeof v === "object" && v !== null && !Array.isArray(v),
      "an object such as { shift: 4 }",
    ),
    beta: aNumber(1, { min: 0 }),
    grain: aShare(1),
    steps: aWhole(20, { min: 2, max: 1000 }),
    guidance: aNumber(2, { min: 0 }),
    seed: aWhole(0, { min: 0, max: Number.MAX_SAFE_INTEGER }),
  });
  const augment = readOptions(`${fn} augment`, read.augment, {
    shift: aWhole(0, { min: 0 }),
    bands: aWhole(0, { min: 0 }),
    level: aShare(0),
    cutout: aShare(0),
  });
  return { ...read, augment, otherLearningRate: read.otherLearningRate ?? read.learningRate };
}
