export {
  type AdversarialLoss,
  discriminatorLoss,
  type GradientPenalty,
  generatorLoss,
  gradientPenalty,
} from "./adversarialLosses.js";
export { type AugmentOptions, augmentBoth } from "./augmentBoth.js";
export { diversity, nearestSpectrogram, spectrogramDistance } from "./diversity.js";
export { embedSamples } from "./embedSamples.js";
export type { GeneratorEpoch, GeneratorFitOptions } from "./generatorTrainer.js";
export { betweenNoise, drawNoise, type NoisePoint } from "./noise.js";
export type { Method, SpectrogramGeneratorOptions } from "./options.js";
export {
  createSpectrogramCodec,
  loudestStretch,
  type SpectrogramCodec,
  type SpectrogramCodecOptions,
} from "./spectrogramCodec.js";
export { type GenerateOptions, type SpectrogramGenerator, spectrogramGenerator } from "./spectrogramGenerator.js";
