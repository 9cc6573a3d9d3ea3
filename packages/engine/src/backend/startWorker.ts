import { importBuiltin, isNode } from "../setup/host.js";
import { workerSource } from "./workerSource.js";

export interface WorkerHandle {
  terminate(): void;
}

/** What a worker gets: see `workerSource`. */
export interface WorkerTask {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: Int32Array;
  numbers: Float64Array;
  names: string[];
  id: number;
  spins: number;
}

/**
 * Starts a worker from the embedded source: `worker_threads` in Node, where it does not keep the process alive, else a Blob.
 *
 * @param onEnd hears that the worker has ended, for whatever reason, and why
 */
export async function startWorker(task: WorkerTask, onEnd: (why: string) => void): Promise<WorkerHandle> {
  if (isNode()) {
    const { Worker } = await importBuiltin<typeof import("node:worker_threads")>("node:worker_threads");
    // The program's own switches (loaders, `--input-type=module`) are not for this script.
    const worker = new Worker(workerSource, { eval: true, execArgv: [], workerData: task });
    worker.unref();
    worker.on("error", (error) => onEnd(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => onEnd(`exit code ${code}`));
    return { terminate: () => void worker.terminate() };
  }
  const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const worker = new globalThis.Worker(url);
  worker.onerror = (event) => onEnd(event.message || "the page does not let workers start from a Blob");
  worker.postMessage(task);
  URL.revokeObjectURL(url);
  return worker;
}
