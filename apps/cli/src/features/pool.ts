import { Worker } from "node:worker_threads";
import { UserError } from "../cli/errors.js";

export interface PoolOptions<Result> {
  /** The worker's file, beside this one. */
  script: "worker.js";
  workers: number;
  /** Given to every worker when it starts. */
  workerData: unknown;
  onResult(result: Result): void;
  signal?: AbortSignal;
}

/** Sources are TypeScript, which workers cannot run: there everything is done in this thread. */
export const hasWorkers = import.meta.url.endsWith(".js");

/**
 * Gives jobs to worker threads, each its next one when it has answered, until there is none left.
 *
 * @param nextJob the next job, or undefined; called in turn
 * @throws the signal's reason, or a UserError if a worker ends by itself
 */
export async function runPool<Job, Result>(
  nextJob: () => Promise<Job | undefined>,
  { script, workers, workerData, onResult, signal }: PoolOptions<Result>,
): Promise<void> {
  const url = new URL(`./${script}`, import.meta.url);
  const pool = Array.from({ length: workers }, () => new Worker(url, { workerData }));
  try {
    await Promise.all(pool.map((worker) => feed(worker, nextJob, onResult, signal)));
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}

function feed<Job, Result>(
  worker: Worker,
  nextJob: () => Promise<Job | undefined>,
  onResult: (result: Result) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    const send = async (): Promise<void> => {
      const job = await nextJob();
      if (job === undefined) resolve();
      else worker.postMessage(job);
    };
    worker.on("message", (result: Result) => {
      try {
        onResult(result);
      } catch (error) {
        reject(error);
        return;
      }
      send().catch(reject);
    });
    worker.on("error", reject);
    worker.on("exit", (code) =>
      reject(new UserError(`A feature worker ended by itself (code ${code}); try --threads 1.`)),
    );
    if (signal?.aborted) stop();
    else send().catch(reject);
  });
}
