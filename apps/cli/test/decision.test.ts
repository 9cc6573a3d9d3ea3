import { cllr } from "@earshot/metrics";
import { describe, expect, it } from "vitest";
import { UserError } from "../src/cli/errors.js";
import { type Decision, decide } from "../src/decision/decision.js";
import { readFolderFields } from "../src/decision/folderFields.js";
import { learnDecision } from "../src/decision/learnDecision.js";
import type { Predictions } from "../src/judge/predictions.js";

/** A detector with normal scores whose log-odds are `sure` times as large as they should be. */
function detector(n: number, sure: number): Predictions {
  let state = 7;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const truth = Array.from({ length: n }, (_, i) => (i % 4 === 0 ? "real" : "fake"));
  // Unit deviation and means 2 apart: the log-likelihood ratio of a score s is 2 s.
  const odds = truth.map((label) => sure * 2 * (normal() + (label === "real" ? 1 : -1)));
  return {
    ids: truth.map((_, i) => `i${i}`),
    yTrue: truth,
    groups: truth.map((_, i) => `g${i % 20}`),
    turns: truth.map(() => "test"),
    classes: ["fake", "real"],
    probabilities: Float64Array.from(odds.flatMap((o) => [1 / (1 + Math.exp(o)), 1 / (1 + Math.exp(-o))])),
  };
}

const options = { positive: "real", method: "platt", rule: "eer" } as const;
const learn = (predictions: Predictions, change: object = {}) => {
  const learned = learnDecision(predictions, { ...options, ...change });
  if (!learned) throw new Error("nothing learned");
  return learned;
};

describe("learnDecision", () => {
  const sure = detector(2000, 5);
  const { decision, facts } = learn(sure);

  it("makes log-likelihood ratios of a detector's overconfident scores", () => {
    const llrs = sure.ids.map(
      (_, i) => decide(decision, sure.classes, sure.probabilities.slice(2 * i, 2 * i + 2)).llr ?? 0,
    );
    const truth = sure.yTrue.map((label) => (label === "real" ? 1 : 0));
    expect(cllr(truth, llrs)).toBeLessThan(
      cllr(
        truth,
        llrs.map((l) => 5 * l),
      ) - 0.1,
    );
    expect(facts.calibrated.ece).toBeLessThan(facts.raw.ece / 2);
    expect(facts.calibrated.logLoss).toBeLessThan(facts.raw.logLoss);
    expect(facts.cllr).toBeGreaterThanOrEqual(facts.minCllr ?? Number.NaN);
    expect(facts.cllr).toBeLessThan((facts.minCllr ?? Number.NaN) + 0.03);
  });

  it("stores thresholds at equal errors, at 1 % false alarms and by cost, with the rates they had", () => {
    const { even, eer, falseAlarm, cost } = decision.points ?? {};
    expect(Math.abs(eer.fnr - eer.fpr)).toBeLessThan(0.005);
    expect(falseAlarm.fpr).toBeLessThanOrEqual(0.01);
    expect(falseAlarm.fnr).toBeLessThan(0.7);
    expect(cost.probability).toBeGreaterThan(falseAlarm.probability);
    expect(even.score).toBe(0);
    expect(decision.rule).toBe("eer");
  });

  it("learns isotonic maps when asked to", () => {
    const { decision: steps, facts: measured } = learn(sure, { method: "isotonic" });
    expect(steps.calibration.kind).toBe("isotonic");
    expect(measured.calibrated.ece).toBeLessThan(facts.raw.ece / 2);
  });

  it("takes a temperature for more than two classes, which changes no decision", () => {
    const k = 3;
    const yTrue = Array.from({ length: 300 }, (_, i) => "abc"[i % k]);
    const odds = yTrue.flatMap((label, i) =>
      [..."abc"].map((own, c) => Math.exp(6 * (Number(own === label) + 1.5 * Math.sin(i * 12.9898 + c * 78.233)))),
    );
    const rows = Float64Array.from(odds, (v, at) => {
      const from = at - (at % k);
      return v / (odds[from] + odds[from + 1] + odds[from + 2]);
    });
    const predictions = { ...sure, ids: yTrue, yTrue, classes: ["a", "b", "c"], probabilities: rows };
    const blank = { groups: yTrue.map(() => undefined), turns: yTrue.map(() => "test") };
    const learned = learn({ ...predictions, ...blank });
    expect(learned.decision.calibration).toMatchObject({ kind: "temperature" });
    expect(learned.facts.calibrated.logLoss).toBeLessThan(learned.facts.raw.logLoss);
    for (let i = 0; i < 20; i++) {
      const row = rows.subarray(i * k, (i + 1) * k);
      expect(decide(learned.decision, predictions.classes, row).class).toBe(
        decide(undefined, predictions.classes, row).class,
      );
    }
  });

  it("learns nothing from a few items", () => {
    expect(learnDecision(detector(28, 1), options)).toBeUndefined();
    const few = detector(40, 1);
    expect(
      learnDecision({ ...few, yTrue: few.yTrue.map((_, i) => (i < 5 ? "real" : "fake")) }, options),
    ).toBeUndefined();
  });
});

describe("decide", () => {
  const decision: Decision = {
    items: 100,
    calibration: { kind: "platt", slope: -0.5, intercept: 0, priorLogOdds: 0 },
    target: "real",
    points: {
      even: { score: 0, probability: 0.5, fnr: 0, fpr: 0 },
      eer: { score: 1, probability: 0.62, fnr: 0, fpr: 0 },
    },
    rule: "eer",
  };
  const row = (score: number) => [1 / (1 + Math.exp(score)), 1 / (1 + Math.exp(-score))];
  const classes = ["fake", "real"];

  it("names the target from the threshold on, by score", () => {
    expect(decide(decision, classes, row(0.9)).class).toBe("fake");
    expect(decide(decision, classes, row(1.1)).class).toBe("real");
    expect(decide(decision, classes, row(0.9), "even").class).toBe("real");
    const { probabilities, llr, threshold } = decide(decision, classes, row(2));
    expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(llr).toBeCloseTo(1, 12);
    expect(threshold).toBe(0.62);
  });

  it("takes a probability for a threshold, of the calibrated target", () => {
    expect(decide(decision, classes, row(2), "0.7")).toMatchObject({ class: "real", threshold: 0.7 });
    expect(decide(decision, classes, row(2), "0.75").class).toBe("fake");
  });

  it("says which points there are, and that several classes have none", () => {
    expect(() => decide(decision, classes, row(0), "err")).toThrow(
      new UserError('--at must be a probability or a point of the model; did you mean "eer"?'),
    );
    expect(() => decide(undefined, ["a", "b", "c"], [1, 0, 0], "eer")).toThrow(
      new UserError(
        "--at eer is for detectors, whose run has two classes and a calibration; this model names the likeliest of 3.",
      ),
    );
  });

  it("is read from a folder only if it is whole", () => {
    const manifest = JSON.parse(JSON.stringify({ decision }));
    expect(readFolderFields("run", classes, manifest)).toEqual({ decision });
    manifest.decision.calibration.slope = "steep";
    expect(() => readFolderFields("run", classes, manifest)).toThrow(
      /model\.json of run: decision\.calibration\.slope is wrong/,
    );
    expect(() => readFolderFields("run", ["x", "y"], { decision })).toThrow(
      new UserError('model.json of run: decision.target "real" is no class of the model.'),
    );
  });
});
