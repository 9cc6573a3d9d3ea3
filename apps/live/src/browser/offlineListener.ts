import type { Done } from "../protocol/messages.js";
import type { Listener, ListenerOptions } from "./listener.js";
import type { OfflineReply, OfflineRequest } from "./offlineWorker.js";

/** Options of {@link offlineListener}. */
export interface OfflineOptions extends ListenerOptions {
  /** The worker of `offlineWorker`, made by the page's bundler. */
  worker: Worker;
  /** URL below which the models' folders are served, ending in "/". */
  base: string;
  token?: string;
}

/** The same session as the server's, in a worker of this page: audio never leaves it. */
export function offlineListener(options: OfflineOptions): Listener {
  const { worker, base, token, sampleRate, models, sensitivity, latencySec, gate } = options;
  let ending: { resolve: (done: Done) => void; reject: (error: Error) => void } | undefined;
  let open = true;
  const post = (request: OfflineRequest, transfer: Transferable[] = []) => {
    if (open) worker.postMessage(request, transfer);
  };
  const stop = (state: "failed" | "closed", reason: string) => {
    if (!open) return;
    open = false;
    worker.terminate();
    ending?.reject(new Error(reason));
    options.onState(state);
  };
  worker.onmessage = ({ data: reply }: MessageEvent<OfflineReply>) => {
    if (reply.type === "ready") {
      const windowSec = Math.max(...reply.models.map((model) => model.windowSec));
      const stepSec = Math.min(...reply.models.map((model) => model.stepSec));
      options.onState("ready");
      // The worker keeps all that came before it was ready.
      options.onReady({ models: reply.models, windowSec, stepSec }, Number.POSITIVE_INFINITY);
    } else if (reply.type === "prediction") options.onPrediction(reply);
    else if (reply.type === "done") {
      ending?.resolve(reply);
      ending = undefined;
      stop("closed", "done");
    } else {
      options.onTrouble(reply.message);
      stop("failed", reply.message);
    }
  };
  worker.onerror = (event) => {
    options.onTrouble(event.message || "The models could not be started in this page.");
    stop("failed", event.message);
  };
  options.onState("connecting");
  post({ type: "start", models, base, token, sampleRate, sensitivity, latencySec, gate });
  return {
    send(samples) {
      const copy = samples.slice();
      post({ type: "audio", samples: copy }, [copy.buffer]);
    },
    end: () =>
      new Promise((resolve, reject) => {
        ending = { resolve, reject };
        post({ type: "eof" });
      }),
    close: () => stop("closed", "The session was closed."),
    droppedSec: 0,
  };
}
