import { type Chance, type FuzzTarget, keptInputs, mutate, mutateJson } from "@earshot/testing/fuzz";
import { LiveError } from "../src/protocol/errorCodes.js";
import { parseClientMessage, parseServerMessage } from "../src/protocol/parse.js";

/** What a live client may send, and what it may be sent. */
export function fuzzTargets(): FuzzTarget[] {
  const all: FuzzTarget[] = [
    {
      name: "client messages",
      seeds: [
        hello,
        { ...hello, models: ["digits", "emotion"], sensitivity: 0.5, latencySec: 1, gate: true },
        { type: "eof" },
      ].map(utf8),
      damage,
      run: (bytes) => parseClientMessage(decode(bytes)).type.length,
      allows: isNamed,
    },
    {
      name: "server messages",
      seeds: [ready, prediction, done, { type: "error", code: "idle", message: "No audio came." }].map(utf8),
      damage,
      run: (bytes) => parseServerMessage(decode(bytes)).type.length,
      allows: isNamed,
    },
  ];
  return all.map((target) => ({ ...target, seeds: [...target.seeds, ...keptInputs(import.meta.url, target.name)] }));
}

const hello = { type: "hello", v: 1, sampleRate: 48_000, channels: 2, encoding: "pcm_s16le" };
const model = { name: "digits", task: "digits", title: "Digits", classes: ["0", "1"], windowSec: 1, stepSec: 0.25 };
const ready = {
  type: "ready",
  v: 1,
  models: [{ ...model, threshold: 0.5, ignore: ["0"] }],
  windowSec: 1,
  stepSec: 0.25,
  limits: { maxMessageBytes: 65_536, maxAudioRate: 4, burstSec: 20 },
};
const span = { label: "1", startSec: 1, probability: 0.9 };
const prediction = {
  type: "prediction",
  model: "digits",
  startSec: 0,
  endSec: 1,
  lagMs: 3.5,
  probabilities: { 0: 0.1, 1: 0.9 },
  notJudged: "silent",
  event: { kind: "start", ...span, ended: { ...span, endSec: 2 } },
  dropped: 0,
};
const done = {
  type: "done",
  audioSec: 3,
  predictions: 9,
  dropped: 0,
  gated: 0,
  ended: [{ ...span, endSec: 2, model: "a" }],
};

const utf8 = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const isNamed = (error: unknown): boolean => error instanceof LiveError && /\.$/.test(error.message);

/** Mostly the tree, sometimes the bytes. */
function damage(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  if (chance.next() < 0.2) return mutate(seed, other, chance);
  try {
    return new TextEncoder().encode(mutateJson(decode(seed), decode(other), chance));
  } catch {
    return mutate(seed, other, chance);
  }
}
