import { existsSync, rmSync } from "node:fs";
import { extractFeatures } from "@earshot/dsp";
import { describe, expect, it, vi } from "vitest";
import { startInference } from "../src/inference/inference.js";
import { startServer } from "../src/server/startServer.js";
import { logMel, meanModel, silent, testSignal } from "./fixtures.js";
import { came } from "./models/native.js";

const module = (name: string) => ({ module: new URL(`./models/${name}.ts`, import.meta.url).href });
const windows = Array.from({ length: 50 }, (_, i) => extractFeatures(testSignal(1, 16_000, i + 1), logMel));

describe("startInference", () => {
  it("answers windows of many in few calls, each as if it were alone", async () => {
    const batches: number[] = [];
    const inference = await startInference({
      models: [module("level")],
      maxBatch: 20,
      batchWaitMs: 20,
      onBatch: (_, count) => batches.push(count),
    });
    try {
      const answers = await Promise.all(windows.map(({ data }) => inference.predict("level", data)));
      const model = meanModel("level");
      for (const [i, answer] of answers.entries()) {
        const want = (await model.predict(windows[i])) as number[];
        expect(answer[0]).toBeCloseTo(want[0], 6);
        expect(answer).toHaveLength(2);
      }
      expect(batches.reduce((a, b) => a + b, 0)).toBe(50);
      expect(Math.max(...batches)).toBe(20);
      expect(inference.pending).toBe(0);
    } finally {
      await inference.close();
    }
  });

  it("refuses unknown models and more windows than may wait, and lets nobody wait for ever when closed", async () => {
    const inference = await startInference({ models: [module("level")], maxQueue: 2, batchWaitMs: 100 });
    const ask = () => inference.predict("level", windows[0].data);
    await expect(inference.predict("moods", windows[0].data)).rejects.toThrow('There is no model "moods".');
    const waiting = [ask(), ask()].map((answer) => expect(answer).rejects.toThrow("The server closed."));
    await expect(ask()).rejects.toThrow("The inference queue is full.");
    await inference.close();
    await Promise.all(waiting);
  });

  it("ends a worker that is in native code only after it came back, for Node would end the process", async () => {
    const lost: string[] = [];
    const onWorkerLost = (reason: string) => lost.push(reason);
    const inference = await startInference({ models: [module("native")], timeoutMs: 200, onWorkerLost });
    // The first goes at once; the others wait for it, go together, and are tried again one by one.
    await Promise.all(windows.slice(0, 3).map(({ data }) => inference.predict("native", data)));
    expect(lost[0]).toBe("native did not answer within 200 ms.");
    await inference.close();
    await vi.waitFor(() => expect(existsSync(came)).toBe(true), 10_000);
    rmSync(came);
  });

  it("names the parameter, the rule and the value", async () => {
    await expect(startInference({ models: [module("level")], maxBatch: 0 })).rejects.toThrow(
      new RangeError("startInference: maxBatch must be a whole number of at least 1, got 0."),
    );
    await expect(startInference({ models: [module("level")], batchWaitMs: 1000 })).rejects.toThrow(
      new RangeError("startInference: batchWaitMs must be in [0, 100], got 1000."),
    );
  });
});

describe("startServer", () => {
  it("refuses a model that this machine cannot keep up with", async () => {
    await expect(startServer({ models: [module("slow")], page: false, logger: silent })).rejects.toThrow(
      /^startServer: slow takes \d+ ms a window on this machine, more than its step of 250 ms; set a longer stepSec\.$/,
    );
  });
});
