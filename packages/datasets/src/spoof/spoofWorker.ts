import { parentPort } from "node:worker_threads";
import { runSpoofJob, type SpoofJob } from "./spoofJob.js";

parentPort?.on("message", ({ index, job }: { index: number; job: SpoofJob }) => {
  runSpoofJob(job).then(
    (parameters) => parentPort?.postMessage({ index, parameters }),
    (error: unknown) =>
      parentPort?.postMessage({ index, error: error instanceof Error ? error.message : String(error) }),
  );
});
