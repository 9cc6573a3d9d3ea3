export { type DctNorm, type DctOptions, type DctType, dct } from "./dct.js";
export { amplitudeToDb, type DecibelOptions, dbToAmplitude, dbToPower, powerToDb } from "./decibel.js";
export { createFft, type Fft } from "./fft.js";
export { type FrameOptions, frame, frameCount, frameStream, frameTimes, type PadMode } from "./frame.js";
export * from "./istft.js";
export * from "./istftStream.js";
export { type LinearBankOptions, linearFilterBank } from "./linear.js";
export {
  hzToMel,
  type MelNorm,
  type MelOptions,
  type MelScale,
  melFilterBank,
  melFrequencies,
  melToHz,
} from "./mel.js";
export * from "./preEmphasis.js";
export { createRng, type Rng } from "./random.js";
export * from "./realFft.js";
export { type ResampleOptions, resample, resampleStream } from "./resample.js";
export { type StftOptions, stft, stftStream } from "./stft.js";
export type { FrameStream, SampleStream, SpectrumStream } from "./stream.js";
export type { AudioClip, ComplexMatrix, FloatArray, Matrix } from "./types.js";
export { getWindow, type WindowName, type WindowOptions, type WindowSpec } from "./window.js";
