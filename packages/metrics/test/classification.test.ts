import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  balancedAccuracy,
  classificationReport,
  confusionMatrix,
  fBeta,
  logLoss,
  precisionRecallF1,
} from "../src/index.js";
import { expectClose, golden, weightOf } from "./golden.js";

fc.configureGlobal({ seed: 20 });
const { cases, labels, binary, adjusted } = golden("classification");
const ranking = golden("ranking");

describe.each(cases as (typeof cases)[number][])("classification metrics on $name", (c) => {
  const options = weightOf(c.sampleWeight);

  it("equal scikit-learn's accuracy, balanced accuracy and confusion matrix", () => {
    expectClose(accuracy(c.yTrue, c.yPred, options), c.accuracy);
    expectClose(balancedAccuracy(c.yTrue, c.yPred, options), c.balancedAccuracy);
    expectClose(confusionMatrix(c.yTrue, c.yPred, options).data, c.confusion);
    for (const normalize of ["true", "pred", "all"] as const) {
      expectClose(confusionMatrix(c.yTrue, c.yPred, { ...options, normalize }).data, c[`confusion_${normalize}`]);
    }
  });

  it.each(["micro", "macro", "weighted"] as const)(
    "equal scikit-learn's precision, recall and F, averaged %s",
    (average) => {
      const want = c.averages[average];
      const got = precisionRecallF1(c.yTrue, c.yPred, { ...options, average });
      expectClose([got.precision, got.recall, got.f1], want.values);
      expectClose(fBeta(c.yTrue, c.yPred, { ...options, average, beta: 2 }), want.f2);
      const nan = { ...options, average, zeroDivision: Number.NaN };
      const skipping = precisionRecallF1(c.yTrue, c.yPred, nan);
      expectClose([skipping.precision, skipping.recall, fBeta(c.yTrue, c.yPred, { ...nan, beta: 0.5 })], want.nan);
    },
  );

  it("equal scikit-learn's report, class by class", () => {
    const report = classificationReport(c.yTrue, c.yPred, options);
    for (const row of report.perClass) {
      const want = c.report[String(row.label)];
      expectClose(
        [row.precision, row.recall, row.f1, row.support],
        [want.precision, want.recall, want["f1-score"], want.support],
      );
    }
    for (const average of ["macro", "weighted"] as const) {
      expectClose(report[average].f1, c.report[`${average} avg`]["f1-score"]);
    }
    expectClose(report.accuracy, c.accuracy);
  });
});

describe("labels, posLabel and adjusted", () => {
  it("average over the labels asked for, in their order, and leave other items out of the matrix", () => {
    const got = precisionRecallF1(labels.yTrue, labels.yPred, { labels: labels.labels, average: "micro" });
    expectClose([got.precision, got.recall, got.f1], labels.micro);
    const matrix = confusionMatrix(labels.yTrue, labels.yPred, { labels: labels.labels });
    expectClose(matrix.data, labels.confusion);
    expect(matrix.labels).toEqual([3, 1]);
    expectClose(balancedAccuracy(labels.yTrue, labels.yPred, { adjusted: true }), adjusted);
  });

  it("judge the positive class alone when binary", () => {
    const got = precisionRecallF1(binary.yTrue, binary.yPred, { average: "binary", posLabel: binary.posLabel });
    expectClose([got.precision, got.recall, got.f1], binary.values);
  });
});

describe("accuracy", () => {
  it("counts by hand", () => {
    expect(accuracy(["a", "b", "b", "c"], ["a", "b", "c", "c"])).toBe(0.75);
    expect(balancedAccuracy(["a", "b", "b", "c"], ["a", "b", "c", "c"])).toBeCloseTo(2.5 / 3, 15);
  });

  it("does not change when items are shuffled or classes renamed", () => {
    const pair = fc.tuple(fc.nat(3), fc.nat(3));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const measure = (list: [number, number][], name: (y: number) => string | number) => {
          const t = list.map(([y]) => name(y));
          const p = list.map(([, y]) => name(y));
          return [accuracy(t, p), balancedAccuracy(t, p), precisionRecallF1(t, p).f1];
        };
        const plain = measure(pairs, (y) => y);
        expectClose(
          measure([...pairs].reverse(), (y) => ["z", "k", "q", "a"][y]),
          plain,
        );
      }),
    );
  });
});

describe("logLoss", () => {
  const { multi, binaryLogLoss } = ranking;
  const proba = { data: multi.proba.flat(), rows: multi.yTrue.length, cols: 4 };

  it("equals scikit-learn's on several classes, with weights, summed and on two classes", () => {
    expectClose(logLoss(multi.yTrue, proba), multi.logLoss);
    expectClose(logLoss(multi.yTrue, proba, { sampleWeight: multi.sampleWeight }), multi.logLossWeighted);
    expectClose(logLoss(multi.yTrue, proba, { normalize: false }), multi.logLossSum);
    expectClose(logLoss(binaryLogLoss.yTrue, binaryLogLoss.proba), binaryLogLoss.value);
  });

  it("reads columns in the order of the labels", () => {
    const columns = { data: [0.1, 0.9], rows: 1, cols: 2 };
    expect(logLoss(["b"], columns, { labels: ["b", "a"] })).toBeCloseTo(-Math.log(0.1), 12);
  });

  it("says what is wrong", () => {
    expect(() => logLoss([0, 1], [0.5, 1.5])).toThrow(
      new RangeError("logLoss: proba must be in [0, 1], got 1.5 at index 1."),
    );
    expect(() => logLoss(["a"], { data: [1, 0], rows: 1, cols: 2 })).toThrow(
      new RangeError("logLoss: proba has 2 columns and there are 1 classes; name the columns with labels."),
    );
    expect(() => logLoss(["c"], { data: [1, 0], rows: 1, cols: 2 }, { labels: ["a", "b"] })).toThrow(
      new RangeError('logLoss: class "c" is not among the labels.'),
    );
    expect(() => logLoss([0], { data: [1], rows: 1, cols: 2 })).toThrow(
      new RangeError("logLoss: proba is 1 × 2 but holds 1 numbers."),
    );
  });
});

describe("bad labels and options", () => {
  it("are named in one sentence", () => {
    expect(() => accuracy([], [])).toThrow(new RangeError("accuracy: yTrue must hold at least one item, got 0."));
    expect(() => accuracy([1], [1, 2])).toThrow(new RangeError("accuracy: yTrue has 1 items and yPred 2."));
    expect(() => accuracy(["a", 1], ["a", 1])).toThrow(
      new TypeError('accuracy: labels must be all strings or all numbers, got both "a" and 1.'),
    );
    expect(() => accuracy([true as never], [true as never])).toThrow(
      new TypeError("accuracy: labels must be strings or numbers, got true."),
    );
    expect(() => accuracy([Number.NaN], [0])).toThrow(new RangeError("accuracy: labels must not be NaN."));
    expect(() => confusionMatrix([1], [1], { labels: ["a", "a"] })).toThrow(
      new RangeError('confusionMatrix: labels must differ, got "a" twice.'),
    );
    expect(() => confusionMatrix([1], [1], { normalize: "rows" as never })).toThrow(
      new RangeError("confusionMatrix: normalize must be one of true, pred, all, got rows."),
    );
    expect(() => accuracy([1, 2], [1, 2], { sampleWeight: [1, -1] })).toThrow(
      new RangeError("accuracy: sampleWeight must be finite and not negative, got -1 at index 1."),
    );
    expect(() => accuracy([1, 2], [1, 2], { sampleWeight: [0, 0] })).toThrow(
      new RangeError("accuracy: sampleWeight must not be all zero."),
    );
    expect(() => precisionRecallF1([0, 1, 2], [0, 1, 2], { average: "binary" })).toThrow(
      new RangeError(
        'precisionRecallF1: average "binary" is for two classes, got 3; choose "micro", "macro" or "weighted".',
      ),
    );
    expect(() => precisionRecallF1(["a", "b"], ["a", "b"], { average: "binary" })).toThrow(
      new RangeError('precisionRecallF1: posLabel 1 is not among the labels "a", "b".'),
    );
    expect(() => fBeta([0], [0], { beta: -1 })).toThrow(
      new RangeError(`fBeta: beta must be in [0, ${Number.MAX_VALUE}], got -1.`),
    );
  });
});
