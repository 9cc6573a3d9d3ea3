import {
  accuracy,
  balancedAccuracy,
  equalErrorRate,
  logLoss,
  minDcf,
  precisionRecallF1,
  rocAuc,
} from "@earshot/metrics";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFigures } from "../src/judge/figures.js";
import { judge } from "../src/judge/judge.js";
import { type Predictions, poolPredictions, predictedClasses, predictionsCsv } from "../src/judge/predictions.js";
import { areaInfluence, rankingFigures, rankingOf } from "../src/judge/ranking.js";
import { wilson } from "../src/judge/wilson.js";
import { readPredictions } from "../src/report/readPredictions.js";

/** Random predictions in which every class occurs. */
const anyPredictions = fc
  .tuple(
    fc.integer({ min: 2, max: 4 }),
    fc.array(fc.tuple(fc.nat(3), fc.array(fc.nat(9), { minLength: 4, maxLength: 4 })), { maxLength: 30 }),
  )
  .map(([k, rows]): Predictions => {
    const all = [...Array.from({ length: k }, (_, c) => [c, [1, 2, 3, 4]] as const), ...rows];
    const classes = ["a", "b", "c", "d"].slice(0, k);
    const probabilities = all.flatMap(([, weights]) => {
      const own = weights.slice(0, k).map((w) => w + 0.5);
      const sum = own.reduce((a, b) => a + b);
      return own.map((w) => w / sum);
    });
    return {
      ids: all.map((_, i) => `item${i}`),
      yTrue: all.map(([c]) => classes[c % k]),
      groups: all.map((_, i) => (i % 2 ? "x" : "y")),
      turns: all.map(() => "test"),
      classes,
      probabilities: Float64Array.from(probabilities),
    };
  });

const small: Predictions = {
  ids: ["1", "2", "3", "4"],
  yTrue: ["no", "no", "yes", "yes"],
  groups: ["g", "g", "h", "h"],
  turns: ["test", "test", "test", "test"],
  classes: ["no", "yes"],
  probabilities: Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.2, 0.8, 0.3, 0.7),
};

describe("createFigures", () => {
  it("equals the functions of @earshot/metrics, also on drawings with repeats", () => {
    fc.assert(
      fc.property(anyPredictions, fc.nat(1000), (predictions, salt) => {
        const { yTrue, classes, probabilities } = predictions;
        const k = classes.length;
        const yPred = predictedClasses(predictions);
        // Every class stays drawn, so that rocAuc is defined.
        const drawing = Uint32Array.from([
          ...yTrue.map((_, i) => i),
          ...yTrue.map((_, i) => (i * 7 + salt) % yTrue.length),
        ]);
        const pick = (list: string[]): string[] => Array.from(drawing, (i) => list[i]);
        const data = Float64Array.from([...drawing].flatMap((i) => [...probabilities.subarray(i * k, (i + 1) * k)]));
        const score = { data, rows: drawing.length, cols: k };
        const [acc, uar, f1, loss, auc, eer, cost] = createFigures(predictions, yPred).compute(drawing);
        expect(acc).toBeCloseTo(accuracy(pick(yTrue), pick(yPred)), 12);
        expect(uar).toBeCloseTo(balancedAccuracy(pick(yTrue), pick(yPred)), 12);
        expect(f1).toBeCloseTo(precisionRecallF1(pick(yTrue), pick(yPred)).f1, 12);
        expect(loss).toBeCloseTo(logLoss(pick(yTrue), score, { labels: classes }), 9);
        expect(auc).toBeCloseTo(rocAuc(pick(yTrue), score, { labels: classes }), 12);
        if (k > 2) return;
        const second = data.filter((_, i) => i % 2 === 1);
        const target = { posLabel: classes[1] };
        expect(eer).toBeCloseTo(equalErrorRate(pick(yTrue), second, target).eer, 12);
        expect(cost).toBeCloseTo(minDcf(pick(yTrue), second, target).minDcf, 12);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("takes rows as they are, as logLoss does, when they do not sum to 1", () => {
    const rounded = { ...small, probabilities: small.probabilities.map((p) => p * 0.9) };
    const loss = createFigures(rounded, predictedClasses(rounded)).compute(Uint32Array.of(0, 1, 2, 3))[3];
    const score = { data: rounded.probabilities, rows: 4, cols: 2 };
    expect(loss).toBeCloseTo(logLoss(rounded.yTrue, score, { labels: rounded.classes }), 12);
  });

  it("estimates the area of a drawing from each item's influence, where sorted passes would take too long", () => {
    const n = 2000;
    const isTarget = Uint8Array.from({ length: n }, (_, i) => Number(i % 3 === 0));
    const scores = Float64Array.from(isTarget, (t, i) => Math.round(20 * Math.sin(i * i) + 12 * t) / 4);
    const ranking = rankingOf(scores, isTarget);
    const { area, influence } = areaInfluence(scores, isTarget);
    expect(area).toBeCloseTo(rankingFigures(ranking, new Float64Array(n).fill(1)).rocAuc, 12);
    expect(influence.reduce((a, b) => a + b)).toBeCloseTo(0, 12);
    for (let draw = 1; draw < 20; draw++) {
      const times = new Float64Array(n);
      for (let i = 0; i < n; i++) times[Math.floor(Math.abs(Math.sin(draw * 977 + i) * 43758.5453) % n)]++;
      const estimate = times.reduce((sum, t, i) => sum + t * influence[i], area);
      // The error of one drawing is of the size 1/n; areas themselves differ by 1/√n from drawing to drawing.
      expect(Math.abs(estimate - rankingFigures(ranking, times).rocAuc)).toBeLessThan(0.003);
    }
  });
});

/** n judgements of two classes that are all of a kind. */
function all(n: number, kind: "right" | "wrong"): Predictions {
  const yTrue = Array.from({ length: n }, (_, i) => small.classes[i % 2]);
  const sure = (label: string, c: number): number => ((label === small.classes[c]) === (kind === "right") ? 0.9 : 0.1);
  return {
    ...small,
    ids: yTrue.map((_, i) => `i${i}`),
    yTrue,
    groups: yTrue.map(() => undefined),
    turns: yTrue.map(() => "0"),
    probabilities: Float64Array.from(yTrue.flatMap((label) => [sure(label, 0), sure(label, 1)])),
  };
}

describe("judge", () => {
  const judged = judge(small, { replicates: 200, seed: 1 });

  it("counts by hand", () => {
    expect(judged.metrics.accuracy.value).toBe(0.75);
    expect(judged.metrics.rocAuc.value).toBe(1);
    expect(judged.confusion).toEqual({
      labels: ["no", "yes"],
      counts: [
        [1, 1],
        [0, 2],
      ],
    });
    expect(judged.perClass.yes).toMatchObject({ n: 2, precision: 2 / 3, f1: 0.8 });
    expect(judged.perGroup.g).toMatchObject({ n: 2, accuracy: { value: 0.5 } });
  });

  it("gives two-class problems their error rate", () => {
    expect(judged.metrics.eer.value).toBe(0);
  });

  it("gives intervals that hold the value, the same for the same seed", () => {
    const { value, low, high } = judged.metrics.accuracy;
    expect(low).toBeLessThanOrEqual(value as number);
    expect(high).toBeGreaterThanOrEqual(value as number);
    expect(judge(small, { replicates: 200, seed: 1 })).toEqual(judged);
  });

  it("does not take a few items that are all right, or all wrong, for a proof", () => {
    const { accuracy, balancedAccuracy, rocAuc } = judge(all(24, "right"), { replicates: 200, seed: 1 }).metrics;
    expect(accuracy).toEqual(wilson(24, 24));
    expect(accuracy.low).toBeCloseTo(0.862, 3);
    expect(balancedAccuracy).toEqual(accuracy);
    expect(rocAuc.value).toBe(1);
    expect(judge(all(24, "wrong"), { replicates: 200, seed: 1 }).metrics.accuracy).toEqual(wilson(0, 24));
  });

  it("leaves intervals empty without replicates", () => {
    expect(judge(small, { replicates: 0, seed: 1 }).metrics.accuracy).toEqual({ value: 0.75, low: null, high: null });
  });
});

describe("predictions", () => {
  it("come back from their table", () => {
    const odd = { ...small, ids: ['a,"b"', "2", "3", "4"] };
    const back = readPredictions(predictionsCsv(odd));
    expect(back).toMatchObject({ ids: odd.ids, yTrue: odd.yTrue, classes: odd.classes });
    expect([...back.probabilities]).toEqual([...odd.probabilities]);
  });

  it("are read whatever line ends, exponents or names they have, and refused by row when cut off", () => {
    const { ids, yTrue, classes, probabilities } = readPredictions(
      'id,label,"a, b","c\nd"\r\n"x ""1""",é,1e-7,0.999999\r\ny,"a, b",1,0\r\n',
    );
    expect({ ids, yTrue, classes }).toEqual({ ids: ['x "1"', "y"], yTrue: ["é", "a, b"], classes: ["a, b", "c\nd"] });
    expect([...probabilities]).toEqual([1e-7, 0.999999, 1, 0]);
    expect(() => readPredictions("id,label,a,b\nx,a,1,0\ny,a,0.5")).toThrow(
      "predictions.csv: row 2 must hold id, label and 2 numbers; train the run again.",
    );
    expect(() => readPredictions("id,label,a,b\nx,a,1,many\n")).toThrow(/^predictions\.csv: row 1 must/);
    expect(readPredictions("id,label,a,b\n").ids).toEqual([]);
  });

  it("of several turns become one table, with 0 for classes a turn did not know", () => {
    const other: Predictions = {
      ...small,
      ids: ["0", "5"],
      yTrue: ["10", "no"],
      groups: ["g", "g"],
      turns: ["b", "b"],
      classes: ["10", "no"],
      probabilities: Float64Array.of(1, 0, 0.25, 0.75),
    };
    const pooled = poolPredictions([small, other]);
    expect(pooled.ids).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(pooled.classes).toEqual(["10", "no", "yes"]);
    expect([...pooled.probabilities.subarray(0, 6)]).toEqual([1, 0, 0, 0, 0.9, 0.1]);
  });
});

describe("wilson", () => {
  it("equals statsmodels' proportion_confint(9, 10, method='wilson')", () => {
    const { low, high } = wilson(9, 10);
    expect(low).toBeCloseTo(0.5958499732047615, 12);
    expect(high).toBeCloseTo(0.9821237869049271, 12);
  });
});
