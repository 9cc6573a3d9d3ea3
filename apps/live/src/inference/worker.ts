import { parentPort } from "node:worker_threads";
import { answerRequests } from "./answerRequests.js";

// Entry of an inference worker.
parentPort?.on(
  "message",
  answerRequests((reply, transfer = []) => parentPort?.postMessage(reply, transfer)),
);
