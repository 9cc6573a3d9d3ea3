import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  averagePrecision,
  classificationReport,
  confusionAccumulator,
  confusionMatrix,
  equalErrorRate,
  momentsAccumulator,
  rocAuc,
  scoreAccumulator,
} from "../src/index.js";

fc.configureGlobal({ seed: 24 });
const labels = ["a", "b", "c"];
const pairs = fc.array(fc.tuple(fc.constantFrom(...labels), fc.constantFrom(...labels)), {
  minLength: 1,
  maxLength: 60,
});

describe("confusionAccumulator", () => {
  it("equals the matrix and report over all items, however they are parted", () => {
    fc.assert(
      fc.property(pairs, fc.nat(60), (items, cut) => {
        const t = items.map(([y]) => y);
        const p = items.map(([, y]) => y);
        const first = confusionAccumulator(labels).add(t.slice(0, cut), p.slice(0, cut));
        const second = confusionAccumulator(labels).add(t.slice(cut), p.slice(cut));
        const all = first.merge(second);
        expect(all.result()).toEqual(confusionMatrix(t, p, { labels }));
        expect(all.report()).toEqual(classificationReport(t, p, { labels }));
      }),
    );
  });

  it("counts a batch whole or not at all", () => {
    const counts = confusionAccumulator(labels);
    expect(() => counts.add(["a", "x"], ["a", "a"])).toThrow(
      new RangeError('confusionAccumulator: class "x" is not among the labels.'),
    );
    expect(counts.result().data.every((count) => count === 0)).toBe(true);
    expect(() => counts.add(["a"], [])).toThrow(new RangeError("confusionAccumulator: yTrue has 1 items and yPred 0."));
    expect(() => counts.merge(confusionAccumulator(["b", "a", "c"]))).toThrow(
      new RangeError("confusionAccumulator: merge needs the same labels in the same order, got b, a, c."),
    );
  });
});

describe("momentsAccumulator", () => {
  it("equals two passes over all numbers, however they are parted", () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(numbers, fc.nat(50), (x, cut) => {
        const all = momentsAccumulator()
          .add(x.slice(0, cut))
          .merge(momentsAccumulator().add(x.slice(cut)));
        const mean = x.reduce((a, b) => a + b, 0) / x.length;
        const deviation = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / (x.length - 1));
        const got = all.result();
        expect(got.n).toBe(x.length);
        expect(Math.abs(got.mean - mean)).toBeLessThan(1e-7);
        expect(Math.abs(got.standardDeviation - deviation)).toBeLessThan(1e-6);
        expect([got.min, got.max]).toEqual([Math.min(...x), Math.max(...x)]);
      }),
    );
  });

  it("keeps its digits far from zero and is undefined while empty", () => {
    const far = momentsAccumulator()
      .add(1e9 + 1)
      .add(1e9 + 2)
      .add(1e9 + 3)
      .result();
    expect(far).toMatchObject({ n: 3, mean: 1e9 + 2, standardDeviation: 1 });
    expect(momentsAccumulator().result()).toMatchObject({ n: 0, mean: Number.NaN, standardDeviation: Number.NaN });
  });
});

describe("scoreAccumulator", () => {
  const y = Array.from({ length: 3000 }, (_, i) => (Math.imul(i, 2654435761) >>> 16) & 1);
  const score = y.map((t, i) => ((Math.imul(i + 7, 2246822519) >>> 8) % 997) / 500 + t);

  it("equals the figures over all scores, however they are parted", () => {
    const first = scoreAccumulator().add(y.slice(0, 1100), score.slice(0, 1100));
    const all = first.merge(scoreAccumulator().add(y.slice(1100), score.slice(1100)));
    const { eer, threshold, rocAuc: auc, averagePrecision: ap, targets, others } = all.result();
    expect({ eer, threshold }).toEqual(equalErrorRate(y, score));
    expect(auc).toBeCloseTo(rocAuc(y, score), 12);
    expect(ap).toBeCloseTo(averagePrecision(y, score), 12);
    expect(targets + others).toBe(3000);
    expect([...all.scores().targets]).toEqual(score.filter((_, i) => y[i] === 1).sort((a, b) => a - b));
  });

  it("asks for both classes when asked for figures", () => {
    expect(() => scoreAccumulator({ posLabel: "x" }).add(["x"], [1]).result()).toThrow(
      new RangeError("scoreAccumulator: both classes are needed, got 1 targets and 0 others."),
    );
  });
});
