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
  frameWindows,
} from "./core/frameWindowing.js";
export { createSmoothing, type Smoothing, type SmoothOptions } from "./core/smoothing.js";
export type * from "./core/types.js";
export { createVoiceActivity, rmsDb, type VoiceActivity, type VoiceActivityOptions } from "./core/voiceActivity.js";
export { createSlidingWindow, type SlidingWindow, type SlidingWindowOptions } from "./core/windowing.js";
export { type BoundedQueueOptions, boundedConcatMap } from "./operators/boundedConcatMap.js";
export { slidingFrames } from "./operators/slidingFrames.js";
export { slidingWindow } from "./operators/slidingWindow.js";
export { smooth } from "./operators/smooth.js";
export { toEvents } from "./operators/toEvents.js";
export { type VoiceGateOptions, voiceGate } from "./operators/voiceGate.js";
