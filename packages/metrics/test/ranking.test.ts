import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePrecision, detCurve, equalErrorRate, logLoss, minDcf, rocAuc, rocCurve } from "../src/index.js";
import { orderOf, sortScores } from "../src/ranking/sortScores.js";
import { createRng } from "../src/uncertainty/rng.js";
import { expectClose, golden, weightOf } from "./golden.js";

fc.configureGlobal({ seed: 21 });
const { cases, multi } = golden("ranking");

describe.each(cases as (typeof cases)[number][])("curves on $name", (c) => {
  const options = weightOf(c.sampleWeight);

  it("equal scikit-learn's ROC, DET and area", () => {
    const roc = rocCurve(c.yTrue, c.yScore, options);
    expectClose(roc.fpr, c.roc.fpr);
    expectClose(roc.tpr, c.roc.tpr);
    expectClose(roc.thresholds, c.roc.thresholds);
    const full = rocCurve(c.yTrue, c.yScore, { ...options, dropIntermediate: false });
    expectClose(full.fpr, c.full.fpr);
    expectClose(full.tpr, c.full.tpr);
    const det = detCurve(c.yTrue, c.yScore, options);
    // scikit-learn leaves out points beyond the first that misses nothing and the last that accepts no other.
    const first = det.thresholds.indexOf(c.det.thresholds[0]);
    const end = first + c.det.fpr.length;
    expectClose(det.fpr.subarray(first, end), c.det.fpr);
    expectClose(det.fnr.subarray(first, end), c.det.fnr);
    expectClose(rocAuc(c.yTrue, c.yScore, options), c.rocAuc);
  });
});

describe("rocAuc of several classes", () => {
  const proba = { data: multi.proba.flat(), rows: multi.yTrue.length, cols: 4 };

  it("equals scikit-learn's, one against the rest and one against one", () => {
    for (const multiClass of ["ovr", "ovo"] as const) {
      for (const average of ["macro", "weighted"] as const) {
        expectClose(rocAuc(multi.yTrue, proba, { multiClass, average }), multi[`${multiClass}_${average}`]);
      }
    }
    expectClose(rocAuc(multi.yTrue, proba, { sampleWeight: multi.sampleWeight }), multi.ovr_macro_sampleWeight);
    const micro = { average: "micro" } as const;
    expectClose(rocAuc(multi.yTrue, proba, micro), multi.micro);
    expectClose(rocAuc(multi.yTrue, proba, { ...micro, sampleWeight: multi.sampleWeight }), multi.micro_sampleWeight);
    expect(() => rocAuc(multi.yTrue, proba, { ...micro, multiClass: "ovo" })).toThrow(
      new RangeError('rocAuc: average "micro" goes with multiClass "ovr" alone.'),
    );
  });

  it("takes the second column of two", () => {
    const two = { data: [0.9, 0.1, 0.2, 0.8, 0.6, 0.4], rows: 3, cols: 2 };
    expect(rocAuc(["no", "yes", "yes"], two)).toBe(1);
  });

  it("leaves absent classes out only when asked", () => {
    const three = { data: [0.7, 0.2, 0.1, 0.1, 0.8, 0.1], rows: 2, cols: 3 };
    const labels = ["a", "b", "c"];
    expect(() => rocAuc(["a", "b"], three, { labels })).toThrow(
      new RangeError('rocAuc: class "c" does not occur in yTrue; skipAbsent leaves it out.'),
    );
    expect(rocAuc(["a", "b"], three, { labels, skipAbsent: true })).toBe(1);
  });

  it("refuses one class, a wrong shape, a label without a column, and weights with one-vs-one", () => {
    const three = { data: [0.7, 0.2, 0.1, 0.1, 0.8, 0.1], rows: 2, cols: 3 };
    expect(() => rocAuc(["a", "a"], three, { labels: ["a", "b", "c"] })).toThrow(
      new RangeError("rocAuc: at least two classes must occur, got 1."),
    );
    expect(() => rocAuc(["a", "b"], three)).toThrow(
      new RangeError("rocAuc: yScore has 3 columns and there are 2 classes; name the columns with labels."),
    );
    expect(() => rocAuc(["a", "d"], three, { labels: ["a", "b", "c"] })).toThrow(
      new RangeError('rocAuc: class "d" is not among the labels.'),
    );
    expect(() => rocAuc(multi.yTrue, proba, { multiClass: "ovo", sampleWeight: multi.sampleWeight })).toThrow(
      new RangeError('rocAuc: sampleWeight goes with multiClass "ovr" alone.'),
    );
  });
});

describe("rocAuc", () => {
  it("is the share of pairs in the right order, ties counting half", () => {
    const item = fc.record({ y: fc.constantFrom(0, 1), score: fc.integer({ min: -5, max: 5 }) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 2, maxLength: 40 }), (items) => {
        const [targets, others] = [1, 0].map((y) => items.filter((i) => i.y === y).map((i) => i.score));
        fc.pre(targets.length > 0 && others.length > 0);
        let won = 0;
        for (const t of targets) for (const o of others) won += t > o ? 1 : t === o ? 0.5 : 0;
        const y = items.map((i) => i.y);
        const score = items.map((i) => i.score);
        expect(rocAuc(y, score)).toBeCloseTo(won / targets.length / others.length, 12);
      }),
    );
  });

  it("understands booleans, −1 and named targets", () => {
    expect(rocAuc([true, false], [2, 1])).toBe(1);
    expect(rocAuc([1, -1], [2, 1])).toBe(1);
    expect(rocAuc(["spoof", "bonafide"], [2, 1], { posLabel: "bonafide" })).toBe(0);
  });

  it("says what is wrong", () => {
    expect(() => rocAuc([0, 1, 2], [1, 2, 3])).toThrow(
      new RangeError(
        "rocAuc: yTrue must be 1 for targets and 0 or -1 for the rest, got 2 at index 2; other labels need posLabel.",
      ),
    );
    expect(() => rocAuc([0, 1], [1])).toThrow(new RangeError("rocAuc: yTrue has 2 items and yScore 1."));
    expect(() => rocAuc([0, 1], [1, Number.NaN])).toThrow(
      new RangeError("rocAuc: yScore must not be NaN, is at index 1."),
    );
    const rows = [
      [0.9, 0.1],
      [0.2, 0.8],
    ];
    expect(() => rocAuc([0, 1], rows as never)).toThrow(
      new TypeError(
        "rocAuc: yScore must hold numbers, got [0.9,0.1] at index 0; scores of several classes go into a matrix { data, rows, cols }.",
      ),
    );
    expect(() => logLoss([0, 1], rows as never)).toThrow(
      new TypeError(
        "logLoss: proba must be a matrix { data, rows, cols } or an array of numbers, got an array of arrays.",
      ),
    );
    expect(() => rocCurve([1, 1], [1, 2])).toThrow(
      new RangeError("rocCurve: both classes are needed, got 2 targets and 0 others."),
    );
  });
});

describe("detCurve", () => {
  it("ends just above the highest score, where nothing is accepted", () => {
    const { thresholds, fpr, fnr } = detCurve([0, 1], [1, 2]);
    expect([...thresholds]).toEqual([1, 2, 2 + 2 ** -51]);
    expect([...fpr]).toEqual([1, 0, 0]);
    expect([...fnr]).toEqual([0, 0, 1]);
    expect(detCurve([0, 1], [-2, -1]).thresholds[2]).toBe(-1 + 2 ** -53);
    expect(detCurve([0, 1], [-1, 0]).thresholds[2]).toBe(Number.MIN_VALUE);
  });
});

describe("equalErrorRate", () => {
  it("is 0 when the classes separate", () => {
    expect(equalErrorRate([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]).eer).toBe(0);
  });

  it("is 1 when the scores are upside down", () => {
    expect(equalErrorRate([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]).eer).toBe(1);
  });

  it("is one half when all scores tie", () => {
    expect(equalErrorRate([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]).eer).toBe(0.5);
  });

  it("interpolates between the two points around the crossing", () => {
    // thresholds 1, 2, 3, 4, 5, above: misses 0, 1/3, 1/3, 1/3, 2/3, 1; false alarms 1, 1, 1/2, 0, 0, 0
    expect(equalErrorRate([1, 0, 0, 1, 1], [1, 2, 3, 4, 5]).eer).toBeCloseTo(1 / 3, 12);
  });

  it("equals the crossing found by walking along the DET curve", () => {
    const item = fc.record({ y: fc.constantFrom(0, 1), score: fc.integer({ min: -20, max: 20 }) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 2 }), (items) => {
        const y = items.map((i) => i.y);
        fc.pre(y.includes(0) && y.includes(1));
        const score = items.map((i) => i.score);
        expect(equalErrorRate(y, score).eer).toBeCloseTo(walkedEer(y, score), 12);
      }),
    );
  });

  it("does not change when the scores are mapped by a rising function", () => {
    const item = fc.record({ y: fc.constantFrom(0, 1), score: fc.integer({ min: -50, max: 50 }) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 2 }), (items) => {
        const y = items.map((i) => i.y);
        fc.pre(y.includes(0) && y.includes(1));
        const plain = equalErrorRate(
          y,
          items.map((i) => i.score),
        );
        const mapped = equalErrorRate(
          y,
          items.map((i) => Math.exp(i.score / 10)),
        );
        expect(mapped.eer).toBeCloseTo(plain.eer, 12);
      }),
    );
  });

  it("asks for both classes", () => {
    expect(() => equalErrorRate([1, 1], [0.2, 0.3])).toThrow(
      new RangeError("equalErrorRate: both classes are needed, got 2 targets and 0 others."),
    );
  });
});

/** The definition, slowly: both rates at each point, and a line between the two around the crossing. */
function walkedEer(y: number[], score: number[]): number {
  const { fpr, fnr } = detCurve(y, score);
  const after = fpr.findIndex((_, i) => fnr[i] >= fpr[i]);
  if (fnr[after] === fpr[after] || after === 0) return fpr[after];
  const gap = fpr[after - 1] - fnr[after - 1];
  const share = gap / (gap + fnr[after] - fpr[after]);
  return fpr[after - 1] + share * (fpr[after] - fpr[after - 1]);
}

describe("minDcf", () => {
  it("is the lowest cost over the thresholds, by hand", () => {
    // Accepting ≥ 3 misses one of three targets and accepts no other: 0.5 · 1/3, over 0.5.
    expect(minDcf([1, 0, 1, 1], [1, 2, 3, 4], { pTarget: 0.5 })).toEqual({ minDcf: 1 / 3, threshold: 3 });
    expect(minDcf([1, 0, 1, 1], [1, 2, 3, 4], { pTarget: 0.5, normalize: false }).minDcf).toBeCloseTo(1 / 6, 15);
  });

  it("is 1 when nothing beats a constant answer, and 0 when classes separate", () => {
    expect(minDcf([1, 0], [1, 2]).minDcf).toBe(1);
    expect(minDcf([0, 1], [1, 2])).toEqual({ minDcf: 0, threshold: 2 });
  });

  it("says what is wrong", () => {
    expect(() => minDcf([0, 1], [1, 2], { pTarget: 1 })).toThrow(
      new RangeError("minDcf: pTarget must be in (0, 1), got 1."),
    );
    expect(() => minDcf([0, 1], [1, 2], { cMiss: 0 })).toThrow(
      new RangeError(`minDcf: cMiss must be in [${Number.MIN_VALUE}, ${Number.MAX_VALUE}], got 0.`),
    );
  });
});

describe.each([5000, 70_000])("sortScores and orderOf of %d scores", (size) => {
  const rng = createRng(5);
  const many = (make: (i: number) => number) => Float64Array.from({ length: size }, (_, i) => make(i));
  const sets: Record<string, Float64Array> = {
    "spread over all exponents": many(() => (rng.uniform() - 0.5) * 10 ** (rng.below(600) - 300)),
    "close together": many(() => 1 + rng.uniform() * 1e-9),
    "with ties, infinities and both zeros": many((i) => [0, -0, 1, -1, Infinity, -Infinity, 0.5][i % 7]),
    "already sorted": many((i) => i / 7),
    "of float32": many(() => Math.fround(rng.uniform())),
  };

  it.each(Object.keys(sets))("agree with the native sort on scores %s", (name) => {
    const want = sets[name].slice().sort((a, b) => a - b);
    expect(sortScores(sets[name].slice()).every((v, i) => v === want[i])).toBe(true);
    const order = orderOf(sets[name]);
    expect(order.every((item, i) => sets[name][item] === want[i])).toBe(true);
    expect(new Set(order).size).toBe(size);
    expect(order.every((item, i) => i === 0 || want[i] !== want[i - 1] || item > order[i - 1])).toBe(true);
  });
});

describe("figures without weights", () => {
  it("equal those with every weight 1, which take the way over counts", () => {
    const item = fc.record({ y: fc.constantFrom(0, 1), score: fc.integer({ min: -9, max: 9 }) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 2 }), (items) => {
        const y = items.map((i) => i.y);
        fc.pre(y.includes(0) && y.includes(1));
        const score = items.map((i) => i.score / 4);
        const sampleWeight = y.map(() => 1);
        expectClose(rocAuc(y, score), rocAuc(y, score, { sampleWeight }));
        expectClose(averagePrecision(y, score), averagePrecision(y, score, { sampleWeight }));
        const [plain, weighted] = [equalErrorRate(y, score), equalErrorRate(y, score, { sampleWeight })];
        expectClose([plain.eer, plain.threshold], [weighted.eer, weighted.threshold]);
      }),
    );
  });
});
