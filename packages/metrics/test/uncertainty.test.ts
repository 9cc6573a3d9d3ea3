import { describe, expect, it } from "vitest";
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  bootstrap,
  bootstrapClassification,
  bootstrapDetection,
  bootstrapEer,
  equalErrorRate,
  mcNemar,
  minDcf,
  pairedBootstrap,
  permutationTest,
  precisionRecallF1,
  rocAuc,
} from "../src/index.js";
import { binomial } from "../src/uncertainty/binomial.js";
import { createRng } from "../src/uncertainty/rng.js";
import { expectClose, golden } from "./golden.js";

const { mcNemarCases } = golden("uncertainty");

const rng = createRng(3);
const normal = () => Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());
const yTrue = Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 1 : 0));
const yScore = yTrue.map((y) => Math.round((normal() + 1.5 * y) * 20) / 20);

describe("binomial", () => {
  it.each([
    [5, 0.3],
    [40, 0.2],
    [40, 0.9],
    [1000, 0.4],
    [100_000, 0.71],
  ])("of %d draws at %d has the shares that the distribution gives", (n, p) => {
    const draws = 40_000;
    const rng = createRng(n);
    const counts = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const k = binomial(rng, n, p);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    // χ² over cells of enough expectation, against its own mean and deviation.
    let chi = 0;
    let cells = 0;
    let logChance = n * Math.log(1 - p);
    for (let k = 0; k <= n; k++) {
      const expected = draws * Math.exp(logChance);
      if (expected > 20) {
        chi += ((counts.get(k) ?? 0) - expected) ** 2 / expected;
        cells++;
      }
      logChance += Math.log(((n - k) / (k + 1)) * (p / (1 - p)));
    }
    expect(cells).toBeGreaterThan(3);
    expect(Math.abs(chi - cells) / Math.sqrt(2 * cells)).toBeLessThan(4);
  });

  it("never succeeds at 0 and always at 1", () => {
    expect([binomial(rng, 9, 0), binomial(rng, 9, 1), binomial(rng, 0, 0.5)]).toEqual([0, 9, 0]);
  });
});

describe("bootstrapEer", () => {
  it.each([true, false])("has the distribution of resampling items, stratified %s", (stratified) => {
    const eer = (y: ArrayLike<number>, s: ArrayLike<number>) => equalErrorRate(y, s).eer;
    const slow = bootstrap([yTrue, yScore], eer, { replicates: 4000, strata: stratified ? yTrue : undefined });
    const fast = bootstrapEer(yTrue, yScore, { replicates: 40_000, stratified });
    expect(fast.value).toBe(slow.value);
    expect(fast.standardError / slow.standardError).toBeGreaterThan(0.95);
    expect(fast.standardError / slow.standardError).toBeLessThan(1.05);
    // Ends of an interval of 4000 replicates scatter by about a tenth of a standard error.
    expect(Math.abs(fast.low - slow.low) / slow.standardError).toBeLessThan(0.25);
    expect(Math.abs(fast.high - slow.high) / slow.standardError).toBeLessThan(0.25);
  });

  it("is the same for the same seed and counts replicates without a class", () => {
    expect(bootstrapEer(yTrue, yScore, { seed: 9 })).toEqual(bootstrapEer(yTrue, yScore, { seed: 9 }));
    const { undefinedReplicates } = bootstrapEer([1, 0, 0, 0], [4, 1, 2, 3], { stratified: false });
    expect(undefinedReplicates).toBeGreaterThan(250);
    expect(undefinedReplicates).toBeLessThan(390);
  });

  it("is 0 throughout where classes separate", () => {
    expect(bootstrapEer([0, 0, 1, 1], [1, 2, 3, 4])).toMatchObject({ value: 0, low: 0, high: 0 });
  });
});

describe("bootstrapDetection", () => {
  it("equals the general bootstrap of each figure on the same resamples", () => {
    const options = { replicates: 100, seed: 4 };
    const got = bootstrapDetection(yTrue, yScore, { ...options, cost: { pTarget: 0.2 } });
    const general = (f: (y: ArrayLike<number>, s: ArrayLike<number>) => number) =>
      bootstrap([yTrue, yScore], f, options);
    const near = (a: object, b: object) => expectClose(Object.values(a), Object.values(b));
    near(
      got.eer,
      general((y, s) => equalErrorRate(y, s).eer),
    );
    near(
      got.rocAuc,
      general((y, s) => rocAuc(y, s)),
    );
    near(
      got.averagePrecision,
      general((y, s) => averagePrecision(y, s)),
    );
    near(
      got.minDcf,
      general((y, s) => minDcf(y, s, { pTarget: 0.2 }).minDcf),
    );
  });

  it("draws groups, and leaves out replicates without a class", () => {
    const groups = yTrue.map((_, i) => Math.floor(i / 40));
    const byGroup = bootstrapDetection(yTrue, yScore, { groups, replicates: 200 });
    expect(byGroup.eer.undefinedReplicates).toBe(0);
    expect(byGroup.eer.low).toBeLessThan(byGroup.eer.value);
    const lone = bootstrapDetection([1, 0, 0], [3, 2, 1], { replicates: 300 });
    expect(lone.eer.undefinedReplicates).toBeGreaterThan(60);
    expect(lone.rocAuc).toMatchObject({ low: 1, high: 1 });
  });
});

describe("bootstrapClassification", () => {
  const classes = ["a", "b", "c", "d"];
  const t = Array.from({ length: 300 }, () => classes[Math.min(3, rng.below(6))]);
  const p = t.map((y) => (rng.uniform() < 0.7 ? y : classes[rng.below(4)]));
  const recallOfA = (y: ArrayLike<string>, q: ArrayLike<string>) => {
    const own = Array.from(y).flatMap((label, i) => (label === "a" ? [q[i] === "a" ? 1 : 0] : []));
    return own.reduce<number>((sum, hit) => sum + hit, 0) / own.length;
  };
  const f1 = (y: ArrayLike<string>, q: ArrayLike<string>) => precisionRecallF1(y, q).f1;

  it.each(["plain", "stratified", "groups"] as const)("has the distribution of resampling items, %s", (way) => {
    const groups = way === "groups" ? t.map((_, i) => Math.floor(i / 6)) : undefined;
    const slow = { replicates: 3000, groups, strata: way === "stratified" ? t : undefined };
    const fast = bootstrapClassification(t, p, { replicates: 20_000, groups, stratified: way === "stratified" });
    for (const [got, statistic] of [
      [fast.accuracy, accuracy],
      [fast.balancedAccuracy, balancedAccuracy],
      [fast.f1Macro, f1],
      [fast.perClass[0].recall, recallOfA],
    ] as const) {
      const want = bootstrap([t, p], statistic, slow);
      expect(got.value).toBeCloseTo(want.value, 12);
      expect(got.standardError / want.standardError).toBeGreaterThan(0.94);
      expect(got.standardError / want.standardError).toBeLessThan(1.06);
      expect(Math.abs(got.low - want.low) / want.standardError).toBeLessThan(0.3);
      expect(Math.abs(got.high - want.high) / want.standardError).toBeLessThan(0.3);
    }
  });

  it("counts replicates in which a rare class is missing, and leaves items of other classes out", () => {
    const { perClass, accuracy: all } = bootstrapClassification(["a", "b", "b", "x"], ["a", "b", "a", "x"], {
      labels: ["a", "b"],
    });
    expect(all.value).toBeCloseTo(2 / 3, 12);
    // Three draws miss the one item of class a with probability (2/3)³ ≈ 0.3.
    expect(perClass[0].recall.undefinedReplicates).toBeGreaterThan(230);
    expect(perClass[0].recall.undefinedReplicates).toBeLessThan(370);
    expect(perClass[0].recall).toMatchObject({ value: 1, low: 1, high: 1 });
  });

  it("says what is wrong", () => {
    expect(() => bootstrapClassification(["a"], ["a"], { groups: ["g"], stratified: true })).toThrow(
      new RangeError("bootstrapClassification: groups and stratified do not go together."),
    );
    expect(() => bootstrapClassification(["a"], ["a"], { labels: ["b"] })).toThrow(
      new RangeError("bootstrapClassification: no item has a class among the labels."),
    );
    expect(() => bootstrapClassification(["a"], ["a"], { groups: [] })).toThrow(
      new RangeError("bootstrapClassification: groups has 0 items and yTrue 1."),
    );
  });
});

describe("pairedBootstrap", () => {
  const first = Float64Array.from({ length: 300 }, (_, i) => (i % 10 < 8 ? 1 : 0));
  const second = Float64Array.from({ length: 300 }, (_, i) => (i % 10 < 7 ? 1 : 0));
  const difference = (items: Uint32Array) => items.reduce((sum, i) => sum + first[i] - second[i], 0) / items.length;

  it("tells runs apart that differ in the same items, more sharply than their own intervals would", () => {
    const { value, low, high, pValue } = pairedBootstrap(300, difference);
    expect(value).toBeCloseTo(0.1, 12);
    expect(low).toBeGreaterThan(0.06);
    expect(high).toBeLessThan(0.14);
    expect(pValue).toBeCloseTo(2 / 1001, 12);
  });

  it("finds nothing where nothing is", () => {
    expect(pairedBootstrap(300, () => 0).pValue).toBe(1);
  });
});

describe("mcNemar", () => {
  it.each(mcNemarCases as { first: number; second: number; p: number }[])(
    "equals SciPy's exact test for $first against $second",
    ({ first, second, p }) => {
      const a = [...new Array(first).fill(true), ...new Array(second).fill(false), true, false];
      const b = [...new Array(first).fill(false), ...new Array(second).fill(true), true, false];
      const got = mcNemar(a, b);
      expect([got.onlyFirst, got.onlySecond]).toEqual([first, second]);
      expectClose(got.pValue, p);
    },
  );

  it("says what is wrong", () => {
    expect(() => mcNemar([], [])).toThrow(new RangeError("mcNemar: firstRight must hold at least one item, got 0."));
    expect(() => mcNemar([1], [1, 0])).toThrow(new RangeError("mcNemar: firstRight has 1 items and secondRight 2."));
  });
});

describe("permutationTest", () => {
  const gain = [1, 1, 1, 1, 1, 1, -1, 1];
  const difference = (exchanged: Uint8Array) => gain.reduce((sum, g, i) => sum + (exchanged[i] ? -g : g), 0);

  it("comes close to the exact share of sign changes", () => {
    // |sum| ≥ 6 for 8 signs: 2 · (1 + 8) of 256.
    const { difference: d, pValue } = permutationTest(8, difference, { permutations: 50_000 });
    expect(d).toBe(6);
    expect(pValue).toBeGreaterThan(18 / 256 - 0.005);
    expect(pValue).toBeLessThan(18 / 256 + 0.005);
  });

  it("exchanges whole groups", () => {
    // Two groups: |sum| ≥ 6 only where both keep or both change their sign... (1+1+1+1) and (1+1−1+1).
    const groups = ["a", "a", "a", "a", "b", "b", "b", "b"];
    const { pValue } = permutationTest(8, difference, { groups, permutations: 20_000 });
    expect(pValue).toBeGreaterThan(0.48);
    expect(pValue).toBeLessThan(0.52);
  });

  it("says what is wrong", () => {
    expect(() => permutationTest(0, difference)).toThrow(
      new RangeError("permutationTest: n must be a whole number of at least 1, got 0."),
    );
    expect(() => permutationTest(2, difference, { permutations: 0 })).toThrow(
      new RangeError("permutationTest: permutations must be a whole number of at least 1, got 0."),
    );
  });
});
