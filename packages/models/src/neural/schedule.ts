import { nearest } from "../core/options.js";

/** How the learning rate moves over a fit. Times are shares of all steps unless said. */
export type Schedule =
  | { kind: "constant"; warmup?: number }
  /** Down to `end` times the learning rate along half a cosine. */
  | { kind: "cosine"; warmup?: number; end?: number }
  /** Times `factor` after every `every` epochs. */
  | { kind: "step"; every: number; factor?: number; warmup?: number }
  /** Up from a 25th to the full rate over `peak` of the steps, then down to a 10,000th. Source: Smith & Topin 2018. */
  | { kind: "oneCycle"; peak?: number }
  /** Times `factor` when the monitored figure has not improved for `patience` epochs. */
  | { kind: "plateau"; factor?: number; patience?: number; warmup?: number };

const OPTIONS: Record<Schedule["kind"], readonly string[]> = {
  constant: ["warmup"],
  cosine: ["warmup", "end"],
  step: ["every", "factor", "warmup"],
  oneCycle: ["peak"],
  plateau: ["factor", "patience", "warmup"],
};

/** @throws RangeError for an unknown kind or option, naming the nearest known one */
export function readSchedule(given: Schedule): Schedule {
  const kinds = Object.keys(OPTIONS);
  if (!Object.hasOwn(OPTIONS, given.kind)) {
    throw new RangeError(`neuralClassifier: unknown schedule "${given.kind}"; ${nearest(String(given.kind), kinds)}`);
  }
  for (const [key, value] of Object.entries(given)) {
    if (key === "kind") continue;
    if (!OPTIONS[given.kind].includes(key)) {
      const known = OPTIONS[given.kind];
      throw new RangeError(`neuralClassifier: schedule ${given.kind} has no option "${key}"; ${nearest(key, known)}`);
    }
    if (typeof value !== "number" || !(value >= 0)) {
      throw new RangeError(`neuralClassifier: schedule.${key} must be a number of at least 0, got ${value}.`);
    }
  }
  if (given.kind === "step" && !(given.every >= 1)) {
    throw new RangeError(
      `neuralClassifier: schedule.every must be a number of epochs of at least 1, got ${given.every}.`,
    );
  }
  return given;
}

/**
 * What the learning rate is multiplied by.
 *
 * @param progress steps taken of all, in [0, 1)
 * @param epoch from 0
 * @param drops how often a plateau was met
 */
export function rateFactor(schedule: Schedule, progress: number, epoch: number, drops: number): number {
  if (schedule.kind === "oneCycle") {
    const { peak = 0.3 } = schedule;
    if (progress < peak) return wave(1 / 25, 1, progress / peak);
    return wave(1, 1e-4, (progress - peak) / (1 - peak));
  }
  const { warmup = 0 } = schedule;
  if (progress < warmup) return (progress + 1e-3) / warmup;
  if (schedule.kind === "cosine") return wave(1, schedule.end ?? 0, (progress - warmup) / (1 - warmup));
  if (schedule.kind === "step") return (schedule.factor ?? 0.1) ** Math.floor(epoch / schedule.every);
  if (schedule.kind === "plateau") return (schedule.factor ?? 0.5) ** drops;
  return 1;
}

/** From a to b along half a cosine, as t goes from 0 to 1. */
const wave = (a: number, b: number, t: number): number => b + ((a - b) * (1 + Math.cos(Math.PI * t))) / 2;
