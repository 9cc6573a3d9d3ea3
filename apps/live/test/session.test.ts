import type { FeatureConfig } from "@earshot/dsp";
import * as dsp from "@earshot/dsp";
import fc from "fast-check";
import { firstValueFrom, lastValueFrom, NEVER, type Observable, of, Subject, take, throwError, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../src/core/types.js";
import { features } from "../src/operators/features.js";
import { predictClip } from "../src/session/predictClip.js";
import { session } from "../src/session/session.js";
import { clipSource } from "../src/sources/clipSource.js";
import { type AudioSource, noCounts } from "../src/sources/types.js";
import { logMel, meanModel, testSignal } from "./fixtures.js";

const source = (chunks$: Observable<AudioChunk>): AudioSource => ({ name: "test", chunks$, counters: noCounts() });

/** The clip cut at the given lengths, over and over. */
function chunked(samples: Float32Array, sampleRate: number, sizes: readonly number[]): AudioChunk[] {
  const chunks: AudioChunk[] = [];
  for (let at = 0, i = 0; at < samples.length; i++) {
    const end = Math.min(samples.length, at + sizes[i % sizes.length]);
    chunks.push({ startSec: at / sampleRate, sampleRate, samples: samples.subarray(at, end), receivedMs: 0 });
    at = end;
  }
  return chunks;
}

const configs: Record<string, FeatureConfig> = {
  "log-mel frames": logMel,
  "log-mel with a range limit, derivatives, normalised and pooled": {
    ...logMel,
    topDb: 60,
    deltas: 2,
    normalize: "meanVariance",
    pool: { statistics: ["mean", "std", "max"], segments: 2 },
  },
  "MFCC of one length": {
    kind: "mfcc",
    sampleRate: 16_000,
    nFft: 400,
    hopLength: 160,
    center: false,
    topDb: null,
    durationSec: 1,
  },
  "centred MFCC with pre-emphasis, whose frames cannot be shared": {
    kind: "mfcc",
    sampleRate: 16_000,
    nFft: 512,
    hopLength: 200,
    preEmphasis: 0.97,
    pool: {},
  },
  "LFCC at another rate": { kind: "lfcc", sampleRate: 8000, center: false, topDb: null, pool: {} },
};

describe("session", () => {
  it.each(Object.entries(configs))("equals batch prediction within 1e-6: %s", async (_, config) => {
    const clip = { samples: testSignal(3.3, 22_050), sampleRate: 22_050 };
    const model = meanModel("m", config);
    const want = await predictClip(clip, model);
    const chunks = chunked(clip.samples, clip.sampleRate, [441, 1, 1000, 7, 0, 3000]);
    const { predictions$ } = session(source(of(...chunks)), [model], { latencySec: 0, capacity: 1000 });
    const got = await lastValueFrom(predictions$.pipe(toArray()));
    expect(got.length).toBe(want.length);
    for (const [i, prediction] of got.entries()) {
      expect(prediction.startSec).toBeCloseTo(want[i].startSec, 9);
      expect(prediction.endSec).toBeCloseTo(want[i].endSec, 9);
      for (const [c, p] of prediction.probabilities.entries()) {
        expect(Math.abs(p - want[i].probabilities[c])).toBeLessThan(1e-6);
      }
    }
  });

  it("equals batch prediction under any chunking and length", async () => {
    const model = meanModel("m", logMel, 0.5, 0.2);
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 30_000 }), async (cuts, length) => {
        const clip = { samples: testSignal(2).subarray(0, length), sampleRate: 16_000 };
        const want = await predictClip(clip, model);
        const { predictions$ } = session(source(of(...chunked(clip.samples, 16_000, cuts))), [model], {
          latencySec: 0,
          capacity: 1000,
        });
        const got = await lastValueFrom(predictions$.pipe(toArray()));
        expect(got.map((p) => [p.startSec, p.endSec])).toEqual(want.map((p) => [p.startSec, p.endSec]));
        for (const [i, p] of got.entries()) {
          expect(Math.abs(p.probabilities[0] - want[i].probabilities[0])).toBeLessThan(1e-6);
        }
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  it("gives several models their own windows of shared frames", async () => {
    const models = [
      meanModel("one", logMel, 1, 0.25),
      meanModel("two", logMel, 2, 0.5),
      meanModel("own", configs["LFCC at another rate"]),
    ];
    const clip = { samples: testSignal(3), sampleRate: 16_000 };
    const run = session(clipSource(clip, { pace: "fast", chunkMs: 100 }), models, { latencySec: 0 });
    const got = await lastValueFrom(run.predictions$.pipe(toArray()));
    for (const model of models) {
      const mine = got.filter((p) => p.model === model.info.name);
      const want = await predictClip(clip, model);
      expect(mine.map((p) => p.startSec)).toEqual(want.map((p) => p.startSec));
      for (const [i, p] of mine.entries()) {
        expect(Math.abs(p.probabilities[0] - want[i].probabilities[0])).toBeLessThan(1e-6);
      }
    }
    expect(run.counters).toMatchObject({ predictions: got.length, dropped: 0, gated: 0 });
    expect(run.counters.audioSec).toBeCloseTo(3, 9);
  });

  it("pads the last window with silence unless told to drop it, and answers nothing to nothing", async () => {
    const chunks = chunked(testSignal(0.3), 16_000, [1600]);
    const ends = async (given: AudioChunk[], tail: "pad" | "drop") => {
      const { predictions$ } = session(source(of(...given)), [meanModel("m")], { tail });
      return (await lastValueFrom(predictions$.pipe(toArray()))).map((p) => p.endSec);
    };
    expect(await ends(chunks, "pad")).toEqual([1]);
    expect(await ends(chunks, "drop")).toEqual([]);
    expect(await ends([], "pad")).toEqual([]);
  });

  it("drops the oldest windows of a model that cannot keep up, counts them, and leaves other models alone", async () => {
    const slow = meanModel("slow");
    const answer = slow.predict;
    slow.predict = (x) => new Promise((done) => setTimeout(() => done(answer(x)), 30));
    const run = session(source(of(...chunked(testSignal(4), 16_000, [1600]))), [slow, meanModel("quick")], {
      capacity: 2,
      latencySec: 0,
    });
    const got = await lastValueFrom(run.predictions$.pipe(toArray()));
    const ofSlow = got.filter((p) => p.model === "slow");
    expect(ofSlow.map((p) => p.endSec)).toEqual([1, 3.75, 4]);
    expect(ofSlow[2].dropped).toBe(10);
    expect(run.counters.dropped).toBe(10 + (13 - got.filter((p) => p.model === "quick").length));
  });

  it("leaves out windows in which nobody is heard, and counts them", async () => {
    const samples = new Float32Array(16_000 * 6);
    samples.set(testSignal(2), 32_000);
    const run = session(source(of(...chunked(samples, 16_000, [320]))), [meanModel("m")], {
      gate: true,
      capacity: 100,
    });
    const got = await lastValueFrom(run.predictions$.pipe(toArray()));
    expect(got[0].endSec).toBeCloseTo(2.25, 6);
    expect(got[got.length - 1].startSec).toBeLessThan(4.5);
    expect(run.counters.gated).toBe(21 - got.length);
  });

  it("smooths, and tells when events start and end", async () => {
    const loud = {
      ...meanModel("loud"),
      predict: ({ data }: { data: Float32Array }) => (data[data.length - 1] > -60 ? [0.95, 0.05] : [0.05, 0.95]),
    };
    loud.info = { ...loud.info, ignore: ["low"] };
    const samples = new Float32Array(16_000 * 6);
    samples.set(
      testSignal(2).map((v) => v * 2),
      32_000,
    );
    const run = session(source(of(...chunked(samples, 16_000, [1600]))), [loud], { latencySec: 0, capacity: 100 });
    const events = (await lastValueFrom(run.predictions$.pipe(toArray()))).flatMap((p) => p.events);
    expect(events.map((e) => [e.kind, e.label])).toEqual([
      ["start", "high"],
      ["end", "high"],
    ]);
    expect(events[0].startSec).toBeCloseTo(2.25, 6);
    expect(run.endings()).toEqual([]);
  });

  it("ends with the error of a model, of the source, and of samples that are not finite", async () => {
    const broken = { ...meanModel("m"), predict: () => Promise.reject(new Error("model failed")) };
    const chunks = chunked(testSignal(1), 16_000, [16_000]);
    const outcome = (run: ReturnType<typeof session>) => lastValueFrom(run.predictions$);
    await expect(outcome(session(source(of(...chunks)), [broken]))).rejects.toThrow("model failed");
    const lost = throwError(() => new Error("device lost"));
    await expect(outcome(session(source(lost), [meanModel("m")]))).rejects.toThrow("device lost");
    const nan = { ...chunks[0], samples: Float32Array.of(Number.NaN) };
    await expect(outcome(session(source(of(nan, ...chunks)), [meanModel("m")]))).rejects.toThrow(RangeError);
  });

  it("lets go of its source when unsubscribed, also in the middle of a window", () => {
    const chunks$ = new Subject<AudioChunk>();
    const subscription = session(source(chunks$), [meanModel("m")]).predictions$.subscribe();
    chunks$.next(chunked(testSignal(0.5), 16_000, [8000])[0]);
    expect(chunks$.observed).toBe(true);
    subscription.unsubscribe();
    expect(chunks$.observed).toBe(false);
  });

  it("counts lag from the arrival of a window's last sample", async () => {
    const chunk = { ...chunked(testSignal(1), 16_000, [16_000])[0], receivedMs: performance.now() - 500 };
    const prediction = await firstValueFrom(session(source(of(chunk)), [meanModel("m")]).predictions$.pipe(take(1)));
    expect(prediction.lagMs).toBeGreaterThan(499);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => session(source(NEVER), [])).toThrow(
      new RangeError("session: at least one model is needed, got none."),
    );
    expect(() => session(source(NEVER), [meanModel("m")], { sensitivity: 2 })).toThrow(
      new RangeError("session: sensitivity must be in [0, 1], got 2."),
    );
    expect(() => session(source(NEVER), [meanModel("m", logMel, 0.01)])).toThrow(
      new RangeError("planWindows: a window of 0.01 s is shorter than a frame (512 samples)."),
    );
  });
});

describe("features", () => {
  it("concatenates to the batch result under any chunking", async () => {
    const samples = testSignal(1.7);
    const want = dsp.extractFeatures(samples, logMel);
    const chunks = chunked(samples, 16_000, [100, 3000, 1]);
    const frames = await lastValueFrom(of(...chunks).pipe(features(logMel), toArray()));
    const got = frames.flatMap((f) => [...f.frames.data]);
    expect(got.length).toBe(want.data.length);
    for (const [i, v] of got.entries()) expect(Math.abs(v - want.data[i])).toBeLessThan(1e-4);
  });

  it("refuses audio of another rate", async () => {
    const [chunk] = chunked(testSignal(0.1, 8000), 8000, [800]);
    await expect(lastValueFrom(of(chunk).pipe(features(logMel)))).rejects.toThrow(
      new RangeError("features: chunks must have 16000 Hz, got 8000."),
    );
  });
});
