export type { Listener, ListenerEvents, ListenerOptions } from "./listener.js";
export { MicrophoneError, type MicrophoneTrouble, microphoneError } from "./microphoneError.js";
export { type MicrophoneOptions, microphoneSource } from "./microphoneSource.js";
export { type OfflineOptions, offlineListener } from "./offlineListener.js";
export { pcmWorkletSource } from "./pcmWorklet.js";
export { type ServerOptions, serverListener } from "./serverListener.js";
