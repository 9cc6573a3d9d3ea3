export { type ChromaBankOptions, type ChromaOptions, chroma, chromaFilterBank } from "./chroma.js";
export { type CqccOptions, cqcc } from "./cqcc.js";
export { type CqtOptions, cqt, cqtFrequencies } from "./cqt.js";
export {
  erb,
  erbFrequencies,
  type GammatoneBankOptions,
  type GammatoneOptions,
  gammatoneFilter,
  gammatoneFilterBank,
  gammatoneSpectrogram,
} from "./gammatone.js";
export { type OnsetStrengthOptions, onsetStrength } from "./onset.js";
export { type PcenOptions, pcen, pcenStream } from "./pcen.js";
export { type SlidingCmvnOptions, slidingCmvn, slidingCmvnStream } from "./slidingCmvn.js";
