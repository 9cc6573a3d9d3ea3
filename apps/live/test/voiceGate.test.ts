import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../src/core/types.js";
import { createVoiceActivity, rmsDb } from "../src/core/voiceActivity.js";
import { voiceGate } from "../src/operators/voiceGate.js";
import { marbles } from "./marbles.js";

/** A tenth of a second of a full square wave at a level. */
const chunk = (startSec: number, levelDb: number): AudioChunk => ({
  startSec,
  sampleRate: 1000,
  samples: Float32Array.from({ length: 100 }, (_, i) => (i % 2 ? -1 : 1) * 10 ** (levelDb / 20)),
  receivedMs: 0,
});

describe("voiceGate", () => {
  it("opens on what stands out, stays open for a while, and closes", () => {
    marbles().run(({ cold, expectObservable }) => {
      const values = {
        a: chunk(0, -70),
        b: chunk(0.1, -20),
        c: chunk(0.2, -70),
        d: chunk(0.3, -70),
        e: chunk(0.4, -70),
      };
      const gated: number[] = [];
      const gate = voiceGate({ hangSec: 0.2, onGated: (held) => gated.push(held.startSec) });
      expectObservable(cold("abcde|", values).pipe(gate)).toBe("-bcd-|", values);
    });
  });

  it("reports what it holds back", () => {
    const gated: number[] = [];
    marbles().run(({ cold, expectObservable }) => {
      const quiet = cold("ab|", { a: chunk(0, -90), b: chunk(0.1, -80) });
      expectObservable(quiet.pipe(voiceGate({ onGated: (held) => gated.push(held.startSec) }))).toBe("--|");
    });
    expect(gated).toEqual([0, 0.1]);
  });

  it("gets used to a steady noise and still hears what is louder", () => {
    const activity = createVoiceActivity({ hangSec: 0 });
    const noise = chunk(0, -40).samples;
    expect(activity.process(noise, 1000)).toBe(true);
    for (let i = 0; i < 300; i++) activity.process(noise, 1000);
    expect(activity.process(noise, 1000)).toBe(false);
    expect(activity.floorDb).toBeCloseTo(-40, 1);
    expect(activity.process(chunk(0, -25).samples, 1000)).toBe(true);
  });

  it("measures the level in dB of full scale", () => {
    expect(rmsDb(Float32Array.of(1, -1))).toBeCloseTo(0, 9);
    expect(rmsDb(Float32Array.of(0.1, -0.1))).toBeCloseTo(-20, 6);
    expect(rmsDb(new Float32Array(0))).toBe(-120);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => createVoiceActivity({ marginDb: -1 })).toThrow(
      new RangeError("voiceActivity: marginDb must be in [0, 60], got -1."),
    );
  });
});
