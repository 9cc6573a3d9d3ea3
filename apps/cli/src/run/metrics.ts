import type { OpenedData } from "../data/openData.js";
import type { CalibrationFacts } from "../decision/learnDecision.js";
import type { Judgement } from "../judge/judge.js";
import type { MethodFigures } from "../judge/perMethod.js";
import type { Leak } from "../train/leakage.js";
import type { Plan } from "../train/planSplit.js";
import type { Prepared } from "../train/prepareData.js";

/** How the items were parted. */
export interface SplitFacts {
  by: string;
  /** One sentence. */
  how: string;
  /** Models that were trained and judged; the figures pool all of them. */
  folds: number;
  /** Items trained on, on average over folds. */
  train: number;
  /** Groups on both sides of a split: the figures then say nothing about groups never met. */
  sharedGroups: string[];
}

/** A second judgement, on groups that were not in training. */
export type Beside = Pick<Judgement, "n" | "metrics" | "perGroup" | "perFold"> & { split: SplitFacts };

/** `metrics.json`; with the run's folder in front, also what `--json` prints. Equal for equal seeds but for `seconds`. */
export interface Metrics extends Judgement {
  recipe: string;
  data: {
    kind: string;
    title: string;
    items: number;
    classes: number;
    broken: number;
    /** Items without a class, which nothing can be learned from; absent where there are none. */
    unlabelled?: number;
  };
  split: SplitFacts;
  /** Wall time of all of it. */
  seconds: number;
  /** What stands on both sides of the split; without --allow-leakage, training refuses it. */
  leakage: Leak[];
  beside?: Beside;
  /** Equal error rates by what the split holds out beside groups: each spoofing method against all bona fide speech. */
  perMethod?: Record<string, MethodFigures>;
  /** What calibrated probabilities are worth; absent where too few items were judged to learn a calibration. */
  calibration?: CalibrationFacts;
}

interface Parts {
  recipe: string;
  data: OpenedData;
  prepared: Prepared;
  plan: Plan;
  leakage: Leak[];
  judgement: Judgement;
  methods?: Record<string, MethodFigures>;
  beside?: Beside;
  calibration?: CalibrationFacts;
  seconds: number;
}

/** Puts together what a run has measured. */
export function metricsOf({
  recipe,
  data,
  prepared,
  plan,
  leakage,
  judgement,
  methods,
  beside,
  calibration,
  seconds,
}: Parts): Metrics {
  const { n, metrics, perClass, perGroup, perFold, confusion } = judgement;
  return {
    recipe,
    data: {
      kind: data.corpus.kind,
      title: data.corpus.title,
      items: prepared.items.length,
      classes: new Set(prepared.items.map((item) => item.label)).size,
      broken: prepared.broken.length,
      ...(data.unlabelled > 0 && { unlabelled: data.unlabelled }),
    },
    split: splitFacts(plan),
    n,
    seconds,
    metrics,
    perClass,
    perGroup,
    ...(perFold && { perFold }),
    confusion,
    leakage,
    ...(methods && { perMethod: methods }),
    ...(beside && { beside }),
    ...(calibration && { calibration }),
  };
}

export function splitFacts({ by, sentence, turns, sharedGroups }: Plan): SplitFacts {
  const mean = (count: (turn: Plan["turns"][number]) => number): number =>
    Math.round(turns.reduce((sum, turn) => sum + count(turn), 0) / turns.length);
  return {
    by,
    how: sentence,
    folds: turns.length,
    train: mean((turn) => turn.train.length),
    sharedGroups: sharedGroups.flatMap(({ group }) => group ?? []),
  };
}
