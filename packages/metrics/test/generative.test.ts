import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../src/generative/symmetricEigen.js";
import { embeddingMoments, frechetDistance } from "../src/index.js";
import { createRng } from "../src/uncertainty/rng.js";
import { expectClose, golden } from "./golden.js";

const data = golden("generative");
const matrix = (rows: number[][]) => ({ data: rows.flat(), rows: rows.length, cols: rows[0].length });
const [x, y, few] = [data.x, data.y, data.few].map(matrix);

describe("frechetDistance", () => {
  it("equals the formula with SciPy's matrix root", () => {
    expectClose(frechetDistance(x, y), data.distance, 1e-8);
    expectClose(frechetDistance(x, few), data.rankDeficient, 1e-6);
    expect(frechetDistance(x, x)).toBeLessThan(1e-9);
  });

  it("takes moments in place of embeddings, in either order", () => {
    const moments = embeddingMoments(y);
    expect(frechetDistance(x, moments)).toBe(frechetDistance(x, y));
    expect(frechetDistance(moments, x)).toBeCloseTo(frechetDistance(x, moments), 8);
  });

  it("is the squared distance of means where spreads are equal", () => {
    const moved = { ...x, data: x.data.map((v) => v + 2) };
    expect(frechetDistance(x, moved)).toBeCloseTo(8 * 4, 8);
  });

  it("says what is wrong", () => {
    expect(() => frechetDistance(x, { data: [1, 2], rows: 2, cols: 1 })).toThrow(
      new RangeError("frechetDistance: both need as many features, got 8 and 1."),
    );
    expect(() => embeddingMoments({ data: [1], rows: 1, cols: 1 })).toThrow(
      new RangeError("embeddingMoments: x must have at least two rows, got 1."),
    );
  });
});

describe("symmetricEigen", () => {
  it.each([1, 2, 3, 10, 40])("takes a matrix of side %d apart and its parts give it back", (n) => {
    const rng = createRng(n);
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = rng.uniform() - 0.5;
    const vectors = a.slice();
    const values = symmetricEigen(vectors, n, true);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        let unit = 0;
        for (let k = 0; k < n; k++) {
          sum += vectors[i * n + k] * values[k] * vectors[j * n + k];
          unit += vectors[i * n + k] * vectors[j * n + k];
        }
        expect(sum).toBeCloseTo(a[i * n + j], 10);
        expect(unit).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
    const alone = symmetricEigen(a.slice(), n, false);
    expectClose(
      [...alone].sort((p, q) => p - q),
      [...values].sort((p, q) => p - q),
      1e-10,
    );
  });
});
