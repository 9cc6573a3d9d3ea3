export { type BandLimitOptions, bandLimit, bandLimitStream } from "./bandLimit.js";
export {
  applyImpulseResponse,
  type ConvolveOptions,
  convolve,
  convolveStream,
  type ImpulseResponseOptions,
} from "./convolve.js";
export { clip, quantize, saturate } from "./distortion.js";
export { type FixLengthOptions, fixLength } from "./fixLength.js";
export { type GriffinLimOptions, griffinLim } from "./griffinLim.js";
export { gain, type NormalizeLoudnessOptions, normalizeLoudness, normalizePeak, normalizeRms } from "./level.js";
export { frequencyMask, type MaskOptions, timeMask } from "./masks.js";
export { type MelToAudioOptions, type MelToStftOptions, melToAudio, melToStft } from "./melInversion.js";
export { type MixAtSnrOptions, mixAtSnr } from "./mixAtSnr.js";
export { type MuLawOptions, muCompress, muExpand, muLaw } from "./muLaw.js";
export { phaseVocoder } from "./phaseVocoder.js";
export { type PitchShiftOptions, pitchShift, pitchShiftStream, speed, speedStream } from "./pitchShift.js";
export { type RoomOptions, roomImpulseResponse } from "./room.js";
export type { SilenceOptions } from "./silence.js";
export { type TimeShiftOptions, timeShift } from "./timeShift.js";
export { type TimeStretchOptions, timeStretch, timeStretchStream } from "./timeStretch.js";
export { type Interval, removeSilence, splitSilence, type Trimmed, type TrimOptions, trim } from "./trim.js";
export {
  type VoiceActivityOptions,
  type VoiceActivityStream,
  type VoiceEvent,
  voiceActivity,
  voiceActivityStream,
} from "./voiceActivity.js";
