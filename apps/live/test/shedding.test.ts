import fc from "fast-check";
import { lastValueFrom, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { createShedding, everyMs } from "../src/server/shedding.js";
import { session } from "../src/session/session.js";
import { createSieve } from "../src/session/sieve.js";
import { clipSource } from "../src/sources/clipSource.js";
import { logMel, meanModel, testSignal } from "./fixtures.js";

describe("createShedding", () => {
  it("lets nothing go for a pause, however long, nor for lateness that hurts little", () => {
    const shedding = createShedding();
    for (let i = 0; i < 200; i++) {
      shedding.observe(i % 20 === 10 ? 30_000 : i % 2 ? 100 : 0);
      expect(shedding.share).toBe(0);
    }
  });

  it("lets more and more go while the loop stays late, never all, and takes everybody back when it is in time", () => {
    const shedding = createShedding();
    for (let i = 0; i < 5; i++) shedding.observe(600);
    const some = shedding.share;
    expect(some).toBeGreaterThan(0);
    for (let i = 0; i < 50; i++) shedding.observe(600);
    expect(shedding.share).toBe(0.98);
    for (let ms = 0; ms < 15_000; ms += everyMs) shedding.observe(0);
    expect(shedding.share).toBe(0);
  });

  it("settles where the loop is in time again", () => {
    // A loop that is late by what it cannot do: 2.5 times too much comes.
    const shedding = createShedding();
    const shares: number[] = [];
    for (let i = 0; i < 2000; i++) {
      const wanted = 2.5 * (1 - shedding.share);
      shedding.observe(wanted > 1 ? 1000 * (wanted - 1) : 0);
      shares.push(shedding.share);
    }
    for (const share of shares.slice(500)) expect(Math.abs(share - 0.6)).toBeLessThan(0.25);
  });
});

describe("createSieve", () => {
  it("passes the first, then the share that is not let go, evenly spread", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.98, noNaN: true }), (share) => {
        const passes = createSieve(() => share);
        const passed = Array.from({ length: 1000 }, passes);
        expect(passed[0]).toBe(true);
        expect(Math.abs(passed.filter(Boolean).length - 1000 * (1 - share))).toBeLessThanOrEqual(1.01);
        const gap = Math.ceil(1 / (1 - share)) + 1;
        const gaps = passed.flatMap((pass, i) => (pass ? [i] : [])).map((at, i, all) => (all[i + 1] ?? at) - at);
        expect(Math.max(...gaps)).toBeLessThanOrEqual(gap);
      }),
      { seed: 4, numRuns: 30 },
    );
  });
});

describe("a session that lets windows go", () => {
  it.each([false, true])("predicts or counts each, models with features of their own (%s) included", async (center) => {
    const clip = { samples: testSignal(6, 16_000), sampleRate: 16_000 };
    const models = [meanModel("a", { ...logMel, center }), meanModel("b", { ...logMel, center }, 1, 0.5)];
    const run = async (shed?: () => number) => {
      const listener = session(clipSource(clip, { pace: "fast" }), models, { capacity: 100, tail: "drop", shed });
      const predictions = await lastValueFrom(listener.predictions$.pipe(toArray()));
      return { predictions, counters: { ...listener.counters } };
    };
    const all = await run();
    const some = await run(() => 0.75);
    expect(all.counters.dropped).toBe(0);
    expect(some.counters.predictions + some.counters.dropped).toBe(all.counters.predictions);
    expect(some.counters.predictions).toBe(Math.ceil(21 / 4) + Math.ceil(11 / 4));
    const last = some.predictions.filter(({ model }) => model === "a").at(-1);
    expect(last?.dropped).toBe(20 - 5);
  });
});
