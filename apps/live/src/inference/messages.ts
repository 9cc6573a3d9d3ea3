import type { LiveModelInfo, ModelSource } from "../session/model.js";

/** From the server's thread to a worker. */
export type WorkerRequest =
  | { type: "load"; models: readonly ModelSource[] }
  | { type: "run"; id: number; model: string; count: number; data: Float32Array };

/** From a worker to the server's thread. */
export type WorkerReply =
  | { type: "loaded"; infos: LiveModelInfo[] }
  | { type: "unloadable"; message: string }
  | { type: "result"; id: number; probabilities: Float32Array }
  | { type: "failed"; id: number; message: string };
