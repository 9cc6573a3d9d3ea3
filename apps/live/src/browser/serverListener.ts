import { createLiveClient } from "../client/liveClient.js";
import type { Listener, ListenerOptions } from "./listener.js";

/** Options of {@link serverListener}. */
export interface ServerOptions extends ListenerOptions {
  url: string;
  token?: string;
}

/** A session on the server. */
export function serverListener(options: ServerOptions): Listener {
  const { url, token, sampleRate, models, sensitivity, latencySec, gate, maxBufferSec } = options;
  const client = createLiveClient({
    url,
    token,
    sampleRate,
    models: [...models],
    sensitivity,
    latencySec,
    gate,
    maxBufferSec,
    onState: options.onState,
    onReady: (ready) => options.onReady(ready, client.heldSec),
    onPrediction: options.onPrediction,
    onError: ({ code, message }) =>
      options.onTrouble(code === "unreachable" ? "The server cannot be reached." : message),
  });
  return {
    send: (samples) => void client.send(samples),
    end: () => client.end(),
    close: () => client.close(),
    get droppedSec() {
      return client.counters.droppedSec;
    },
  };
}
