import { workerText } from "./worker.generated.js";
import type { FromWorker, ToWorker } from "./worker.js";

/** A worker of Node or of a page. */
export interface Handle {
  send(message: ToWorker): void;
  /** Whether the process must live for it: while it has work. */
  hold(busy: boolean): void;
  end(): void;
}

export interface Listener {
  receive(message: FromWorker): void;
  fail(error: Error): void;
}

/** @throws Error where no worker can be started: a page whose policy forbids it */
export function startWorker(listener: Listener): Handle {
  // Not an import: bundlers for pages would stumble over Node's modules. Node 20.16 and later have it.
  const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  return node ? startNodeWorker(node, listener) : startPageWorker(listener);
}

function startNodeWorker({ Worker }: typeof import("node:worker_threads"), { receive, fail }: Listener): Handle {
  const port =
    "const { parentPort } = require('node:worker_threads');" +
    "const port = { listen: (f) => parentPort.on('message', f), send: (m) => parentPort.postMessage(m) };";
  const worker = new Worker(port + workerText, { eval: true, execArgv: [] });
  worker.on("message", receive).on("error", fail);
  return {
    send: (message) => worker.postMessage(message),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}

function startPageWorker({ receive, fail }: Listener): Handle {
  const port = "const port = { listen: (f) => { onmessage = (e) => f(e.data); }, send: (m) => postMessage(m) };";
  const url = URL.createObjectURL(new Blob([port, workerText], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => receive(data);
  worker.onerror = (event) => fail(new Error(`growInWorkers: ${event.message}`));
  return {
    send: (message) => worker.postMessage(message),
    hold() {},
    end() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
