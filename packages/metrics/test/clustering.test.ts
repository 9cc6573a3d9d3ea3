import { describe, expect, it } from "vitest";
import {
  adjustedMutualInformation,
  adjustedRandIndex,
  homogeneityCompleteness,
  mutualInformation,
  normalizedMutualInformation,
  randIndex,
  silhouette,
  silhouetteSamples,
} from "../src/index.js";
import { expectClose, golden } from "./golden.js";

const data = golden("clustering");
const x = { data: data.x.flat(), rows: 60, cols: 3 };

describe.each(data.cases as (typeof data.cases)[number][])("labelings $name", (c) => {
  it("agree as much as scikit-learn says", () => {
    expectClose(randIndex(c.a, c.b), c.rand);
    expectClose(adjustedRandIndex(c.a, c.b), c.adjustedRand);
    expectClose(mutualInformation(c.a, c.b), c.mutual);
    expectClose(adjustedMutualInformation(c.a, c.b), c.adjusted, 1e-10);
    for (const average of ["arithmetic", "geometric", "min", "max"] as const) {
      expectClose(normalizedMutualInformation(c.a, c.b, { average }), c[average]);
    }
    const { homogeneity, completeness, vMeasure } = homogeneityCompleteness(c.a, c.b);
    expectClose([homogeneity, completeness, vMeasure], c.homogeneity);
  });
});

describe("silhouette", () => {
  it("equals scikit-learn's, an item alone counting 0", () => {
    expectClose(silhouette(x, data.truth), data.silhouette);
    expectClose(silhouetteSamples(x, data.lone), data.silhouetteSamples);
  });

  it.each([5, 6, 7, 8, 11, 30])(
    "equals the plain loop over %i items, close ones far from the origin included",
    (rows) => {
      const cols = 5;
      const far = Float64Array.from({ length: rows * cols }, (_, i) => 1000 + Math.sin(i * 12.9898));
      // Each third item lies beside the one before it.
      for (let i = 3; i < rows; i += 3)
        for (let f = 0; f < cols; f++) far[i * cols + f] = far[(i - 1) * cols + f] + 1e-6 * f;
      const labels = Array.from({ length: rows }, (_, i) => (i === rows - 1 ? "c" : "ab"[i % 2]));
      const distance = (i: number, j: number) =>
        Math.hypot(...Array.from({ length: cols }, (_, f) => far[i * cols + f] - far[j * cols + f]));
      const meanTo = (i: number, label: string) => {
        const others = labels.flatMap((own, j) => (own === label && j !== i ? [distance(i, j)] : []));
        return others.reduce((a, b) => a + b, 0) / others.length;
      };
      const want = labels.map((own, i) => {
        if (own === "c") return 0;
        const [inside, next] = [
          meanTo(i, own),
          Math.min(...["a", "b", "c"].filter((l) => l !== own).map((l) => meanTo(i, l))),
        ];
        return (next - inside) / Math.max(inside, next);
      });
      expectClose(silhouetteSamples({ data: far, rows, cols }, labels), want, 1e-9);
    },
  );

  it("says what is wrong", () => {
    expect(() => silhouette(x, new Array(60).fill("a"))).toThrow(
      new RangeError("silhouette: labels must name 2 to 59 clusters (items less one), got 1."),
    );
    expect(() => silhouette(x, ["a"])).toThrow(new RangeError("silhouette: labels has 1 items and x 60."));
  });
});

describe("labelings", () => {
  it("must be as long as each other", () => {
    expect(() => randIndex([1], [1, 2])).toThrow(new RangeError("randIndex: labelsTrue has 1 items and labelsPred 2."));
  });
});
