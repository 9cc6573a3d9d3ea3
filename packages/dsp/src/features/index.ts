export { type CepstrumOptions, type LfccOptions, lfcc, type MfccOptions, mfcc } from "./cepstrum.js";
export { type DeltaMode, type DeltaOptions, delta } from "./delta.js";
export { type DeltaStreamOptions, deltaStream, type MatrixStream } from "./deltaStream.js";
export { type LevelOptions, rms, type ZeroCrossingOptions, zeroCrossingRate } from "./level.js";
export { normalizeFeatures } from "./normalize.js";
export * from "./shape.js";
export {
  type LogMelOptions,
  logMelSpectrogram,
  type MelSpectrogramOptions,
  melSpectrogram,
  type SpectrogramOptions,
  spectrogram,
} from "./spectrogram.js";
