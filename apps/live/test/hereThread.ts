import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import { answerRequests } from "../src/inference/answerRequests.js";
import { listen } from "../src/server/listen.js";
import type { LiveServerOptions } from "../src/server/options.js";
import { type LiveServer, startServerIn } from "../src/server/startServer.js";

/** An inference thread that is none: what is around it can be tested without the seconds that two threads take to start. */
function hereThread(): Worker {
  const thread = new EventEmitter();
  const take = answerRequests((reply) => setImmediate(() => thread.emit("message", reply)));
  return Object.assign(thread, {
    postMessage: take,
    unref: () => thread,
    terminate: async () => 0,
  }) as unknown as Worker;
}

/** A server whose models run in the thread of the test. */
export const startServerHere = (options: LiveServerOptions): Promise<LiveServer> =>
  startServerIn({ listen, spawn: hereThread }, options);
