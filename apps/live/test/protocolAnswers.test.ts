import { describe, expect, it } from "vitest";
import type { LiveEvent } from "../src/core/eventDetection.js";
import { doneMessage, predictionMessage, readyMessage } from "../src/protocol/answers.js";
import { parseServerMessage } from "../src/protocol/parse.js";
import type { LiveModelInfo } from "../src/session/model.js";
import type { SessionPrediction } from "../src/session/results.js";
import type { Session } from "../src/session/session.js";

const start: LiveEvent = { kind: "start", label: "b", startSec: 1.5, probability: 0.9 };
const end: LiveEvent = { kind: "end", label: "a", startSec: 0.5, endSec: 1.5, probability: 0.8 };
const prediction: SessionPrediction = {
  model: "digits",
  startSec: 1 / 3,
  endSec: 4 / 3,
  lagMs: 1.23456,
  probabilities: [0.25, 0.75],
  events: [],
  dropped: 2,
};
const answerTo = (change: Partial<SessionPrediction> = {}) =>
  predictionMessage({ ...prediction, ...change }, ["a", "b"]);
/** What a client reads out of a message. */
const sent = (message: unknown) => parseServerMessage(JSON.stringify(message));

describe("predictionMessage", () => {
  it("rounds times to the microsecond, and leaves out what there is not", () => {
    expect(sent(answerTo())).toEqual({
      type: "prediction",
      model: "digits",
      startSec: 0.333333,
      endSec: 1.333333,
      lagMs: 1.235,
      probabilities: { a: 0.25, b: 0.75 },
      dropped: 2,
    });
  });

  it("tells a start, an end, and an end within the start that replaced it", () => {
    expect(sent(answerTo({ events: [start] }))).toMatchObject({ event: start });
    expect(sent(answerTo({ events: [end] }))).toMatchObject({ event: end });
    const { kind: _, ...ended } = end;
    expect(sent(answerTo({ events: [end, start] }))).toMatchObject({ event: { ...start, ended } });
  });

  it("says why a window was not judged", () => {
    expect(sent(answerTo({ notJudged: "too quiet" }))).toMatchObject({ notJudged: "too quiet" });
  });
});

describe("readyMessage", () => {
  it("gives the longest window and the shortest step, and of models and limits no more than clients need", () => {
    const model = {
      ...{
        name: "a",
        task: "digits",
        title: "A",
        classes: ["0"],
        windowSec: 1,
        stepSec: 0.5,
        threshold: 0.5,
        ignore: [],
      },
      features: { sampleRate: 22_050, secret: "mfcc" },
      secret: "path",
    } as unknown as LiveModelInfo;
    const limits = { maxMessageBytes: 1, maxAudioRate: 2, burstSec: 3, maxConnections: 4 };
    const message = readyMessage([model, { ...model, name: "b", windowSec: 2, stepSec: 0.25 }], limits);
    expect(sent(message)).toMatchObject({
      windowSec: 2,
      stepSec: 0.25,
      models: [{ name: "a", sampleRate: 22_050 }, { name: "b" }],
    });
    expect(JSON.stringify(message)).not.toMatch(/secret|maxConnections/);
  });
});

describe("doneMessage", () => {
  it("counts, and tells the ends of events alone", () => {
    const session = {
      counters: { audioSec: 2 / 3, predictions: 5, dropped: 1, gated: 2 },
      endings: () => [
        { model: "digits", event: end },
        { model: "digits", event: start },
      ],
    } as unknown as Session;
    const { kind: _, ...ended } = end;
    expect(sent(doneMessage(session))).toEqual({
      type: "done",
      audioSec: 0.666667,
      predictions: 5,
      dropped: 1,
      gated: 2,
      ended: [{ ...ended, model: "digits" }],
    });
  });
});
