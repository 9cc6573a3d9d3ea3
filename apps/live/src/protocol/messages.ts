import { z } from "zod";

/** Version of the protocol; PROTOCOL.md says what it holds. */
export const protocolVersion = 1;

/** Name of the WebSocket subprotocol. A token travels as a second one, `earshot.token.` and the token in base64url. */
export const subprotocol = "earshot.v1";
/** What stands before the token among the subprotocols that a client offers: browsers cannot send headers. */
export const tokenPrefix = "earshot.token.";

const modelName = z.string().min(1).max(64);

/** First message of a client. */
export const helloSchema = z.strictObject({
  type: z.literal("hello"),
  v: z.number(),
  /** Hz. */
  sampleRate: z.int().min(8000).max(192_000),
  /** Interleaved channels; they are averaged. */
  channels: z.int().min(1).max(8),
  encoding: z.literal("pcm_s16le"),
  /** Names from the server's list (default all of them). */
  models: z.array(modelName).min(1).max(16).optional(),
  /** How easily events start: 0.5 keeps each model's threshold, 1 lowers it to a half, 0 raises it half-way to 1. */
  sensitivity: z.number().min(0).max(1).optional(),
  /** How far back predictions are averaged, s. */
  latencySec: z.number().min(0).max(10).optional(),
  /** Leave out windows in which nobody can be heard (default false). */
  gate: z.boolean().optional(),
});

/** Ends the audio: what is waiting is worked off, then `done` comes. */
export const eofSchema = z.strictObject({ type: z.literal("eof") });

/** What a client may send as text. */
export const clientMessageSchema = z.discriminatedUnion("type", [helloSchema, eofSchema]);

/** A model as clients see it. */
export const modelInfoSchema = z.object({
  name: modelName,
  /** What it listens for, in a word: `emotion`, `spoof`, `sounds`, `digits`, or another. */
  task: z.string(),
  title: z.string(),
  classes: z.array(z.string()),
  windowSec: z.number(),
  stepSec: z.number(),
  /** What its features are made at, Hz: audio of a lower rate lacks what the model was trained on. */
  sampleRate: z.number().optional(),
  /** Probability at which an event starts. */
  threshold: z.number(),
  /** Classes that make no events. */
  ignore: z.array(z.string()),
});

/** Server's answer to `hello`: the models, and how often they judge. */
export const readySchema = z.object({
  type: z.literal("ready"),
  v: z.literal(protocolVersion),
  models: z.array(modelInfoSchema),
  /** Longest window, and shortest step, of the models. */
  windowSec: z.number(),
  stepSec: z.number(),
  limits: z.object({
    /** Bytes in a message, at most. */
    maxMessageBytes: z.number(),
    /** Seconds of audio a second, at most, after a burst of `burstSec`. */
    maxAudioRate: z.number(),
    burstSec: z.number(),
  }),
});

const interval = { label: z.string(), startSec: z.number(), probability: z.number() };
const endedSchema = z.object({ ...interval, endSec: z.number() });

/** A start that replaces a running event carries the end of that one. */
export const eventSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("start"), ...interval, ended: endedSchema.optional() }),
  z.object({ kind: z.literal("end"), ...interval, endSec: z.number() }),
]);

/** What a model heard in a window. */
export const predictionSchema = z.object({
  type: z.literal("prediction"),
  model: modelName,
  startSec: z.number(),
  endSec: z.number(),
  /** From the arrival of the window's last sample to the sending of this message, ms. */
  lagMs: z.number(),
  /** By class; they sum to 1. */
  probabilities: z.record(z.string(), z.number()),
  /** Set where the window is unlike anything the model was trained on: why, in words for people. It makes no events. */
  notJudged: z.string().optional(),
  event: eventSchema.optional(),
  /** Windows of this model dropped so far because it could not keep up. */
  dropped: z.number(),
});

/** Last message after `eof`: everything is worked off. */
export const doneSchema = z.object({
  type: z.literal("done"),
  /** Audio received, s. */
  audioSec: z.number(),
  predictions: z.number(),
  dropped: z.number(),
  /** Windows left out because nobody could be heard. */
  gated: z.number(),
  /** Events that were running when the audio ended. */
  ended: z.array(endedSchema.extend({ model: modelName })),
});

/** Why the connection ends. */
export const errorSchema = z.object({ type: z.literal("error"), code: z.string(), message: z.string() });

/** What a server may send as text. */
export const serverMessageSchema = z.discriminatedUnion("type", [
  readySchema,
  predictionSchema,
  doneSchema,
  errorSchema,
]);

/** First message of a client. */
export type Hello = z.infer<typeof helloSchema>;
/** Any message of a client in text. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;
/** What a server says of a model. */
export type ModelInfo = z.infer<typeof modelInfoSchema>;
/** See {@link readySchema}. */
export type Ready = z.infer<typeof readySchema>;
/** Start or end of something heard. */
export type EventMessage = z.infer<typeof eventSchema>;
/** See {@link predictionSchema}. */
export type PredictionMessage = z.infer<typeof predictionSchema>;
/** See {@link doneSchema}. */
export type Done = z.infer<typeof doneSchema>;
/** See {@link errorSchema}. */
export type ErrorMessage = z.infer<typeof errorSchema>;
/** Any message of a server. */
export type ServerMessage = z.infer<typeof serverMessageSchema>;
