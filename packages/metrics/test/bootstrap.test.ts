import { describe, expect, it } from "vitest";
import { accuracy, bootstrap, bootstrapIndices, rocAuc } from "../src/index.js";

const n = 200;
const yTrue = Array.from({ length: n }, (_, i) => (i % 4 === 0 ? "a" : "b"));
const yPred = yTrue.map((y, i) => (i % 5 === 0 ? "b" : y));

describe("bootstrap", () => {
  it("has the width that theory gives for a share", () => {
    const { value, low, high, standardError } = bootstrap([yTrue, yPred], accuracy, { replicates: 4000 });
    const want = Math.sqrt((value * (1 - value)) / n);
    expect(value).toBe(accuracy(yTrue, yPred));
    expect(standardError / want).toBeGreaterThan(0.95);
    expect(standardError / want).toBeLessThan(1.05);
    expect((high - low) / (2 * 1.96 * want)).toBeGreaterThan(0.9);
    expect((high - low) / (2 * 1.96 * want)).toBeLessThan(1.1);
  });

  it("gives the same interval for the same seed, and another for another", () => {
    const run = (seed: number) => bootstrap([yTrue, yPred], accuracy, { seed, replicates: 300 });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it("keeps the size of each stratum", () => {
    const share = (y: ArrayLike<string>) => Array.from(y).filter((c) => c === "a").length / y.length;
    const kept = bootstrap([yTrue], share, { strata: yTrue, replicates: 50 });
    expect(kept).toEqual({ value: 0.25, low: 0.25, high: 0.25, standardError: 0, undefinedReplicates: 0 });
    expect(bootstrap([yTrue], share, { replicates: 50 }).standardError).toBeGreaterThan(0);
  });

  it("draws whole groups, so that items that go together widen the interval", () => {
    const right = Float64Array.from({ length: n }, (_, i) => (Math.floor(i / 20) % 2 ? 1 : 0));
    const groups = Array.from({ length: n }, (_, i) => `s${Math.floor(i / 20)}`);
    const mean = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length;
    const byItem = bootstrap([right], mean);
    const byGroup = bootstrap([right], mean, { groups });
    expect(byGroup.standardError / byItem.standardError).toBeGreaterThan(3);
  });

  it("draws groups within strata", () => {
    const groups = yTrue.map((y, i) => `${y}${i % 3}`);
    const counts = bootstrapIndices(n, (items) => [new Set(Array.from(items, (i) => yTrue[i])).size], {
      groups,
      strata: yTrue,
      replicates: 20,
    });
    expect(counts[0]).toMatchObject({ low: 2, high: 2 });
  });

  it("leaves undefined replicates out and counts them", () => {
    const y = [1, 0, 0, 0];
    const auc = (t: ArrayLike<number>, s: ArrayLike<number>) =>
      new Set(Array.from(t)).size < 2 ? Number.NaN : rocAuc(t, s);
    const { undefinedReplicates, low } = bootstrap([y, [4, 1, 2, 3]], auc, { replicates: 500 });
    // A draw of four misses the only target with probability (3/4)⁴ ≈ 0.32, and has it alone with 1/256.
    expect(undefinedReplicates).toBeGreaterThan(120);
    expect(undefinedReplicates).toBeLessThan(200);
    expect(low).toBe(1);
  });

  it("covers the truth about as often as it says", () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const x = Float64Array.from(
        { length: 60 },
        (_, i) => (Math.sin(trial * 7919 + i * i * 12.9898) * 43758.5453) % 1,
      );
      const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
      const { low, high } = bootstrap([x], mean, { replicates: 200, seed: trial, confidence: 0.9 });
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.83);
    expect(covered / 200).toBeLessThan(0.96);
  });

  it("keeps the kind of typed columns", () => {
    const kinds: string[] = [];
    bootstrap([Float32Array.of(1, 2)], (x) => kinds.push(x.constructor.name), { replicates: 2 });
    expect(kinds).toEqual(["Float32Array", "Float32Array", "Float32Array"]);
  });

  it("says what is wrong", () => {
    const mean = (..._columns: ArrayLike<number>[]) => 0;
    expect(() => bootstrap([[]], mean)).toThrow(new RangeError("bootstrap: data must hold at least one item, got 0."));
    expect(() => bootstrap([[1], [1, 2]], mean)).toThrow(
      new RangeError("bootstrap: each column has 2 items and the first 1."),
    );
    const one = [0, 1, 1];
    const ofBoth = (y: readonly number[]) => {
      if (!y.includes(0)) throw new RangeError("f: both classes are needed.");
      return 0;
    };
    expect(() => bootstrap([one], ofBoth)).toThrow(
      new RangeError(
        "bootstrap: the statistic of a replicate failed (f: both classes are needed.) strata: yTrue draws replicates in which every class keeps its size, and NaN leaves one out.",
      ),
    );
    expect(bootstrap([one], ofBoth, { strata: one }).value).toBe(0);
    expect(() => bootstrap([[1]], mean, { replicates: 0 })).toThrow(
      new RangeError("bootstrap: replicates must be a whole number of at least 1, got 0."),
    );
    expect(() => bootstrap([[1]], mean, { confidence: 95 })).toThrow(
      new RangeError("bootstrap: confidence must be in (0, 1), got 95."),
    );
    expect(() => bootstrap([[1]], mean, { seed: -1 })).toThrow(
      new RangeError("bootstrap: seed must be a whole number of at least 0, got -1."),
    );
    expect(() => bootstrap([[1, 2]], mean, { strata: ["a"] })).toThrow(
      new RangeError("bootstrap: strata has 1 items and data 2."),
    );
    expect(() => bootstrap([[1, 2]], mean, { groups: ["g", "g"], strata: ["a", "b"] })).toThrow(
      new RangeError('bootstrap: with strata each group must lie in one stratum, but "g" holds both "a" and "b".'),
    );
  });
});
