import { requireInRange, requirePositive } from "../core/check.js";
import { encodePcm16 } from "../core/pcm.js";
import {
  type Done,
  type ErrorMessage,
  type Hello,
  type PredictionMessage,
  protocolVersion,
  type Ready,
  subprotocol,
  tokenPrefix,
} from "../protocol/messages.js";
import { parseServerMessage } from "../protocol/parse.js";
import { createBacklog } from "./backlog.js";
import { platformSocket, type SocketClass, type SocketLike } from "./socketLike.js";

/** Options of {@link createLiveClient}. */
export interface LiveClientOptions extends Omit<Hello, "type" | "v" | "encoding" | "channels"> {
  /** "ws://127.0.0.1:8123/v1"; http and https work as well. */
  url: string;
  /** What the server asks for, if it asks. It travels in a header, never in the URL. */
  token?: string;
  /** Connect again when the connection is lost (default true); each connection is a new session at time 0. */
  reconnect?: boolean;
  /** First and longest wait before connecting again, ms (default 500 and 15,000). It doubles in between. */
  retryMs?: { first: number; longest: number };
  /** Audio that may wait for a connection, s, in [0, 60] (default 2); the oldest is dropped and counted. */
  maxBufferSec?: number;
  /** Bytes that may wait in an open socket (default 262,144); beyond, audio is dropped and counted. */
  maxBufferedBytes?: number;
  onState?: (state: ClientState) => void;
  onReady?: (ready: Ready) => void;
  onPrediction?: (prediction: PredictionMessage) => void;
  onDone?: (done: Done) => void;
  /** An error that ended the connection: the server's, or `unreachable`. */
  onError?: (error: Omit<ErrorMessage, "type">) => void;
  /** A WebSocket class (default: the platform's, on Node 20 that of `ws`). */
  WebSocket?: SocketClass;
}

/** `failed` and `closed` are final. */
export type ClientState = "connecting" | "ready" | "waiting" | "failed" | "closed";

/** What a client sent and lost. */
export interface ClientCounters {
  /** Audio sent, s. */
  sentSec: number;
  /** Audio dropped because there was no connection or it was too slow, s. */
  droppedSec: number;
  /** Times the connection was lost and tried again. */
  reconnects: number;
}

/** A connection to a live server that outlives drops of the network. */
export interface LiveClient {
  readonly state: ClientState;
  readonly counters: Readonly<ClientCounters>;
  /** Audio that waits for a connection, s; in `onReady`, what the session will begin with. */
  readonly heldSec: number;
  /** Sends mono samples in [-1, 1] at the sample rate of the options; false if some audio had to be dropped. Never waits, never throws. */
  send(samples: Float32Array): boolean;
  /** Ends the audio and waits until all of it is worked off. @throws Error if the connection ends first */
  end(): Promise<Done>;
  close(): void;
}

/** Errors that the same client would only meet again. */
const final = new Set([
  ...["bad_message", "hello_first", "hello_twice", "unsupported_version", "unknown_model", "odd_bytes", "float_audio"],
  ...["too_big", "too_fragmented", "too_fast", "too_chatty", "after_eof", "protocol"],
]);

/**
 * A connection to a live server, for browsers and Node.
 *
 * @throws RangeError if the sample rate or a bound is out of range; TypeError if the URL is none
 */
export function createLiveClient(options: LiveClientOptions): LiveClient {
  const { sampleRate, token, reconnect = true, retryMs = { first: 500, longest: 15_000 } } = options;
  const { maxBufferSec = 2, maxBufferedBytes = 256 * 1024 } = options;
  requireInRange("createLiveClient", "sampleRate", sampleRate, 8000, 192_000);
  requireInRange("createLiveClient", "maxBufferSec", maxBufferSec, 0, 60);
  requirePositive("createLiveClient", "maxBufferedBytes", maxBufferedBytes);
  const url = socketUrl(options.url);
  const backlog = createBacklog(maxBufferSec);
  const counters: ClientCounters = { sentSec: 0, droppedSec: 0, reconnects: 0 };
  let state: ClientState = "connecting";
  let socket: SocketLike | undefined;
  let limit = 64 * 1024;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ending: { resolve: (done: Done) => void; reject: (error: Error) => void } | undefined;
  let eofSent = false;

  const change = (next: ClientState) => {
    if (state === next) return;
    state = next;
    options.onState?.(next);
  };
  const stop = (last: "failed" | "closed", why: string) => {
    clearTimeout(timer);
    counters.droppedSec += backlog.clear();
    ending?.reject(new Error(`createLiveClient: ${why}`));
    ending = undefined;
    change(last);
  };
  const transmit = (bytes: Uint8Array): boolean => {
    if (!socket || socket.bufferedAmount + bytes.length > maxBufferedBytes) {
      counters.droppedSec += bytes.length / 2 / sampleRate;
      return false;
    }
    socket.send(bytes);
    counters.sentSec += bytes.length / 2 / sampleRate;
    return true;
  };
  const sendEof = () => {
    if (eofSent || !ending || state !== "ready") return;
    eofSent = true;
    socket?.send(JSON.stringify({ type: "eof" }));
  };

  const receive = (text: string) => {
    const message = parseServerMessage(text);
    if (message.type === "ready") {
      tries = 0;
      limit = message.limits.maxMessageBytes - (message.limits.maxMessageBytes % 2);
      change("ready");
      options.onReady?.(message);
      for (const bytes of backlog.take()) transmit(bytes);
      sendEof();
    } else if (message.type === "prediction") options.onPrediction?.(message);
    else if (message.type === "done") {
      options.onDone?.(message);
      ending?.resolve(message);
      ending = undefined;
      if (eofSent) stop("closed", "done");
    } else {
      options.onError?.({ code: message.code, message: message.message });
      if (final.has(message.code)) stop("failed", message.message);
    }
  };

  const connect = async () => {
    change("connecting");
    eofSent = false;
    let opened = false;
    const Socket = options.WebSocket ?? (await platformSocket());
    if (state !== "connecting") return;
    const mine = new Socket(url, token === undefined ? [subprotocol] : [subprotocol, tokenPrefix + base64url(token)]);
    socket = mine;
    mine.binaryType = "arraybuffer";
    mine.addEventListener("open", () => {
      opened = true;
      const { models, sensitivity, latencySec, gate } = options;
      const hello: Hello = { type: "hello", v: protocolVersion, sampleRate, channels: 1, encoding: "pcm_s16le" };
      mine.send(JSON.stringify({ ...hello, models, sensitivity, latencySec, gate }));
    });
    mine.addEventListener("message", ({ data }) => {
      if (mine !== socket || typeof data !== "string") return;
      try {
        receive(data);
      } catch (error) {
        options.onError?.({ code: "bad_message", message: (error as Error).message });
        mine.close(1008);
      }
    });
    mine.addEventListener("error", () => {});
    mine.addEventListener("close", () => {
      if (mine !== socket) return;
      socket = undefined;
      if (state === "failed" || state === "closed") return;
      if (!opened) options.onError?.({ code: "unreachable", message: `No connection to ${url}.` });
      if (eofSent || !reconnect) return stop("failed", "the connection was lost.");
      change("waiting");
      counters.reconnects++;
      const waitMs = Math.min(retryMs.longest, retryMs.first * 2 ** tries++);
      // Jitter, so that many clients do not come back at the same moment.
      timer = setTimeout(() => void connect(), waitMs * (0.5 + Math.random() / 2));
    });
  };
  void connect();

  return {
    get state() {
      return state;
    },
    counters,
    get heldSec() {
      return backlog.heldSec;
    },
    send(samples) {
      if (state === "failed" || state === "closed" || ending) return false;
      const bytes = encodePcm16(samples);
      let whole = true;
      for (let at = 0; at < bytes.length; at += limit) {
        const part = bytes.subarray(at, at + limit);
        if (state === "ready") whole = transmit(part) && whole;
        else {
          const lost = backlog.push(part, part.length / 2 / sampleRate);
          counters.droppedSec += lost;
          whole = whole && lost === 0;
        }
      }
      return whole;
    },
    end: () =>
      new Promise<Done>((resolve, reject) => {
        if (state === "failed" || state === "closed")
          return reject(new Error(`createLiveClient: the client is ${state}.`));
        ending = { resolve, reject };
        sendEof();
      }),
    close() {
      if (state === "failed" || state === "closed") return;
      const open = socket;
      stop("closed", "the client was closed.");
      socket = undefined;
      open?.close(1000);
    },
  };
}

function socketUrl(given: string): string {
  if (!URL.canParse(given))
    throw new TypeError(`createLiveClient: url must be an address such as ws://127.0.0.1:8123/v1, got ${given}.`);
  const url = new URL(given);
  if (url.protocol === "http:" || url.protocol === "https:") url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  if (url.pathname === "/") url.pathname = "/v1";
  url.hash = "";
  return url.href;
}

function base64url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const letters = btoa(String.fromCharCode(...bytes));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
