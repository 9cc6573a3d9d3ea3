import {
  applyIsotonic,
  applyPlatt,
  applyTemperature,
  type IsotonicCalibration,
  isotonicLlr,
  type PlattCalibration,
  plattLlr,
  type TemperatureCalibration,
} from "@earshot/metrics";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";

/** A point at which a detector may decide: the target is named when its score is at least this. */
export interface DecisionPoint {
  /** Log-odds of the target, as the model gives them. */
  score: number;
  /** The same, calibrated. */
  probability: number;
  /** Miss and false-alarm rate there, on the items it was chosen on. */
  fnr: number;
  fpr: number;
}

/** How a model's scores become probabilities and decisions; plain JSON, stored as `decision` in its folder. */
export interface Decision {
  /** Items learned from; models that judged them had not met them. */
  items: number;
  /** Of a detector's log-odds, or of all classes' log-probabilities. */
  calibration: PlattCalibration | IsotonicCalibration | TemperatureCalibration;
  /** Class that the points decide for, of two. */
  target?: string;
  /** `even` is the model's own even odds, the others were chosen: at equal errors, at 1 % false alarms, at NIST's costs. */
  points?: Record<string, DecisionPoint>;
  /** Point that decides unless another is asked for. */
  rule?: string;
}

/** What a model says of one item, and what follows. */
export interface Verdict {
  class: string;
  /** Calibrated, in the order of the model's classes. */
  probabilities: number[];
  /** Natural logarithm of how many times likelier the item is under the target than under the other class; for detectors. */
  llr?: number;
  /** Probability of the target from which on it is named; for detectors. */
  threshold?: number;
}

/** Log-odds of a probability, finite. */
export function logOdds(p: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, p));
  return Math.log(inside / (1 - inside));
}

/** Calibrated probability of the target. */
export function calibratedProbability(
  calibration: PlattCalibration | IsotonicCalibration,
  score: number,
): { probability: number; llr: number } {
  if (calibration.kind === "platt")
    return { probability: applyPlatt(calibration, score), llr: plattLlr(calibration, score) };
  return { probability: applyIsotonic(calibration, score), llr: isotonicLlr(calibration, score) };
}

/**
 * Decides on one item; without a stored decision, the likeliest class by the model's own probabilities.
 *
 * @param at name of a point, or a probability of the target (default: the stored rule)
 * @throws UserError for a point that the model has not
 */
export function decide(
  decision: Decision | undefined,
  classes: readonly string[],
  row: ArrayLike<number>,
  at?: string,
): Verdict {
  const own = Array.from(row);
  const likeliest = classes[own.reduce((best, p, c) => (p > own[best] ? c : best), 0)];
  const calibration = decision?.calibration;
  if (!calibration || calibration.kind === "temperature" || decision.target === undefined) {
    if (at !== undefined)
      throw new UserError(
        `--at ${at} is for detectors, whose run has two classes and a calibration; this model names the likeliest of ${classes.length}.`,
      );
    const probabilities = calibration?.kind === "temperature" ? Array.from(applyTemperature(calibration, own)) : own;
    return { class: likeliest, probabilities };
  }
  const { target } = decision;
  const column = classes.indexOf(target);
  const score = logOdds(own[column]);
  const { probability, llr } = calibratedProbability(calibration, score);
  const { named, threshold } = pointOf(decision, at, score, probability);
  return {
    class: named ? target : classes[1 - column],
    probabilities: column === 1 ? [1 - probability, probability] : [probability, 1 - probability],
    llr,
    threshold,
  };
}

function pointOf(
  { points = {}, rule = "even" }: Decision,
  at: string | undefined,
  score: number,
  probability: number,
): { named: boolean; threshold: number } {
  const wanted = at ?? rule;
  const point = Object.hasOwn(points, wanted) ? points[wanted] : undefined;
  if (point) return { named: score >= point.score, threshold: point.probability };
  const number = Number(wanted);
  if (wanted.trim() !== "" && number >= 0 && number <= 1) return { named: probability >= number, threshold: number };
  throw new UserError(`--at must be a probability or a point of the model; ${nearest(wanted, Object.keys(points))}`);
}
