export type {
  Done,
  ErrorMessage,
  EventMessage,
  ModelInfo,
  PredictionMessage,
  Ready,
} from "../protocol/messages.js";
export {
  type ClientCounters,
  type ClientState,
  createLiveClient,
  type LiveClient,
  type LiveClientOptions,
} from "./liveClient.js";
export type { SocketClass, SocketLike } from "./socketLike.js";
export { type StreamClipOptions, streamClip } from "./streamClip.js";
