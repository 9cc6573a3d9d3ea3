import { describe, expect, it } from "vitest";
import { bootstrap, bootstrapIndices, pairedBootstrap } from "../src/index.js";
import { bcaInterval } from "../src/uncertainty/bca.js";
import { normalDeviate, normalShare } from "../src/uncertainty/normal.js";
import { expectClose, golden } from "./golden.js";

const { bca, probit, normal } = golden("uncertainty");
const mean = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

describe("the normal distribution", () => {
  it("equals SciPy's, both ways and far out", () => {
    for (const [z, share] of normal) expect(Math.abs(normalShare(z) / share - 1)).toBeLessThan(1e-12);
    for (const [p, z] of probit) expectClose(normalDeviate(p), z, p < 1e-200 || p > 0.999999 ? 1e-5 : 1e-12);
    expect([normalDeviate(0), normalDeviate(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe("BCa intervals", () => {
  it.each(bca as (typeof bca)[number][])("equal SciPy's for the $name at $confidence on the same replicates", (c) => {
    const { low, high } = bcaInterval(c.value, Float64Array.from(c.drawn), [c.jackknife], c.confidence);
    expectClose([low, high], [c.low, c.high]);
  });

  it("lean towards the long tail, where percentile intervals do not", () => {
    const x = Float64Array.from({ length: 30 }, (_, i) => Math.exp(2 * Math.sin(i * 7.3)));
    const plain = bootstrap([x], mean);
    const corrected = bootstrap([x], mean, { method: "bca" });
    expect(corrected.low).toBeGreaterThan(plain.low);
    expect(corrected.high).toBeGreaterThan(plain.high);
    expect({ ...corrected, low: 0, high: 0 }).toEqual({ ...plain, low: 0, high: 0 });
  });

  it("leave out whole groups, and keep to strata", () => {
    const groups = Array.from({ length: 30 }, (_, i) => `g${i % 6}`);
    const strata = groups.map((g) => (g < "g3" ? "a" : "b"));
    const sizes = new Set<number>();
    const figures = (items: Uint32Array) => {
      sizes.add(items.length);
      return [mean(Float64Array.from(items, (i) => (i % 7) ** 2))];
    };
    const [{ low, value, high }] = bootstrapIndices(30, figures, { groups, strata, method: "bca", replicates: 200 });
    expect([...sizes].sort()).toEqual([25, 30]);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });

  it("fall back on percentiles where no item sways the figure", () => {
    expect(bootstrap([[1, 1, 1]], mean, { method: "bca" })).toMatchObject({ low: 1, high: 1 });
  });

  it("do not change the p-value of a paired comparison", () => {
    const difference = (items: Uint32Array) => mean(Float64Array.from(items, (i) => (i % 5) - 1.5));
    const { pValue } = pairedBootstrap(40, difference);
    expect(pairedBootstrap(40, difference, { method: "bca" }).pValue).toBe(pValue);
  });

  it("say what they know when asked for something else", () => {
    expect(() => bootstrap([[1]], mean, { method: "basic" as "bca" })).toThrow(
      new RangeError("bootstrap: method must be one of percentile, bca, got basic."),
    );
  });
});
