import { afterEach, describe, expect, it } from "vitest";
import * as dsp from "../src/index.js";

// Two hours at 2 kHz.
const sampleRate = 2000;
const hours = new Float32Array(2 * 3600 * sampleRate);
for (let i = 0, state = 1; i < hours.length; i++) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  // A tone of 100 Hz every other minute, and noise throughout.
  hours[i] = (Math.floor(i / 120_000) % 2 === 0 ? 0.3 * Math.sin(Math.PI * 0.1 * i) : 0) + state / 2 ** 36;
}

const { Float32Array: Floats, Float64Array: Doubles } = globalThis;

/** Bytes of all arrays that a call makes, though most of them are gone soon: its memory is at most that. */
function allocated(work: () => unknown): number {
  let bytes = 0;
  const counting = <T extends typeof Float32Array | typeof Float64Array>(kind: T, size: number): T =>
    new Proxy(kind, {
      construct(target, args) {
        if (typeof args[0] === "number") bytes += size * args[0];
        return Reflect.construct(target, args);
      },
    });
  globalThis.Float32Array = counting(Floats, 4);
  globalThis.Float64Array = counting(Doubles, 8);
  try {
    work();
  } finally {
    globalThis.Float32Array = Floats;
    globalThis.Float64Array = Doubles;
  }
  return bytes;
}

const few = 12e6;
const n = hours.length;
const framing = { sampleRate, nFft: 256, hopLength: 160 };
const pitch = { sampleRate, fMin: 65, fMax: 300, frameLength: 512, hopLength: 256 };
const frames = (hop: number) => 1 + Math.floor(n / hop);

describe("two hours of signal", () => {
  afterEach(() => {
    globalThis.Float32Array = Floats;
    globalThis.Float64Array = Doubles;
  });

  it.each<[string, (x: Float32Array) => unknown, output: number]>([
    [
      "mfcc, levels kept for its limit included",
      (x) => dsp.mfcc(x, { ...framing, nMels: 20, nMfcc: 13 }),
      4 * 13 * frames(160),
    ],
    ["melSpectrogram", (x) => dsp.melSpectrogram(x, { ...framing, nMels: 20 }), 4 * 20 * frames(160)],
    ["rms", (x) => dsp.rms(x), 4 * frames(512)],
    ["zeroCrossingRate", (x) => dsp.zeroCrossingRate(x), 4 * frames(512)],
    ["spectralCentroid", (x) => dsp.spectralCentroid(x, framing), 4 * frames(160)],
    ["yin", (x) => dsp.yin(x, pitch), 4 * frames(256)],
    ["pyin", (x) => dsp.pyin(x, { ...pitch, resolution: 0.5, maxTransitionRate: 4 }), 9 * frames(256)],
    ["resample", (x) => dsp.resample(x, { from: 2, to: 1 }), 2 * n],
    ["timeStretch", (x) => dsp.timeStretch(x, { rate: 2, nFft: 512 }), 2 * n],
    ["sosFilter", (x) => dsp.sosFilter(x, dsp.butterworth({ order: 2, cutoff: 300, sampleRate })), 4 * n],
    ["trim", (x) => dsp.trim(x), 0],
    ["loudness, in LUFS each 0.1 s", (x) => dsp.loudness(x, { sampleRate: 4000 }), 30 * (n / 400)],
  ])("%s: memory is that of the output and a few MB", (_, work, output) => {
    expect(allocated(() => work(hours))).toBeLessThan(output + few);
  });
});
