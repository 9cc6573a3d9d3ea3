import type { Done, PredictionMessage, Ready } from "../protocol/messages.js";

/** What an audience of a session wants to be told, whether it runs on a server or in the page. */
export interface ListenerEvents {
  /** `heldSec` of audio were held until now, and are the session's first. */
  onReady: (ready: Pick<Ready, "models" | "windowSec" | "stepSec">, heldSec: number) => void;
  onPrediction: (prediction: PredictionMessage) => void;
  /** In words for people. */
  onTrouble: (message: string) => void;
  onState: (state: "connecting" | "ready" | "waiting" | "failed" | "closed") => void;
}

/** What a page's listener is made of: models, and how it judges. */
export interface ListenerOptions extends ListenerEvents {
  sampleRate: number;
  models: readonly string[];
  sensitivity: number;
  latencySec?: number;
  gate: boolean;
  /** Audio that may wait for the connection, s (default 2); recordings, which come faster than time, want more. */
  maxBufferSec?: number;
}

/** Models that listen, wherever they are. */
export interface Listener {
  send(samples: Float32Array): void;
  /** Ends the audio and waits until all of it is worked off. */
  end(): Promise<Done>;
  close(): void;
  /** Audio that was lost on the way, s. */
  readonly droppedSec: number;
}
