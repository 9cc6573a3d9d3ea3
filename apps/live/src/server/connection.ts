import { Subject, type Subscription } from "rxjs";
import type { RawData } from "ws";
import { decodePcm16, looksLikeFloat32 } from "../core/pcm.js";
import type { AudioChunk } from "../core/types.js";
import { doneMessage, predictionMessage, readyMessage } from "../protocol/answers.js";
import { type ErrorCode, LiveError } from "../protocol/errorCodes.js";
import type { Hello, ServerMessage } from "../protocol/messages.js";
import { parseClientMessage } from "../protocol/parse.js";
import { type Session, session } from "../session/session.js";
import type { SessionConfig } from "../session/sessionConfig.js";
import { noCounts } from "../sources/types.js";
import type { Metrics } from "./metrics.js";
import type { Limits, Logger } from "./options.js";
import type { ServedModels } from "./servedModels.js";
import type { LiveSocket } from "./socket.js";
import { createTokenBucket } from "./tokenBucket.js";

export interface ConnectionContext {
  models: ServedModels;
  limits: Limits;
  defaults: SessionConfig;
  metrics: Metrics;
  logger: Logger;
  /** Share of windows let go at present. */
  shed: () => number;
}

/** One client: its socket, its session, and its limits. */
export interface Connection {
  /** Looks at the clock: ends who is silent, pings who is quiet. Called every second or so. */
  sweep(nowMs: number): void;
  /** Works off what came, says `done`, and closes because the server goes down. */
  drain(): void;
  /** Cuts the connection. */
  cut(): void;
}

/** Messages in a row that look like floats before a client is told. */
const floatMessages = 5;

/** Speaks the protocol with one client. All state is here; when the socket closes, all of it is let go. */
export function serveConnection(socket: LiveSocket, id: number, context: ConnectionContext): Connection {
  const { limits, metrics } = context;
  const { tally } = metrics;
  const audio = createTokenBucket(limits.maxAudioRate, limits.burstSec);
  const messages = createTokenBucket(limits.maxMessageRate, limits.maxMessageRate);
  const openedMs = performance.now();
  let hello: Hello | undefined;
  let running: { session: Session; chunks$: Subject<AudioChunk>; subscription: Subscription } | undefined;
  let samplesSeen = 0;
  // Sessions copy what they keep: one array serves all messages of a length, and the garbage collector has less to do.
  let decoded = new Float32Array(0);
  const scratch = (length: number) => {
    if (decoded.length !== length) decoded = new Float32Array(length);
    return decoded;
  };
  let suspicious = 0;
  let ended = false;
  let draining = false;
  let lastAudioMs = openedMs;
  let pingedMs = openedMs;
  let answered = true;
  let reason: ErrorCode | "closed" = "closed";

  const fail = (code: ErrorCode, message: string) => {
    if (reason !== "closed") return;
    reason = code;
    metrics.errors.inc({ code });
    socket.fail(code, message);
    release();
  };
  const send = (message: ServerMessage) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > limits.maxBufferedBytes) {
      fail("slow_reader", `More than ${limits.maxBufferedBytes} bytes wait to be read.`);
      socket.terminate();
      return;
    }
    socket.send(JSON.stringify(message));
  };
  const release = () => {
    if (!running) return;
    const { dropped, gated } = running.session.counters;
    if (dropped > 0) metrics.dropped.inc(dropped);
    if (gated > 0) metrics.gated.inc(gated);
    tally.streams--;
    running.subscription.unsubscribe();
    running = undefined;
  };

  const begin = (given: Hello) => {
    hello = given;
    const chosen = [...new Set(given.models ?? context.models.names)].map((name) => {
      const model = context.models.forSession(name);
      if (model) return model;
      throw new LiveError(
        "unknown_model",
        `There is no model ${JSON.stringify(name)}; known: ${context.models.names.join(", ")}.`,
      );
    });
    const classes = new Map(chosen.map(({ info }) => [info.name, info.classes]));
    const chunks$ = new Subject<AudioChunk>();
    const { sensitivity, latencySec, gate } = given;
    const wishes = Object.entries({ sensitivity, latencySec, gate }).filter(([, value]) => value !== undefined);
    const source = { name: `connection ${id}`, chunks$, counters: noCounts() };
    const config = { ...context.defaults, ...Object.fromEntries(wishes), shed: context.shed };
    const started = session(source, chosen, config);
    const subscription = started.predictions$.subscribe({
      next(prediction) {
        metrics.predictions.inc({ model: prediction.model });
        metrics.lag.observe({ model: prediction.model }, prediction.lagMs / 1000);
        send(predictionMessage(prediction, classes.get(prediction.model) ?? []));
      },
      error(error: unknown) {
        if (error instanceof LiveError) return fail(error.code, error.message);
        context.logger.error({ id, err: error }, "session failed");
        fail("internal", "Something failed in the server.");
      },
      complete() {
        send(doneMessage(started));
        if (draining) return fail("draining", "The server is going down; connect again later.");
        release();
        socket.close(1000, "done");
      },
    });
    running = { session: started, chunks$, subscription };
    tally.streams++;
    send(
      readyMessage(
        chosen.map((model) => model.info),
        limits,
      ),
    );
  };

  const onText = (text: string) => {
    const message = parseClientMessage(text);
    if (message.type === "hello") {
      if (hello) throw new LiveError("hello_twice", "There was a hello before; open another connection.");
      return begin(message);
    }
    if (!hello) throw new LiveError("hello_first", "The first message must be hello.");
    if (ended) throw new LiveError("after_eof", "There was an eof before.");
    ended = true;
    running?.chunks$.complete();
  };

  const onAudio = (bytes: Buffer, nowMs: number) => {
    if (!hello) throw new LiveError("hello_first", "Audio came before hello.");
    if (ended) throw new LiveError("after_eof", "Audio came after eof.");
    const { sampleRate, channels } = hello;
    if (bytes.length % (2 * channels) !== 0) {
      const frame = channels === 1 ? "16-bit samples" : `frames of ${channels} 16-bit samples`;
      throw new LiveError("odd_bytes", `${bytes.length} bytes are no whole number of ${frame}.`);
    }
    const seconds = bytes.length / (2 * channels * sampleRate);
    if (!audio.take(seconds, nowMs)) {
      throw new LiveError("too_fast", `At most ${limits.maxAudioRate} s of audio a second are taken.`);
    }
    // Told early or never: later the sessions' memory of loud, low tones could look alike.
    if (samplesSeen < sampleRate * 2) {
      suspicious = looksLikeFloat32(bytes) ? suspicious + 1 : 0;
      if (suspicious === floatMessages) {
        throw new LiveError("float_audio", "The audio looks like 32-bit floats; pcm_s16le was promised.");
      }
    }
    const samples = decodePcm16(bytes, channels, scratch(bytes.length / (2 * channels)));
    const startSec = samplesSeen / sampleRate;
    samplesSeen += samples.length;
    tally.audioSec += seconds;
    lastAudioMs = nowMs;
    running?.chunks$.next({ startSec, sampleRate, samples, receivedMs: nowMs });
  };

  socket.onFault = fail;
  socket.on("message", (data: RawData, isBinary: boolean) => {
    if (reason !== "closed" || draining) return;
    const nowMs = performance.now();
    tally.messages++;
    try {
      if (!messages.take(1, nowMs))
        throw new LiveError("too_chatty", `At most ${limits.maxMessageRate} messages a second are taken.`);
      if (isBinary) onAudio(data as Buffer, nowMs);
      else onText((data as Buffer).toString("utf8"));
    } catch (error) {
      if (error instanceof LiveError) return fail(error.code, error.message);
      context.logger.error({ id, err: error }, "connection failed");
      fail("internal", "Something failed in the server.");
    }
  });
  socket.on("pong", () => {
    answered = true;
  });
  // The library's errors end the socket; onFault or close tells the rest.
  socket.on("error", (error) => context.logger.debug({ id, err: error }, "socket error"));
  socket.on("close", (code) => {
    release();
    const seconds = (performance.now() - openedMs) / 1000;
    context.logger.info({ id, code, reason, seconds, audioSec: hello ? samplesSeen / hello.sampleRate : 0 }, "closed");
  });

  return {
    sweep(nowMs) {
      if (reason !== "closed") return;
      if (!hello && nowMs - openedMs > limits.helloTimeoutMs) return fail("hello_timeout", "No hello came in time.");
      if (hello && !ended && nowMs - lastAudioMs > limits.idleTimeoutMs) {
        return fail("idle", `No audio came for ${limits.idleTimeoutMs / 1000} s.`);
      }
      if (nowMs - pingedMs < limits.pingMs) return;
      if (!answered) {
        fail("ping_timeout", "A ping was not answered.");
        return socket.terminate();
      }
      answered = false;
      pingedMs = nowMs;
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    drain() {
      if (draining || reason !== "closed") return;
      draining = true;
      if (running && !ended) running.chunks$.complete();
      else if (!running) fail("draining", "The server is going down; connect again later.");
    },
    cut: () => socket.terminate(),
  };
}
