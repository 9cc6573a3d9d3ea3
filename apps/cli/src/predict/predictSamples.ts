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
  /** Calibrated, where the model folder has a calibration; null where it is not judged. */
  probabilities: Record<string, number> | null;
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

/** Judges what a file holds, all its rows at once; what is unlike anything in training is named, not judged. */
export async function predictSamples(
  { model, decision, reference }: TrainedModel,
  { names, x, sound, texts }: Samples,
  { at, anyway = false }: PredictOptions = {},
): Promise<Prediction[]> {
  const reasons = names.map((_, i) => {
    if (!reference || anyway) return undefined;
    return unlike(reference, { x: names.length > 1 ? selectSamples(x, [i]) : x, ...(sound && { sound }) }, model);
  });
  const judged = names.flatMap((_, i) => (reasons[i] === undefined ? [i] : []));
  const proba =
    judged.length > 0
      ? await model.predictProba(judged.length < names.length ? selectSamples(x, judged) : x)
      : { data: new Float64Array(), cols: 0 };
  const predictions = names.map(
    (file, i): Prediction => ({ file, class: null, probabilities: null, notJudged: reasons[i] ?? "" }),
  );
  for (const [row, i] of judged.entries()) {
    const verdict = decide(decision, model.classes, proba.data.subarray(row * proba.cols, (row + 1) * proba.cols), at);
    const words = texts && wordsThatDecide(model, texts[i], verdict.class);
    predictions[i] = {
      file: names[i],
      class: verdict.class,
      probabilities: Object.fromEntries(model.classes.map((label, c) => [label, round(verdict.probabilities[c])])),
      ...(verdict.llr !== undefined && { llr: round(verdict.llr) }),
      ...(verdict.threshold !== undefined && { threshold: round(verdict.threshold) }),
      ...(words && { words }),
    };
  }
  return predictions;
}

const round = (v: number): number => Number(v.toFixed(6));

/** What speaks for and against the class, where the model is one of words and weights. */
function wordsThatDecide(model: TrainedModel["model"], text: string, label: string): NgramWeight[] | undefined {
  if (!("steps" in model)) return undefined;
  try {
    const { [label]: words } = explainText(model as { steps: readonly Estimator[] }, text, { top: mostWords });
    return words.map(({ ngram, weight }) => ({ ngram, weight: round(weight) }));
  } catch (error) {
    // Models that are not linear in their words give no such list.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
