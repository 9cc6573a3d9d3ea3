import { type Estimator, selectSamples } from "@earshot/models";
import { explainText, type NgramWeight } from "@earshot/models/text";
import { decide } from "../decision/decision.js";
import { unlike } from "../novelty/reference.js";
import type { TrainedModel } from "../run/trainedRun.js";
import type { Samples } from "./readSamples.js";

/** What a model says of one file, text or row. */
export interface Prediction {
  file: string;
  /** Null where it is not judged. */
  class: string | null;
  /** Calibrated, where the model folder has a calibration. */
  probabilities: Record<string, number>;
  /** Detectors: log-likelihood ratio of the target, in nats, and the probability from which on it is named. */
  llr?: number;
  threshold?: number;
  /** Why it is not judged: what it is like that nothing in training was. */
  notJudged?: string;
  /** Texts: the words that speak most for and against the class. */
  words?: NgramWeight[];
}

export interface PredictOptions {
  /** Point or probability at which a detector decides (default: the model's own). */
  at?: string;
  /** Judge also what is unlike anything in training (default false). */
  anyway?: boolean;
}

/** Words shown with a text. */
const mostWords = 8;

/** Judges what a file holds, all its rows at once. */
export async function predictSamples(
  { model, config, decision, reference }: TrainedModel,
  { names, x, clip, text }: Samples,
  { at, anyway = false }: PredictOptions = {},
): Promise<Prediction[]> {
  const { classes } = model;
  const { data, cols } = await model.predictProba(x);
  const frame = { model, ...(config && { modelRate: config.sampleRate }) };
  return names.map((name, i) => {
    const verdict = decide(decision, classes, data.subarray(i * cols, (i + 1) * cols), at);
    const own = { x: names.length > 1 ? selectSamples(x, [i]) : x, ...(clip && { clip }) };
    const strange = reference && !anyway ? unlike(reference, own, frame) : undefined;
    const words = text === undefined ? undefined : wordsThatDecide(model, text, verdict.class);
    const round = (v: number): number => Number(v.toFixed(6));
    return {
      file: name,
      class: strange === undefined ? verdict.class : null,
      probabilities: Object.fromEntries(classes.map((label, c) => [label, round(verdict.probabilities[c])])),
      ...(verdict.llr !== undefined && { llr: round(verdict.llr) }),
      ...(verdict.threshold !== undefined && { threshold: round(verdict.threshold) }),
      ...(strange !== undefined && { notJudged: strange }),
      ...(words && { words }),
    };
  });
}

/** What speaks for and against the class, where the model is one of words and weights. */
function wordsThatDecide(model: TrainedModel["model"], text: string, label: string): NgramWeight[] | undefined {
  if (!("steps" in model)) return undefined;
  try {
    return explainText(model as { steps: readonly Estimator[] }, text, { top: mostWords })[label];
  } catch (error) {
    // Models that are not linear in their words give no such list.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
