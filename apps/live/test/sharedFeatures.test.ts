import * as dsp from "@earshot/dsp";
import { lastValueFrom, toArray } from "rxjs";
import { describe, expect, it, vi } from "vitest";
import { session } from "../src/session/session.js";
import { clipSource } from "../src/sources/clipSource.js";
import { logMel, meanModel, testSignal } from "./fixtures.js";

vi.mock("@earshot/dsp", async (original) => {
  const module = await original<typeof dsp>();
  return {
    ...module,
    createFeatureStream: vi.fn(module.createFeatureStream),
    resampleStream: vi.fn(module.resampleStream),
  };
});

describe("a session of several models", () => {
  it("resamples once a rate and computes features once a config, whatever each model does with them", async () => {
    const models = [
      meanModel("frames", logMel),
      meanModel("pooled", { ...logMel, topDb: 80, deltas: 1, pool: {} }, 2, 0.5),
      // The same config with its keys in another order.
      meanModel("again", Object.fromEntries(Object.entries(logMel).reverse()) as unknown as dsp.LogMelConfig),
      meanModel("cut", { ...logMel, durationSec: 1, durationAlign: "center" }),
      meanModel("finer", { ...logMel, nMels: 30 }),
    ];
    const clip = { samples: testSignal(2.5, 44_100), sampleRate: 44_100 };
    const { predictions$ } = session(clipSource(clip, { pace: "fast" }), models);
    const predictions = await lastValueFrom(predictions$.pipe(toArray()));
    expect(new Set(predictions.map(({ model }) => model)).size).toBe(5);
    expect(dsp.createFeatureStream).toHaveBeenCalledTimes(2);
    expect(dsp.resampleStream).toHaveBeenCalledTimes(1);
  });
});
