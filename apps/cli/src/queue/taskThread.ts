import { type MessagePort, parentPort } from "node:worker_threads";
import { sentenceOf } from "../cli/errors.js";
import type { Work } from "./piece.js";
import { runWork } from "./task.js";

// Does pieces of work, here or of a queue; the thread beside it keeps telling the queue that it lives.
const port = parentPort as MessagePort;
port.on("message", async (work: Work) => {
  try {
    port.postMessage({ result: await runWork(work) });
  } catch (error) {
    port.postMessage({ error: sentenceOf(error) });
  }
});
