import { describe, expect, it } from "vitest";
import { committedKernels, compileKernels } from "../assembly/build.mjs";
import { kernels } from "../src/core/kernels.js";
import { createRandom } from "../src/index.js";
import { crossDots, symmetricDots } from "../src/svm/dots.js";
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

  it("give e to the power of very small numbers", () => {
    const a = { data: Float64Array.of(0, 30), rows: 2, cols: 1 };
    expectClose(crossDots(a, a, 1), [1, 0, 0, 1], 1e-300);
  });
});
