import type { Subscription } from "rxjs";
import type { Listener, ListenerEvents } from "../src/browser/listener.js";
import { offlineListener } from "../src/browser/offlineListener.js";
import { serverListener } from "../src/browser/serverListener.js";
import type { AudioSource } from "../src/sources/types.js";
import { serverUrl } from "./server.js";
import type { Show } from "./show.js";

export interface HearingOptions {
  source: AudioSource;
  models: readonly string[];
  sensitivity: number;
  offline: boolean;
  token: string | undefined;
  /** Leave out silence; off for files, whose every window counts. */
  gate: boolean;
  /** Audio that may wait for the connection, s. */
  maxBufferSec?: number;
  show: Show;
  /** Each chunk, for who records. */
  onAudio: (samples: Float32Array, sampleRate: number) => void;
  /** The end, for whatever reason; in words for people if it was not the end of the source. */
  onEnd: (trouble?: string) => void;
}

/** One source heard by models on the server or in this page, and shown. Ends with the source or when stopped. */
export function hear(options: HearingOptions): { stop(): void } {
  const { source, show, offline, token } = options;
  let listener: Listener | undefined;
  let subscription: Subscription | undefined;
  let over = false;
  // When the audio up to a time was there: lag is counted from then to the verdict on the page.
  const arrivals: { endSec: number; ms: number }[] = [];
  let originSec = 0;
  let nowSec = 0;

  const finish = (trouble?: string) => {
    if (over) return;
    over = true;
    subscription?.unsubscribe();
    listener?.close();
    options.onEnd(trouble);
  };
  const events: ListenerEvents = {
    onReady: ({ models }, heldSec) => {
      show.models(models, options.sensitivity);
      show.status(offline ? "Listening in this page" : "Listening", "ready");
      originSec = Math.max(0, nowSec - heldSec);
    },
    onPrediction: (prediction) => {
      show.prediction(prediction);
      const endSec = prediction.endSec + originSec;
      const arrival = arrivals.find((one) => one.endSec >= endSec - 1e-6);
      if (arrival) show.figures.lag(performance.now() - arrival.ms);
    },
    onTrouble: (message) => show.trouble(message),
    onState: (state) => {
      if (over) return;
      if (state === "waiting") show.status("The server is away; trying again …", "waiting");
      if (state === "ready") show.trouble(undefined);
      if (state === "failed") finish(document.getElementById("trouble")?.textContent || "The session ended.");
    },
  };
  const begin = (sampleRate: number): Listener => {
    const { models, sensitivity, gate, maxBufferSec } = options;
    const common = { ...events, sampleRate, models, sensitivity, gate, maxBufferSec };
    if (!offline) return serverListener({ ...common, url: serverUrl(), token });
    const worker = new Worker(new URL("../src/browser/offlineWorker.ts", import.meta.url), { type: "module" });
    return offlineListener({ ...common, worker, base: new URL("models/", document.baseURI).href, token });
  };

  subscription = source.chunks$.subscribe({
    next({ samples, sampleRate, startSec }) {
      listener ??= begin(sampleRate);
      nowSec = startSec + samples.length / sampleRate;
      arrivals.push({ endSec: nowSec, ms: performance.now() });
      if (arrivals.length > 1000) arrivals.shift();
      show.hear(samples, sampleRate);
      show.heard(nowSec);
      show.figures.set("Audio heard", `${nowSec.toFixed(0)} s`);
      show.figures.set("Audio lost", `${listener.droppedSec.toFixed(1)} s`);
      options.onAudio(samples, sampleRate);
      listener.send(samples);
    },
    error: (error: Error) => finish(error.message),
    complete() {
      if (!listener) return finish("There was nothing to hear in it.");
      show.status("Finishing …", "ready");
      listener.end().then(
        () => finish(),
        (error: Error) => finish(error.message),
      );
    },
  });
  if (over) subscription.unsubscribe();
  return { stop: () => finish() };
}
