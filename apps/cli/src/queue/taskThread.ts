import { type MessagePort, parentPort } from "node:worker_threads";
import { sentenceOf } from "../cli/errors.js";
import { runTask, type Task } from "./task.js";

// Does jobs of a queue; the thread beside it keeps telling the queue that it lives.
const port = parentPort as MessagePort;
port.on("message", async (task: Task) => {
  try {
    port.postMessage({ result: await runTask(task) });
  } catch (error) {
    port.postMessage({ error: sentenceOf(error) });
  }
});
