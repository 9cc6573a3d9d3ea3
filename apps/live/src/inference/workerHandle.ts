import type { Worker } from "node:worker_threads";
import { LiveError } from "../protocol/errorCodes.js";
import type { LiveModelInfo, ModelSource } from "../session/model.js";
import type { WorkerReply, WorkerRequest } from "./messages.js";
import { spawnWorker } from "./spawnWorker.js";

export interface Job {
  model: string;
  /** Windows in the batch. */
  count: number;
  /** Their features, one after the other. The buffer goes to the worker and comes back empty. */
  data: Float32Array;
}

/** One worker thread with all models loaded, working on at most one batch at a time. */
export interface WorkerHandle {
  readonly infos: readonly LiveModelInfo[];
  readonly busy: boolean;
  /** False once the worker hung, crashed or was closed. */
  readonly alive: boolean;
  /**
   * @throws LiveError `model_failed` if the model threw or the worker died, `model_timeout` if it did not answer in time;
   * after a timeout the worker is gone
   */
  run(job: Job): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Starts a worker and loads the models into it.
 *
 * @param timeoutMs longest a batch may take
 * @throws Error if a model cannot be loaded
 */
export async function startWorker(models: readonly ModelSource[], timeoutMs: number): Promise<WorkerHandle> {
  const worker = spawnWorker();
  const infos = await load(worker, models);
  let alive = true;
  let nextId = 0;
  let current: { id: number; settle: (outcome: Float32Array | LiveError) => void } | undefined;

  const settle = (outcome: Float32Array | LiveError) => {
    current?.settle(outcome);
    current = undefined;
  };
  const died = (why: string) => {
    alive = false;
    settle(new LiveError("model_failed", `The worker stopped: ${why}.`));
  };
  worker.on("message", (reply: WorkerReply) => {
    if (!("id" in reply) || reply.id !== current?.id) return;
    settle(reply.type === "result" ? reply.probabilities : new LiveError("model_failed", reply.message));
  });
  worker.on("error", (error) => died(error.message));
  worker.on("exit", (code) => died(`exit code ${code}`));
  // An idle worker keeps no process alive.
  worker.unref();

  return {
    infos,
    get busy() {
      return current !== undefined;
    },
    get alive() {
      return alive;
    },
    run({ model, count, data }) {
      return new Promise((resolve, reject) => {
        const id = nextId++;
        const timer = setTimeout(() => {
          alive = false;
          void worker.terminate();
          settle(new LiveError("model_timeout", `${model} did not answer within ${timeoutMs} ms.`));
        }, timeoutMs);
        current = {
          id,
          settle: (outcome) => {
            clearTimeout(timer);
            if (outcome instanceof LiveError) reject(outcome);
            else resolve(outcome);
          },
        };
        const request: WorkerRequest = { type: "run", id, model, count, data };
        worker.postMessage(request, [data.buffer as ArrayBuffer]);
      });
    },
    async close() {
      alive = false;
      await worker.terminate();
    },
  };
}

function load(worker: Worker, models: readonly ModelSource[]): Promise<LiveModelInfo[]> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      void worker.terminate();
      reject(error);
    };
    worker.once("error", fail);
    worker.once("message", (reply: WorkerReply) => {
      worker.off("error", fail);
      if (reply.type === "loaded") resolve(reply.infos);
      else fail(new Error(reply.type === "unloadable" ? reply.message : "The worker answered before loading."));
    });
    const request: WorkerRequest = { type: "load", models };
    worker.postMessage(request);
  });
}
