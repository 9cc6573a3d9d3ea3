export { autocorrelation } from "./autocorrelation.js";
export { type FormantOptions, type Formants, formants } from "./formants.js";
export { type Harmonicity, type HarmonicityOptions, harmonicity } from "./harmonicity.js";
export { type LpcOptions, lpc } from "./lpc.js";
export {
  type Jitter,
  jitter,
  type PerturbationOptions,
  type Shimmer,
  type ShimmerOptions,
  shimmer,
} from "./perturbation.js";
export { type VoicePulsesOptions, voicePulses } from "./pulses.js";
export { type Pyin, type PyinOptions, type PyinStreamOptions, pyin, pyinStream } from "./pyin.js";
export { type YinOptions, yin, yinStream } from "./yin.js";
export type { PitchFramingOptions } from "./yinFrames.js";
