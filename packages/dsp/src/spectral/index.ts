export { type ChromaBankOptions, type ChromaOptions, chroma, chromaFilterBank, chromaStream } from "./chroma.js";
export { type CqccOptions, cqcc, cqccStream } from "./cqcc.js";
export { type CqtOptions, cqt, cqtFrequencies, cqtStream } from "./cqt.js";
export {
  erb,
  erbFrequencies,
  type GammatoneBankOptions,
  type GammatoneOptions,
  gammatoneFilter,
  gammatoneFilterBank,
  gammatoneSpectrogram,
  gammatoneSpectrogramStream,
} from "./gammatone.js";
export { type OnsetStrengthOptions, onsetStrength, onsetStrengthStream } from "./onset.js";
export { type PcenOptions, pcen, pcenStream } from "./pcen.js";
export { type SlidingCmvnOptions, slidingCmvn, slidingCmvnStream } from "./slidingCmvn.js";
