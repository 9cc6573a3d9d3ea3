import { describe, expect, it, vi } from "vitest";
import { griffinLim, stft, timeStretch, yin } from "../src/index.js";
import effects from "./golden/effects.json" with { type: "json" };
import pitch from "./golden/pitch.json" with { type: "json" };
import { every, testSignal, worstDifference } from "./testSignal.js";

// A host without WebAssembly SIMD: no kernel is ever made, plain TypeScript does all the work.
vi.mock("../src/kernels/instance.js", () => ({ createKernels: () => undefined }));

const voice = testSignal(6000);

describe("without SIMD", () => {
  it.each(effects.stretch)("timeStretch equals librosa at rate $rate", ({ rate, nFft, hopLength, step, y }) => {
    expect(worstDifference(every(timeStretch(voice, { rate, nFft, hopLength }), step), y)).toBeLessThan(1e-6);
  });

  it.each(effects.griffinLim)("griffinLim equals librosa after $nIter rounds", ({ nIter, momentum, step, y }) => {
    const { re, im } = stft(voice.subarray(0, 4000), { nFft: 256, hopLength: 64 });
    const magnitudes = { ...re, data: re.data.map((v, i) => Math.hypot(v, im.data[i])) };
    const got = griffinLim(magnitudes, { nIter, momentum, hopLength: 64, init: "zero" });
    expect(worstDifference(every(got, step), y)).toBeLessThan(1e-3);
  });

  it("yin equals librosa", () => {
    const quiet = testSignal(12000).map((v, i) => (i >= 5000 && i < 6500 ? v * 0.001 : v));
    const got = yin(quiet, { sampleRate: 8000, fMin: 65, fMax: 600, frameLength: 1024, hopLength: 256 });
    const cents = pitch.yin[0].f0.map((hz, t) => Math.abs(1200 * Math.log2(got[t] / hz)));
    expect(Math.max(...cents)).toBeLessThan(0.01);
  });
});
