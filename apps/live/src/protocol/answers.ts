import type { LiveEvent } from "../core/eventDetection.js";
import type { LiveModelInfo } from "../session/model.js";
import type { SessionPrediction } from "../session/results.js";
import type { Session } from "../session/session.js";
import {
  type Done,
  type EventMessage,
  type ModelInfo,
  type PredictionMessage,
  protocolVersion,
  type Ready,
} from "./messages.js";

/** The answer to `hello`. */
export function readyMessage(models: readonly LiveModelInfo[], limits: Ready["limits"]): Ready {
  const { maxMessageBytes, maxAudioRate, burstSec } = limits;
  return {
    type: "ready",
    v: protocolVersion,
    models: models.map(publicInfo),
    windowSec: Math.max(...models.map((model) => model.windowSec)),
    stepSec: Math.min(...models.map((model) => model.stepSec)),
    limits: { maxMessageBytes, maxAudioRate, burstSec },
  };
}

/** A model as clients see it. */
export function publicInfo({
  name,
  task,
  title,
  classes,
  windowSec,
  stepSec,
  features,
  threshold,
  ignore,
}: LiveModelInfo): ModelInfo {
  return { name, task, title, classes, windowSec, stepSec, sampleRate: features.sampleRate, threshold, ignore };
}

/** A prediction as clients see it: times to the microsecond, probabilities to 1e-8. */
export function predictionMessage(prediction: SessionPrediction, classes: readonly string[]): PredictionMessage {
  const { model, startSec, endSec, lagMs, probabilities, notJudged, events, dropped } = prediction;
  const event = eventMessage(events);
  return {
    type: "prediction",
    model,
    startSec: round(startSec, 1e6),
    endSec: round(endSec, 1e6),
    lagMs: round(lagMs, 1e3),
    probabilities: Object.fromEntries(classes.map((label, i) => [label, round(probabilities[i], 1e8)])),
    ...(notJudged !== undefined && { notJudged }),
    ...(event && { event }),
    dropped,
  };
}

/** One message for what happened at one step: at most the end of one event and the start of the next. */
function eventMessage(events: readonly LiveEvent[]): EventMessage | undefined {
  const start = events.find((event) => event.kind === "start");
  const end = events.find((event) => event.kind === "end");
  if (!start) return end;
  if (!end) return start;
  const { kind: _, ...ended } = end;
  return { ...start, ended };
}

/** The last message of a session that ended as it should. */
export function doneMessage(session: Session): Done {
  const { audioSec, predictions, dropped, gated } = session.counters;
  const ended = session.endings().flatMap(({ model, event }) => {
    if (event.kind !== "end") return [];
    const { label, startSec, endSec, probability } = event;
    return [{ model, label, startSec, endSec, probability }];
  });
  return { type: "done", audioSec: round(audioSec, 1e6), predictions, dropped, gated, ended };
}

const round = (value: number, parts: number): number => Math.round(value * parts) / parts;
