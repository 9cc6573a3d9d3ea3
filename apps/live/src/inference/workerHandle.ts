import type { Worker } from "node:worker_threads";
import { LiveError } from "../protocol/errorCodes.js";
import type { LiveModelInfo, ModelSource } from "../session/model.js";
import type { WorkerReply, WorkerRequest } from "./messages.js";
import { spawnWorker } from "./spawnWorker.js";

export interface Job {
  model: string;
  /** Windows in the batch. */
  count: number;
  /** Their features, one after the other, in shared memory. */
  frames: Float32Array;
}

/** One worker thread with all models loaded, working on at most one batch at a time. */
export interface WorkerHandle {
  readonly infos: readonly LiveModelInfo[];
  readonly busy: boolean;
  /** False once the worker hung, crashed or was closed. */
  readonly alive: boolean;
  /**
   * @throws LiveError `model_failed` if the model threw or the worker died, `model_timeout` if it did not answer in time;
   * after a timeout the worker is gone, or goes as soon as it comes back from native code
   */
  run(job: Job): Promise<Float32Array>;
  /** Ends the thread, after the call that it may be in if that is native code. */
  close(): Promise<void>;
}

/** What those get who still wait when the server closes. */
export const serverClosed = (): LiveError => new LiveError("internal", "The server closed.");

/**
 * Starts a worker and loads the models into it.
 *
 * @param timeoutMs longest a batch may take
 * @param spawn what makes the thread; simulations give one of their own
 * @throws Error if a model cannot be loaded
 */
export async function startWorker(
  models: readonly ModelSource[],
  timeoutMs: number,
  spawn: () => Worker = spawnWorker,
): Promise<WorkerHandle> {
  const worker = spawn();
  const { infos, native } = await load(worker, models);
  let alive = true;
  let nextId = 0;
  let current: { id: number; settle: (outcome: Float32Array | LiveError) => void } | undefined;
  /** Set while the thread is in native code: Node would end the process, were the thread ended then. */
  let inNative: Promise<void> | undefined;
  let returned = () => {};

  const settle = (outcome: Float32Array | LiveError) => {
    current?.settle(outcome);
    current = undefined;
  };
  const died = (why: string) => {
    alive = false;
    returned();
    settle(new LiveError("model_failed", `The worker stopped: ${why}.`));
  };
  const end = async () => {
    alive = false;
    await inNative;
    await worker.terminate();
  };
  worker.on("message", (reply: WorkerReply) => {
    returned();
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
    run({ model, count, frames }) {
      return new Promise((resolve, reject) => {
        const id = nextId++;
        const timer = setTimeout(() => {
          void end();
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
        if (native.includes(model)) {
          inNative = new Promise((resolve) => {
            returned = resolve;
          });
        }
        const request: WorkerRequest = { type: "run", id, model, count, frames };
        worker.postMessage(request);
      });
    },
    close() {
      settle(serverClosed());
      return end();
    },
  };
}

type Loaded = Extract<WorkerReply, { type: "loaded" }>;

function load(worker: Worker, models: readonly ModelSource[]): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      void worker.terminate();
      reject(error);
    };
    worker.once("error", fail);
    worker.once("message", (reply: WorkerReply) => {
      worker.off("error", fail);
      if (reply.type === "loaded") resolve(reply);
      else fail(new Error(reply.type === "unloadable" ? reply.message : "The worker answered before loading."));
    });
    const request: WorkerRequest = { type: "load", models };
    worker.postMessage(request);
  });
}
