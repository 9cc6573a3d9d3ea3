import { describe, expect, it } from "vitest";
import { committedKernels, compileKernels } from "../assembly/build.mjs";
import { kernels } from "../src/core/kernels.js";
import { createRandom } from "../src/index.js";
import { frameKernels, plainFrameKernels } from "../src/preprocessing/frameKernels.js";
import { crossDots, prepareRows, symmetricDots } from "../src/svm/dots.js";
import { expectClose } from "./golden.js";

describe("SIMD kernels", () => {
  it("are what their sources compile to", async () => {
    expect(committedKernels()).toBe(await compileKernels());
  });

  it("load here", () => {
    expect(kernels()).not.toBeNull();
  });

  it.each([
    [1, 1, 1],
    [3, 5, 7],
    [65, 257, 2],
    [70, 300, 33],
  ])("multiply %i by %i rows of %i columns as a plain loop does", (n, m, d) => {
    const rng = createRandom(n);
    const make = (rows: number) => ({
      data: Float64Array.from({ length: rows * d }, () => rng.normal()),
      rows,
      cols: d,
    });
    const [a, b] = [make(n), make(m)];
    const want: number[] = [];
    const distances: number[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        let distance = 0;
        for (let t = 0; t < d; t++) {
          sum += a.data[i * d + t] * b.data[j * d + t];
          distance += (a.data[i * d + t] - b.data[j * d + t]) ** 2;
        }
        want.push(sum);
        distances.push(distance);
      }
    }
    expectClose(crossDots(a, b), want, 1e-13);
    expectClose(
      crossDots(a, b, 0.7),
      distances.map((v) => Math.exp(-0.7 * v)),
      1e-13,
    );
    const both = crossDots(a, a, 0.01);
    expectClose(symmetricDots(a, 0.01), [...both], 1e-7);
  });

  it.each([
    [1, 2, 0, 0],
    [7, 4, 1, 2],
    [5, 6, 6, 6],
    [40, 8, 6, 5],
  ])("take the trend off %i frames of %i columns as plain loops do", (frames, cols, before, after) => {
    const rng = createRandom(frames);
    const counts = Array.from({ length: frames }, (_, t) => Number(t % 3 < 2));
    const used = counts.reduce((a, b) => a + b);
    const x = Array.from({ length: frames * cols }, () => rng.normal());
    const size = frames * cols;
    const [simd, plain] = [frameKernels, plainFrameKernels].map((make) => {
      const { memory, detrend } = make(2 * size + frames);
      memory.set(x);
      memory.set(counts, size);
      detrend(0, size, size + frames, frames, cols, before, after, used);
      return memory.slice(size + frames, 2 * size + frames);
    });
    expectClose(simd, [...plain], 1e-13);
    for (let t = 0; t < frames; t++) if (counts[t] === 0) expect(Math.abs(simd[t * cols])).toBe(0);
  });

  it("sum third and fourth powers as plain loops do", () => {
    const rng = createRandom(2);
    const x = Array.from({ length: 14 }, () => rng.normal());
    const [simd, plain] = [frameKernels, plainFrameKernels].map((make) => {
      const { memory, highMoments } = make(16);
      memory.set(x);
      highMoments(0, 14, 14);
      return memory.slice(14, 16);
    });
    expectClose(simd, [...plain], 1e-13);
    expectClose(plain, [x.reduce((s, v) => s + v ** 3, 0), x.reduce((s, v) => s + v ** 4, 0)], 1e-13);
  });

  it("multiply rows that were prepared as they do any", () => {
    const rng = createRandom(5);
    const make = (rows: number) => ({
      data: Float64Array.from({ length: rows * 7 }, () => rng.normal()),
      rows,
      cols: 7,
    });
    const [a, b] = [make(3), make(301)];
    const want = crossDots(a, b, 0.3);
    expect(crossDots(a, prepareRows(b), 0.3)).toEqual(want);
    expect(crossDots(b, a)).toEqual(crossDots(b, prepareRows(a)));
  });

  it("multiply rows that overlap as plain loops do", () => {
    const rng = createRandom(3);
    const x = Array.from({ length: 4 * 10 + 4 }, () => rng.normal());
    const [simd, plain] = [frameKernels, plainFrameKernels].map((make) => {
      const { memory, multiply } = make(64);
      memory.set(x);
      multiply(0, 3, 46, 4, 4, 10);
      return memory.slice(46, 62);
    });
    expectClose(simd, [...plain], 1e-13);
  });

  it("give e to the power of very small numbers", () => {
    const a = { data: Float64Array.of(0, 30), rows: 2, cols: 1 };
    expectClose(crossDots(a, a, 1), [1, 0, 0, 1], 1e-300);
  });
});
