import fc from "fast-check";
import { lastValueFrom, of, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { verdictOf } from "../page/view/modelCard.js";
import { createLevels } from "../src/core/levels.js";
import { predictionMessage } from "../src/protocol/answers.js";
import { predictionSchema } from "../src/protocol/messages.js";
import type { LiveModel } from "../src/session/model.js";
import { predictClip } from "../src/session/predictClip.js";
import { strangeLevel } from "../src/session/reference.js";
import { session } from "../src/session/session.js";
import { noCounts } from "../src/sources/types.js";
import { meanModel, testSignal } from "./fixtures.js";

const levels = { seen: [-40, -12], alike: [-60, 8] } as { seen: [number, number]; alike: [number, number] };

function likeTraining(): LiveModel {
  const model = meanModel("m");
  return { info: { ...model.info, levels, threshold: 0.05, ignore: ["low"] }, predict: model.predict };
}

/** A second each of sound, sound 60 dB below it, silence, and sound. */
function clipOf(sampleRate: number) {
  const samples = testSignal(4, sampleRate);
  for (let i = sampleRate; i < 2 * sampleRate; i++) samples[i] /= 1000;
  samples.fill(0, 2 * sampleRate, 3 * sampleRate);
  return { samples, sampleRate };
}

async function heard(clip: ReturnType<typeof clipOf>, cuts: readonly number[], latencySec = 0) {
  const chunks = [];
  for (let at = 0, i = 0; at < clip.samples.length; i++) {
    const end = Math.min(clip.samples.length, at + cuts[i % cuts.length]);
    const samples = clip.samples.subarray(at, end);
    chunks.push({ startSec: at / clip.sampleRate, sampleRate: clip.sampleRate, samples, receivedMs: 0 });
    at = end;
  }
  const source = { name: "test", chunks$: of(...chunks), counters: noCounts() };
  const running = session(source, [likeTraining()], { latencySec, capacity: 1000 });
  return lastValueFrom(running.predictions$.pipe(toArray()));
}

describe("session", () => {
  it("says why windows that are silent or too quiet for the model are not judged", async () => {
    const said = await heard(clipOf(16_000), [320]);
    const at = (startSec: number) => said.find((p) => Math.abs(p.startSec - startSec) < 1e-9)?.notJudged;
    expect(at(0)).toBeUndefined();
    expect(at(1)).toMatch(/^too quiet \(-\d\d dBFS, training -40 to -12\)$/);
    expect(at(2)).toBe("silent");
    expect(at(3)).toBeUndefined();
  });

  it.each([16_000, 44_100])(
    "does not judge the same windows as batch prediction, at %i Hz in any chunks",
    async (rate) => {
      const clip = clipOf(rate);
      const want = await predictClip(clip, likeTraining());
      expect(new Set(want.map((p) => p.notJudged)).size).toBeGreaterThan(2);
      const sizes = fc.array(fc.integer({ min: 50, max: 60_000 }), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(sizes, async (cuts) => {
          const got = await heard(clip, cuts);
          expect(got.map((p) => p.notJudged)).toEqual(want.map((p) => p.notJudged));
          for (const [i, p] of got.entries()) {
            expect(Math.abs(p.probabilities[0] - want[i].probabilities[0])).toBeLessThan(1e-6);
          }
        }),
        { seed: 3, numRuns: 8 },
      );
    },
  );

  it("ends events in what is not judged, and averages none of it", async () => {
    const clip = clipOf(16_000);
    const plain = await heard(clip, [320]);
    const said = await heard(clip, [320], 0.5);
    const began = said.flatMap(({ events }) => events.filter((event) => event.kind === "start"));
    expect(began).toHaveLength(2);
    const ended = said.flatMap(({ events }) => events.filter((event) => event.kind === "end"));
    expect(ended[0].endSec).toBe(said.find((p) => p.notJudged !== undefined)?.endSec);
    for (const [i, p] of said.entries()) {
      if (p.notJudged !== undefined) expect(p.probabilities).toEqual(plain[i].probabilities);
    }
    const again = said.findIndex((p, i) => i > 0 && said[i - 1].notJudged !== undefined && p.notJudged === undefined);
    expect(said[again].probabilities).toEqual(plain[again].probabilities);
  });

  it("judges all windows of a model that tells no levels", async () => {
    const said = await predictClip(clipOf(16_000), meanModel("m"));
    expect(said.every((p) => !("notJudged" in p))).toBe(true);
  });
});

describe("createLevels", () => {
  it("measures the 95th percentile of the power of 30 ms frames, wherever a stretch lies", () => {
    const samples = testSignal(3, 8000);
    const twin = (from: number, to: number) => {
      const powers = [];
      for (let at = from; at < to; at += 240) {
        const frame = samples.subarray(at, Math.min(to, at + 240));
        powers.push(frame.reduce((sum, v) => sum + v * v, 0) / frame.length);
      }
      powers.sort((a, b) => a - b);
      return 10 * Math.log10(powers[Math.floor(0.95 * (powers.length - 1))]);
    };
    const all = createLevels(10);
    all.process(samples, 8000);
    for (const [start, end] of [
      [0, 1],
      [0.25, 1.25],
      [1.5, 3],
    ]) {
      expect(all.levelDb(start, end)).toBeCloseTo(twin(start * 8000, end * 8000), 6);
    }
    expect(all.levelDb(3, 4)).toBe(-120);
    expect(createLevels(1).levelDb(0, 1)).toBe(-120);
  });

  it("forgets what lies further back than it was told to keep", () => {
    const levels = createLevels(0.5);
    const loud = new Float32Array(8000).fill(0.5);
    for (let at = 0; at < 10; at++) levels.process(loud, 8000);
    expect(levels.levelDb(0, 1)).toBe(-120);
    expect(levels.levelDb(9.5, 10)).toBeCloseTo(20 * Math.log10(0.5), 6);
  });
});

describe("strangeLevel", () => {
  it("tells silence, too quiet and too loud, and takes both ends for alike", () => {
    expect(strangeLevel(levels, -120)).toBe("silent");
    expect(strangeLevel({ ...levels, alike: [-130, 8] }, -100)).toBe("silent");
    expect(strangeLevel(levels, -60)).toBeUndefined();
    expect(strangeLevel({ ...levels, alike: [-60, -6] }, -5)).toBe("too loud (-5 dBFS, training -40 to -12)");
    expect(strangeLevel({ ...levels, alike: [-60, -6] }, -6)).toBeUndefined();
  });
});

describe("protocol", () => {
  it("carries the reason to clients, and nothing where there is none", () => {
    const prediction = {
      model: "m",
      startSec: 0,
      endSec: 1,
      lagMs: 1,
      probabilities: [0.4, 0.6],
      events: [],
      dropped: 0,
    };
    const message = predictionMessage({ ...prediction, notJudged: "silent" }, ["a", "b"]);
    expect(predictionSchema.parse(JSON.parse(JSON.stringify(message)))).toMatchObject({ notJudged: "silent" });
    expect(predictionMessage(prediction, ["a", "b"])).not.toHaveProperty("notJudged");
  });
});

describe("verdictOf", () => {
  it("names a detector's target from its threshold on, also below one half", () => {
    const detector = { classes: ["bonafide", "spoof"], ignore: ["bonafide"] };
    expect(verdictOf({ bonafide: 0.6, spoof: 0.4 }, detector, 0.33)).toEqual({ label: "spoof", sure: true });
    expect(verdictOf({ bonafide: 0.7, spoof: 0.3 }, detector, 0.33)).toEqual({ label: "bonafide", sure: true });
    expect(verdictOf({ bonafide: 0.4, spoof: 0.6 }, detector, 0.8)).toEqual({ label: "spoof", sure: false });
  });

  it("names the likeliest of several classes, and says whether it reaches the threshold", () => {
    const classes = { classes: ["a", "b", "c"], ignore: ["a"] };
    expect(verdictOf({ a: 0.5, b: 0.4, c: 0.1 }, classes, 0.35)).toEqual({ label: "a", sure: true });
    expect(verdictOf({ a: 0.2, b: 0.5, c: 0.3 }, classes, 0.6)).toEqual({ label: "b", sure: false });
  });
});
