import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAnalyser, resolveStft, type StftOptions } from "../src/core/analysis.js";
import { mfccPlan } from "../src/features/cepstrum.js";
import { createScalarKernel, type RowPlan } from "../src/features/rowKernel.js";
import { logMelPlan, melPlan } from "../src/features/spectrogram.js";
import { createRealFft, istft, stft } from "../src/index.js";
import { createSimdKernel } from "../src/kernels/rows.js";
import { createSpectraKernel } from "../src/kernels/spectra.js";
import { noise, worst } from "./support.js";

/** Lengths that SIMD covers, with every radix: 2, 3, 4, 5 and the general one (7, 11, 13). */
const lengths = [
  8, 12, 16, 20, 24, 28, 32, 40, 44, 52, 60, 64, 84, 96, 120, 128, 140, 160, 200, 256, 400, 416, 480, 512, 1000, 1024,
  1536, 2048,
];

describe("SIMD kernels", () => {
  it("are compiled from the sources beside them", async () => {
    const { compileKernels } = (await import("../assembly/build.mjs" as string)) as {
      compileKernels(): Promise<string>;
    };
    const committed = readFileSync(new URL("../src/kernels/module.generated.ts", import.meta.url), "utf8");
    expect(await compileKernels()).toBe(committed);
  });

  it.each(lengths)("give the spectra of their plain twin at nFft = %i", (nFft) => {
    const options: StftOptions = { nFft, hopLength: Math.ceil(nFft / 3), winLength: nFft - 3, window: "hamming" };
    const resolved = resolveStft("test", options);
    expect(createSpectraKernel(resolved)).toBeDefined();
    const x = noise(5 * nFft + 7, nFft);
    const { re, im } = stft(x, options);
    const { analyse, bins, ...plain } = createAnalyser(resolved);
    for (let t = 0; t < re.rows; t++) {
      analyse(x, t * resolved.hopLength - nFft / 2);
      const top = Math.max(...plain.re.map(Math.abs), ...plain.im.map(Math.abs));
      expect(worst(re.data.subarray(t * bins, (t + 1) * bins), [...plain.re]) / top).toBeLessThan(1e-6);
      expect(worst(im.data.subarray(t * bins, (t + 1) * bins), [...plain.im]) / top).toBeLessThan(1e-6);
    }
  });

  it.each(lengths)("undo themselves at nFft = %i", (nFft) => {
    const options = { nFft, hopLength: Math.max(1, Math.floor(nFft / 4)) };
    const x = noise(6 * nFft + 3, nFft);
    expect(worst(istft(stft(x, options), { ...options, length: x.length }), [...x])).toBeLessThan(2e-6);
  });

  it.each(lengths.filter((n) => n % 32 === 0))(
    "transform one frame of %i samples as the double-precision twin does",
    (n) => {
      const x = noise(n, n);
      const bins = n / 2 + 1;
      const single = { re: new Float32Array(bins), im: new Float32Array(bins) };
      const exact = { re: new Float64Array(bins), im: new Float64Array(bins) };
      createRealFft(n).forward(x, single.re, single.im);
      createRealFft(n).forward(x, exact.re, exact.im);
      const top = Math.max(...exact.re.map(Math.abs), ...exact.im.map(Math.abs));
      expect(worst(single.re, [...exact.re]) / top).toBeLessThan(1e-6);
      expect(worst(single.im, [...exact.im]) / top).toBeLessThan(1e-6);
    },
  );

  const base = { sampleRate: 16000, nFft: 256, hopLength: 100, nMels: 20, topDb: null };
  const plans: [string, RowPlan, number][] = [
    ["power", { stft: resolveStft("test", { nFft: 256, hopLength: 100 }), power: 2 }, 1e-4],
    ["amplitude of separate frames", { stft: resolveStft("test", { nFft: 64, hopLength: 200 }), power: 1 }, 1e-5],
    ["mel", melPlan("test", base), 1e-5],
    ["log-mel", logMelPlan("test", { ...base, ref: 3, amin: 1e-6 }), 1e-4],
    ["13 MFCC of 20 mels", mfccPlan("test", { ...base, nMfcc: 13 }), 1e-3],
    ["9 MFCC of 21 mels, liftered", mfccPlan("test", { ...base, nMels: 21, nMfcc: 9, lifter: 22 }), 1e-2],
    ["MFCC by a transform without symmetry", mfccPlan("test", { ...base, dctType: 3, nMfcc: 7 }), 1e-3],
  ];

  it.each(plans)("give the rows of their plain twin: %s", (_, plan, tolerance) => {
    const simd = createSimdKernel(plan);
    const plain = createScalarKernel(plan);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: -300, max: 300 }), (rows, first) => {
        const x = noise(9000, rows);
        const ours = new Float32Array(rows * plain.cols);
        const theirs = new Float32Array(rows * plain.cols);
        expect(simd?.run(x, first, rows, ours)).toBe(0);
        plain.run(x, first, rows, theirs);
        expect(worst(ours, [...theirs])).toBeLessThan(tolerance);
      }),
      { numRuns: 15 },
    );
  });

  it("know the largest level of their rows, whatever the end of the last frame is to frames behind it", () => {
    const plan = mfccPlan("test", { ...base, nMfcc: 13 });
    const simd = createSimdKernel(plan);
    const plain = createScalarKernel(plan);
    for (let rows = 1; rows <= 9; rows++) {
      const x = new Float32Array((rows - 1) * 100 + 256).fill(1e-3);
      x[x.length - 20] = 1; // the window is almost 0 here: a frame that began later would see a click
      const out = new Float32Array(rows * 80);
      plain.run(x, 0, rows, out);
      for (const work of ["run", "levels"] as const) {
        simd?.[work](x, 0, rows, out);
        expect(simd?.max()).toBeCloseTo(plain.max(), 3);
      }
    }
  });

  it("leave other lengths to the plain twin", () => {
    for (const nFft of [1, 2, 4, 6, 10, 501, 514, 68, 131072]) {
      expect(createSpectraKernel(resolveStft("test", { nFft }))).toBeUndefined();
    }
  });
});
