import { applyIsotonic, applyPlatt, applyTemperature } from "@earshot/metrics";
import { z } from "zod";

const prior = { priorLogOdds: z.number() };
const numbers = z.array(z.number()).min(1);

/** The part of a model folder's `decision` that live listening needs; `earshot train` writes it. */
const decisionSchema = z.object({
  calibration: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("platt"), slope: z.number(), intercept: z.number(), ...prior }),
    z.object({ kind: z.literal("isotonic"), scores: numbers, probabilities: numbers, ...prior }),
    z.object({ kind: z.literal("temperature"), temperature: z.number().positive() }),
  ]),
  target: z.string().optional(),
  points: z.record(z.string(), z.object({ probability: z.number() })).optional(),
  rule: z.string().optional(),
});

/** How a model's probabilities are to be read. */
export interface Reading {
  /**
   * Calibrated probabilities of several windows, as `earshot predict` gives them.
   *
   * @param proba windows × classes, row-major; not modified
   */
  calibrate(proba: ArrayLike<number>): ArrayLike<number>;
  /** Two-class detectors: the class that is looked for, and the calibrated probability from which on it is named. */
  detector?: { target: string; threshold: number };
}

/**
 * Reads a model folder's `decision`; without one, probabilities stay as they are.
 *
 * @throws RangeError naming the field that is wrong
 */
export function readDecision(name: string, decision: unknown, classes: readonly string[]): Reading {
  if (decision === undefined || decision === null) return { calibrate: (proba) => proba };
  const parsed = decisionSchema.safeParse(decision);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new RangeError(`loadedModel: ${name}: ${["decision", ...path].join(".")}: ${message}.`);
  }
  const { calibration, target, points = {}, rule = "even" } = parsed.data;
  const width = classes.length;
  if (calibration.kind === "temperature") {
    return {
      calibrate: (proba) =>
        byRow(proba, width, (row, out) => out.set(Float64Array.from(applyTemperature(calibration, row)))),
    };
  }
  if (target === undefined) return { calibrate: (proba) => proba };
  const column = classes.indexOf(target);
  if (column < 0 || width !== 2) {
    throw new RangeError(
      `loadedModel: ${name}: decision.target "${target}" must be one of two classes, got ${classes.join(", ")}.`,
    );
  }
  const threshold = Object.hasOwn(points, rule) ? points[rule].probability : undefined;
  return {
    calibrate: (proba) =>
      byRow(proba, 2, (row, out) => {
        const score = logOdds(row[column]);
        const p = calibration.kind === "platt" ? applyPlatt(calibration, score) : applyIsotonic(calibration, score);
        out[column] = p;
        out[1 - column] = 1 - p;
      }),
    ...(threshold !== undefined && { detector: { target, threshold } }),
  };
}

function byRow(
  proba: ArrayLike<number>,
  width: number,
  read: (row: Float64Array, out: Float64Array) => void,
): Float64Array {
  const given = Float64Array.from(proba);
  const out = new Float64Array(given.length);
  for (let at = 0; at < given.length; at += width) read(given.subarray(at, at + width), out.subarray(at, at + width));
  return out;
}

/** Log-odds of a probability, finite; the scores that calibrations are learned from. */
function logOdds(p: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, p));
  return Math.log(inside / (1 - inside));
}
