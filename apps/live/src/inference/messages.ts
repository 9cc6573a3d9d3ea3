import type { LiveModelInfo, ModelSource } from "../session/model.js";

/** From the server's thread to a worker. */
export type WorkerRequest =
  | { type: "load"; models: readonly ModelSource[] }
  /** `frames` lies in shared memory, which stays as it is until the worker answers. */
  | { type: "run"; id: number; model: string; count: number; frames: Float32Array };

/** From a worker to the server's thread. */
export type WorkerReply =
  /** `native`: names of the models in the middle of which a worker must not be ended. */
  | { type: "loaded"; infos: LiveModelInfo[]; native: string[] }
  | { type: "unloadable"; message: string }
  | { type: "result"; id: number; probabilities: Float32Array }
  | { type: "failed"; id: number; message: string };
