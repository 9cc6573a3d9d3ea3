export { type CepstrumOptions, type LfccOptions, lfcc, type MfccOptions, mfcc } from "./cepstrum.js";
export { type ContrastOptions, spectralContrast, spectralContrastStream } from "./contrast.js";
export { type DeltaMode, type DeltaOptions, delta } from "./delta.js";
export { type DeltaStreamOptions, deltaStream, type MatrixStream } from "./deltaStream.js";
export {
  type LevelOptions,
  rms,
  rmsStream,
  type ZeroCrossingOptions,
  zeroCrossingRate,
  zeroCrossingRateStream,
} from "./level.js";
export { normalizeFeatures } from "./normalize.js";
export {
  type BandwidthOptions,
  type FlatnessOptions,
  type RolloffOptions,
  type SpectralShapeOptions,
  spectralBandwidth,
  spectralBandwidthStream,
  spectralCentroid,
  spectralCentroidStream,
  spectralFlatness,
  spectralFlatnessStream,
  spectralFlux,
  spectralFluxStream,
  spectralRolloff,
  spectralRolloffStream,
} from "./shape.js";
export {
  type LogMelOptions,
  logMelSpectrogram,
  type MelSpectrogramOptions,
  melSpectrogram,
  type SpectrogramOptions,
  spectrogram,
} from "./spectrogram.js";
export {
  lfccStream,
  logMelSpectrogramStream,
  melSpectrogramStream,
  mfccStream,
  spectrogramStream,
} from "./streams.js";
