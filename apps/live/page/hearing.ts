import type { Subscription } from "rxjs";
import type { Listener, ListenerEvents } from "../src/browser/listener.js";
import { offlineListener } from "../src/browser/offlineListener.js";
import { serverListener } from "../src/browser/serverListener.js";
import type { AudioSource } from "../src/sources/types.js";
import { serverUrl } from "./server.js";
import type { Show } from "./show.js";

/** What may be changed while listening. */
export interface HearingSettings {
  models: readonly string[];
  sensitivity: number;
  offline: boolean;
}

export interface HearingOptions {
  source: AudioSource;
  settings: HearingSettings;
  token: string | undefined;
  /** A file, as opposed to a microphone: each of its windows counts, silent or not, and it waits for no server that went away. */
  recording: boolean;
  show: Show;
  /** Each chunk, for who records. */
  onAudio: (samples: Float32Array, sampleRate: number) => void;
  /** The end, for whatever reason; in words for people if it was not the end of the source. */
  onEnd: (trouble?: string) => void;
}

export interface Hearing {
  /** Goes on with the same source and other models. */
  change(settings: HearingSettings): void;
  stop(): void;
}

/** One source heard by models on the server or in this page, and shown. Ends with the source or when stopped. */
export function hear(options: HearingOptions): Hearing {
  const { source, show, token, recording } = options;
  let { settings } = options;
  let listener: Listener | undefined;
  let subscription: Subscription | undefined;
  let over = false;
  // When the audio up to a time was there: lag is counted from then to the verdict on the page.
  const arrivals: { endSec: number; ms: number }[] = [];
  /** Of the source: where the listener began, where its present session did, and how far it is. */
  let beganSec = 0;
  let originSec = 0;
  let nowSec = 0;
  /** Audio that earlier listeners lost. */
  let lostSec = 0;

  const finish = (trouble?: string) => {
    if (over) return;
    over = true;
    subscription?.unsubscribe();
    listener?.close();
    show.interrupted(nowSec);
    options.onEnd(trouble);
  };
  const events: ListenerEvents = {
    onReady: ({ models }, heldSec) => {
      show.models(models, settings.sensitivity);
      const what = recording ? `Listening to ${source.name}` : "Listening";
      show.status(settings.offline ? `${what} in this page` : what, "ready");
      originSec = Math.max(beganSec, nowSec - heldSec);
    },
    onPrediction: (prediction) => {
      show.prediction(prediction, originSec);
      const endSec = prediction.endSec + originSec;
      const arrival = arrivals.find((one) => one.endSec >= endSec - 1e-6);
      if (arrival) show.figures.lag(performance.now() - arrival.ms);
    },
    onTrouble: (message) => show.trouble(message),
    onState: (state) => {
      if (over) return;
      if (state === "waiting") {
        if (recording) return finish("The server cannot be reached; analyse the file again when it is back.");
        show.interrupted(nowSec);
        show.status("The server is away; trying again …", "waiting");
      }
      if (state === "ready") show.trouble(undefined);
      if (state === "failed") finish(document.getElementById("trouble")?.textContent || "The session ended.");
    },
  };
  const begin = (sampleRate: number): Listener => {
    const { models, sensitivity, offline } = settings;
    // A recording comes faster than time, so that more of it may have to wait for the connection.
    const common = {
      ...events,
      sampleRate,
      models,
      sensitivity,
      gate: !recording,
      ...(recording && { maxBufferSec: 15 }),
    };
    if (!offline) return serverListener({ ...common, url: serverUrl(), token });
    const worker = new Worker(new URL("../src/browser/offlineWorker.ts", import.meta.url), { type: "module" });
    return offlineListener({ ...common, worker, base: new URL("models/", document.baseURI).href, token });
  };

  subscription = source.chunks$.subscribe({
    next({ samples, sampleRate, startSec }) {
      if (!listener) {
        beganSec = startSec;
        listener = begin(sampleRate);
      }
      nowSec = startSec + samples.length / sampleRate;
      arrivals.push({ endSec: nowSec, ms: performance.now() });
      if (arrivals.length > 1000) arrivals.shift();
      show.hear(samples, sampleRate);
      show.heard(nowSec);
      show.figures.set("Audio heard", `${nowSec.toFixed(0)} s`);
      show.figures.set("Audio lost", `${(lostSec + listener.droppedSec).toFixed(1)} s`);
      options.onAudio(samples, sampleRate);
      listener.send(samples);
    },
    error: (error: Error) => finish(error.message),
    complete() {
      if (!listener) return finish("There was nothing to hear in it.");
      show.status("Finishing …", "ready");
      listener.end().then(
        ({ ended }) => {
          show.ended(ended, originSec);
          finish();
        },
        (error: Error) => finish(error.message),
      );
    },
  });
  if (over) subscription.unsubscribe();
  return {
    change(next) {
      settings = next;
      if (over || !listener) return;
      lostSec += listener.droppedSec;
      listener.close();
      listener = undefined;
      show.interrupted(nowSec);
    },
    stop: () => finish(),
  };
}
