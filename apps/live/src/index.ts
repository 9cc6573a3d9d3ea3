export {
  createEventDetection,
  type EventDetection,
  type EventOptions,
  type LiveEvent,
} from "./core/eventDetection.js";
export {
  createFrameWindowing,
  type FrameGeometry,
  type FrameWindowing,
  type FrameWindowingOptions,
  frameWindows,
} from "./core/frameWindowing.js";
export { decodePcm16, encodePcm16, looksLikeFloat32 } from "./core/pcm.js";
export { createSmoothing, type Smoothing, type SmoothOptions } from "./core/smoothing.js";
export type * from "./core/types.js";
export { createVoiceActivity, rmsDb, type VoiceActivity, type VoiceActivityOptions } from "./core/voiceActivity.js";
export { createSlidingWindow, type SlidingWindow, type SlidingWindowOptions } from "./core/windowing.js";
export { type BoundedQueueOptions, boundedConcatMap } from "./operators/boundedConcatMap.js";
export { type FeaturesOptions, features } from "./operators/features.js";
export { type Machine, processWith } from "./operators/processWith.js";
export { resampleTo } from "./operators/resampleTo.js";
export { slidingFrames } from "./operators/slidingFrames.js";
export { slidingWindow } from "./operators/slidingWindow.js";
export { smooth } from "./operators/smooth.js";
export { toEvents } from "./operators/toEvents.js";
export { type VoiceGateOptions, voiceGate } from "./operators/voiceGate.js";
export * from "./protocol/errorCodes.js";
export * from "./protocol/messages.js";
export { parseClientMessage, parseServerMessage } from "./protocol/parse.js";
export { openBrowser } from "./server/openBrowser.js";
export type { Limits, LiveServerOptions, Logger } from "./server/options.js";
export { shippedModels } from "./server/shippedModels.js";
export { drainOnSignals, type LiveServer, startServer } from "./server/startServer.js";
export { type LiveSettings, loadedModel } from "./session/loadedModel.js";
export * from "./session/model.js";
export { modelFolder, openModel } from "./session/openModel.js";
export { predictClip } from "./session/predictClip.js";
export type { SessionCounters, SessionPrediction } from "./session/results.js";
export { type Session, session } from "./session/session.js";
export type { SessionConfig } from "./session/sessionConfig.js";
export { type ClipSourceOptions, clipSource } from "./sources/clipSource.js";
export { type FileSourceOptions, fileSource } from "./sources/fileSource.js";
export { listMicrophones, type NaudiodonModule } from "./sources/naudiodonModule.js";
export { type NaudiodonOptions, naudiodonSource } from "./sources/naudiodonSource.js";
export { type PcmSourceOptions, pcmSource } from "./sources/pcmSource.js";
export type { AudioSource, SourceCounters } from "./sources/types.js";
