import {
  applyTemperature,
  calibrationCurve,
  chooseThreshold,
  cllr,
  expectedCalibrationError,
  fitIsotonic,
  fitPlatt,
  fitTemperature,
  logLoss,
  minCllr,
  type ThresholdRule,
} from "@earshot/metrics";
import type { Predictions } from "../judge/predictions.js";
import { calibratedProbability, type Decision, type DecisionPoint, logOdds } from "./decision.js";

export interface LearnDecisionOptions {
  /** Target of two classes (default: the last). */
  positive: string | null;
  /** Of two classes: a logistic function, or any rising one, which wants about a thousand items. */
  method: "platt" | "isotonic";
  /** Point that decides. */
  rule: "even" | "eer";
}

/** How well probabilities agree with what happened, before and after calibration; each item's by a map learned without it. */
export interface CalibrationFacts {
  kind: "platt" | "isotonic" | "temperature";
  /** Items learned from and measured on. */
  n: number;
  raw: CalibrationFigures;
  calibrated: CalibrationFigures;
  /** Points of the reliability diagram: probability given, share that came true, items; of the target, or of the class named. */
  curves: { raw: ReliabilityCurve; calibrated: ReliabilityCurve };
  /** Detectors: cost of the log-likelihood ratios in bits, and what it would be with the best rising map. */
  cllr?: number;
  minCllr?: number;
  target?: string;
}

export interface CalibrationFigures {
  /** Expected calibration error. */
  ece: number;
  logLoss: number;
}

export interface ReliabilityCurve {
  probPred: number[];
  probTrue: number[];
  counts: number[];
}

/** With fewer held-out items a calibration would say more about chance than about the model. */
const fewest = 30;
const fewestOfClass = 8;
/** Temperatures need no more than this. */
const mostItems = 20_000;

/** Points stored with a detector; rates and costs are those of the docstring of {@link Decision}. */
const rules: Record<string, ThresholdRule> = {
  eer: { at: "eer" },
  falseAlarm: { at: "falseAlarmRate", most: 0.01 },
  cost: { at: "cost" },
};

/**
 * Learns from judged items, whose models had not met them, how scores become probabilities and where to decide; and measures
 * what that is worth, each item by what was learned from the items of other folds (turns, groups, or every fifth).
 *
 * @returns nothing where there are too few items: 30, and 8 of either class of two
 */
export function learnDecision(
  predictions: Predictions,
  options: LearnDecisionOptions,
): { decision: Decision; facts: CalibrationFacts } | undefined {
  const { classes, yTrue } = predictions;
  if (classes.length < 2 || yTrue.length < fewest || yTrue.some((label) => !classes.includes(label))) return undefined;
  return classes.length === 2 ? learnDetector(predictions, options) : learnClasses(predictions);
}

function learnDetector(
  predictions: Predictions,
  { positive, method, rule }: LearnDecisionOptions,
): { decision: Decision; facts: CalibrationFacts } | undefined {
  const { classes, yTrue, probabilities } = predictions;
  const target = positive ?? classes[1];
  const column = classes.indexOf(target);
  const truth = Uint8Array.from(yTrue, (label) => Number(label === target));
  const scores = Float64Array.from(yTrue, (_, i) => logOdds(probabilities[2 * i + column]));
  const targets = truth.reduce((sum, t) => sum + t, 0);
  if (Math.min(targets, truth.length - targets) < fewestOfClass) return undefined;
  const fit = method === "platt" ? fitPlatt : fitIsotonic;
  const calibration = fit(truth, scores);
  const point = (score: number, fnr: number, fpr: number): DecisionPoint => ({
    score,
    probability: calibratedProbability(calibration, score).probability,
    fnr,
    fpr,
  });
  const chosen = Object.entries(rules).map(([name, rule]): [string, DecisionPoint] => {
    const { threshold, fnr, fpr } = chooseThreshold(truth, scores, rule);
    return [name, point(threshold, fnr, fpr)];
  });
  const missed = scores.filter((s, i) => truth[i] === 1 && s < 0).length;
  const passed = scores.filter((s, i) => truth[i] === 0 && s >= 0).length;
  const even = point(0, missed / targets, passed / (truth.length - targets));
  const decision: Decision = {
    items: truth.length,
    calibration,
    target,
    points: { even, ...Object.fromEntries(chosen) },
    rule,
  };

  const llrs = new Float64Array(truth.length);
  const own = new Float64Array(truth.length);
  for (const { rest, part } of foldsOf(predictions)) {
    const restTruth = Uint8Array.from(rest, (i) => truth[i]);
    const both = restTruth.includes(0) && restTruth.includes(1);
    const map = both
      ? fit(
          restTruth,
          Float64Array.from(rest, (i) => scores[i]),
        )
      : calibration;
    for (const i of part) {
      const { probability, llr } = calibratedProbability(map, scores[i]);
      own[i] = probability;
      llrs[i] = llr;
    }
  }
  const raw = scores.map((s) => 1 / (1 + Math.exp(-s)));
  const facts: CalibrationFacts = {
    kind: method,
    n: truth.length,
    raw: figuresOf(truth, raw, logLoss(truth, raw, { labels: [0, 1] })),
    calibrated: figuresOf(truth, own, logLoss(truth, own, { labels: [0, 1] })),
    curves: { raw: curveOf(truth, raw), calibrated: curveOf(truth, own) },
    cllr: cllr(truth, llrs),
    minCllr: minCllr(truth, scores),
    target,
  };
  return { decision, facts };
}

function learnClasses(predictions: Predictions): { decision: Decision; facts: CalibrationFacts } {
  const { classes, yTrue, probabilities } = predictions;
  const k = classes.length;
  const n = yTrue.length;
  const fit = (items: readonly number[]) => {
    const every = Math.ceil(items.length / mostItems);
    const some = items.filter((_, i) => i % every === 0);
    const data = new Float64Array(some.length * k);
    some.forEach((i, row) => {
      data.set(probabilities.subarray(i * k, (i + 1) * k), row * k);
    });
    const truth = some.map((i) => yTrue[i]);
    return fitTemperature(truth, { data, rows: some.length, cols: k }, { labels: classes });
  };
  const decision: Decision = { items: n, calibration: fit(yTrue.map((_, i) => i)) };
  const own = new Float64Array(n * k);
  for (const { rest, part } of foldsOf(predictions)) {
    const map = fit(rest);
    for (const i of part) own.set(applyTemperature(map, probabilities.subarray(i * k, (i + 1) * k)), i * k);
  }
  const measure = (data: Float64Array) => {
    const confidence = new Float64Array(n);
    const right = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      let best = 0;
      for (let c = 1; c < k; c++) if (data[i * k + c] > data[i * k + best]) best = c;
      confidence[i] = Math.min(1, data[i * k + best]);
      right[i] = Number(classes[best] === yTrue[i]);
    }
    const loss = logLoss(yTrue, { data: data.map((p) => Math.min(1, p)), rows: n, cols: k }, { labels: classes });
    return { figures: figuresOf(right, confidence, loss), curve: curveOf(right, confidence) };
  };
  const raw = measure(probabilities);
  const calibrated = measure(own);
  const facts: CalibrationFacts = {
    kind: "temperature",
    n,
    raw: raw.figures,
    calibrated: calibrated.figures,
    curves: { raw: raw.curve, calibrated: calibrated.curve },
  };
  return { decision, facts };
}

function figuresOf(truth: Uint8Array, probability: Float64Array, loss: number): CalibrationFigures {
  return { ece: expectedCalibrationError(truth, probability), logLoss: loss };
}

function curveOf(truth: Uint8Array, probability: Float64Array): ReliabilityCurve {
  const { probPred, probTrue, counts } = calibrationCurve(truth, probability, { nBins: 10 });
  return { probPred: [...probPred], probTrue: [...probTrue], counts: [...counts] };
}

/** Parts to learn without: the turns of the split, else five of groups, else every fifth item. */
function foldsOf({ turns, groups }: Predictions): { rest: number[]; part: number[] }[] {
  const names = new Set(turns).size > 1 ? turns : groups.every((group) => group !== undefined) ? groups : undefined;
  const places = new Map([...new Set(names)].map((name, i) => [name, i % 5]));
  const fold = (i: number): number => (names && places.size > 1 ? (places.get(names[i]) ?? 0) : i % 5);
  const count = names && places.size > 1 ? Math.min(5, places.size) : 5;
  return Array.from({ length: count }, (_, f) => {
    const rest: number[] = [];
    const part: number[] = [];
    turns.forEach((_, i) => {
      (fold(i) === f ? part : rest).push(i);
    });
    return { rest, part };
  }).filter(({ part, rest }) => part.length > 0 && rest.length > 0);
}
