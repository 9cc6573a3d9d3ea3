import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { clipFeatures } from "./clipFeatures.js";
import { type Job, type Outcome, runTask, type Task } from "./task.js";

// A thread that turns batches of recordings into features.
const port = parentPort as MessagePort;
const { config, augment } = workerData as Job;
const featuresOf = clipFeatures(config, augment);
port.on("message", async (tasks: Task[]) => {
  const outcomes: Outcome[] = [];
  for (const task of tasks) outcomes.push(await runTask(task, featuresOf));
  const buffers = new Set(
    outcomes.flatMap((o) => ("data" in o ? [o.data, ...o.copies].map((a) => a.buffer as ArrayBuffer) : [])),
  );
  port.postMessage(outcomes, [...buffers]);
});
