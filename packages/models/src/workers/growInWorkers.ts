import type { GrownTrees } from "../tree/growTree.js";
import { workerText } from "./worker.generated.js";
import type { ForestData, ForestJob, FromWorker, ToWorker } from "./worker.js";

/** A worker of Node or of a page. */
interface Handle {
  send(message: ToWorker): void;
  /** Settles with the next message; rejects when the worker fails. */
  next(): Promise<FromWorker>;
  end(): void;
}

/**
 * Grows the trees of all jobs on several threads.
 *
 * @returns undefined where no worker can be started (a page whose policy forbids it): the caller then works alone
 */
export async function growInWorkers(
  data: ForestData,
  jobs: readonly ForestJob[],
  threads: number,
  { signal, afterJob }: { signal?: AbortSignal; afterJob?: (done: number) => void } = {},
): Promise<GrownTrees[] | undefined> {
  const workers: Handle[] = [];
  try {
    for (let t = 0; t < Math.min(threads, jobs.length); t++) workers.push(startWorker());
  } catch {
    for (const worker of workers) worker.end();
    return undefined;
  }
  const results = new Array<GrownTrees>(jobs.length);
  let next = 0;
  let done = 0;
  const work = async (worker: Handle): Promise<void> => {
    worker.send({ data });
    while (next < jobs.length) {
      const mine = next++;
      const answer = worker.next();
      worker.send({ job: jobs[mine] });
      const message = await answer;
      signal?.throwIfAborted();
      if ("error" in message) throw new Error(`growInWorkers: ${message.error}`);
      results[mine] = message.grown;
      afterJob?.(++done);
    }
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    for (const worker of workers) worker.end();
  }
  return results;
}

function startWorker(): Handle {
  // Not an import: bundlers for pages would stumble over Node's modules. Node 20.16 and later have it.
  const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  return node ? startNodeWorker(node) : startPageWorker();
}

function startNodeWorker({ Worker }: typeof import("node:worker_threads")): Handle {
  const port =
    "const { parentPort } = require('node:worker_threads');" +
    "const port = { listen: (f) => parentPort.on('message', f), send: (m) => parentPort.postMessage(m) };";
  const worker = new Worker(port + workerText, { eval: true, execArgv: [] });
  return {
    send: (message) => worker.postMessage(message),
    next: () =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          worker.off("message", done).off("error", failed);
        };
        const done = (message: FromWorker): void => {
          settle();
          resolve(message);
        };
        const failed = (error: Error): void => {
          settle();
          reject(error);
        };
        worker.on("message", done).on("error", failed);
      }),
    end: () => void worker.terminate(),
  };
}

function startPageWorker(): Handle {
  const port = "const port = { listen: (f) => { onmessage = (e) => f(e.data); }, send: (m) => postMessage(m) };";
  const url = URL.createObjectURL(new Blob([port, workerText], { type: "text/javascript" }));
  const worker = new Worker(url);
  return {
    send: (message) => worker.postMessage(message),
    next: () =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(`growInWorkers: ${event.message}`));
      }),
    end() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
