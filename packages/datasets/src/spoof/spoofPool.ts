import { Worker } from "node:worker_threads";
import { runSpoofJob, type SpoofJob } from "./spoofJob.js";

/** Runs jobs, several at once. */
export interface SpoofPool {
  run(job: SpoofJob): Promise<Record<string, number>>;
  close(): Promise<void>;
}

interface Answer {
  index: number;
  parameters?: Record<string, number>;
  error?: string;
}

/**
 * A pool of worker threads, or this thread where there is one only, or where the sources run unbuilt.
 */
export function createSpoofPool(threads: number): SpoofPool {
  const url = import.meta.url;
  if (threads < 2 || !url.endsWith(".js")) return { run: runSpoofJob, close: async () => undefined };
  const waiting = new Map<number, { resolve(p: Record<string, number>): void; reject(error: Error): void }>();
  let next = 0;
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL("./spoofWorker.js", url));
    worker.on("message", ({ index, parameters, error }: Answer) => {
      const job = waiting.get(index);
      waiting.delete(index);
      if (error !== undefined) job?.reject(new Error(error));
      else job?.resolve(parameters ?? {});
    });
    worker.on("error", (error) => {
      for (const job of waiting.values()) job.reject(error);
      waiting.clear();
    });
    return worker;
  });
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const index = next++;
        waiting.set(index, { resolve, reject });
        workers[index % workers.length].postMessage({ index, job });
      }),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
