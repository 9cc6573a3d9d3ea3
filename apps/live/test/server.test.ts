import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLiveClient } from "../src/client/index.js";
import { streamClip } from "../src/client/streamClip.js";
import { encodePcm16 } from "../src/core/pcm.js";
import type { PredictionMessage } from "../src/protocol/messages.js";
import { type LiveServer, startServer } from "../src/server/startServer.js";
import { predictClip } from "../src/session/predictClip.js";
import { logMel, meanModel, testSignal } from "./fixtures.js";

const module = (name: string) => ({ module: new URL(`./models/${name}.ts`, import.meta.url).href });

describe("startServer", () => {
  let server: LiveServer;
  beforeAll(async () => {
    server = await startServer({ models: [module("level")], page: false });
  });
  afterAll(() => server.close());

  it("answers a session as batch prediction does, within 1e-6", async () => {
    const predictions: PredictionMessage[] = [];
    const clip = { samples: testSignal(2.6), sampleRate: 16_000 };
    const client = createLiveClient({
      url: server.url,
      sampleRate: 16_000,
      latencySec: 0,
      onPrediction: (p) => predictions.push(p),
    });
    const done = await streamClip(client, clip);
    const heard = {
      ...clip,
      samples: Float32Array.from(new Int16Array(encodePcm16(clip.samples).buffer), (v) => v / 32768),
    };
    const want = await predictClip(heard, meanModel("level", logMel));
    expect(done).toMatchObject({ predictions: want.length, dropped: 0 });
    expect(predictions.map((p) => p.startSec)).toEqual(want.map((p) => p.startSec));
    for (const [i, p] of predictions.entries())
      expect(Math.abs(p.probabilities.high - want[i].probabilities[0])).toBeLessThan(1e-6);
  });
});
