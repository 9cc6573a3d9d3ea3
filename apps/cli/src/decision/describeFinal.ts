import type { FeatureConfig } from "@earshot/dsp";
import { type Classifier, selectSamples } from "@earshot/models";
import type { Predictions } from "../judge/predictions.js";
import { describeTraining, type Reference } from "../novelty/reference.js";
import type { Recipe } from "../recipe/schema.js";
import type { Plan } from "../train/planSplit.js";
import type { Prepared } from "../train/prepareData.js";
import type { Decision } from "./decision.js";
import { type CalibrationFacts, learnDecision } from "./learnDecision.js";

export interface FinalModel {
  recipe: Pick<Recipe, "report">;
  config: FeatureConfig | null;
  prepared: Pick<Prepared, "items" | "x">;
  plan: Pick<Plan, "turns">;
  predictions: Predictions;
  model: Classifier;
  /** False where items were judged by models that had met them: nothing can be learned from such scores. */
  heldOut: boolean;
}

/** What a model's folder tells beside the model, and what the run says of it. */
export interface FinalFacts {
  fields: { decision?: Decision; reference: Reference };
  /** Sentences for the card. */
  notes: string[];
  calibration?: CalibrationFacts;
}

/** Learns how the final model's scores are to be read, and what it was trained on is like. */
export async function describeFinal(final: FinalModel): Promise<FinalFacts> {
  const { recipe, config, prepared, plan, predictions, model, heldOut } = final;
  const { main, positive, calibration } = recipe.report;
  const rule = main === "eer" ? "eer" : "even";
  const learned = heldOut ? learnDecision(predictions, { positive, method: calibration, rule }) : undefined;
  // After folds the model is one of all items.
  const whole = plan.turns.length > 1;
  const train = whole ? prepared.items.map((_, i) => i) : plan.turns[0].train;
  const items = train.map((i) => prepared.items[i]);
  const x = whole ? prepared.x : selectSamples(prepared.x, train);
  const reference = await describeTraining(items, x, { config, model });
  return {
    fields: { ...(learned && { decision: learned.decision }), reference },
    notes: learned ? [noteOn(learned)] : [],
    ...(learned && { calibration: learned.facts }),
  };
}

function noteOn({ decision, facts }: { decision: Decision; facts: CalibrationFacts }): string {
  const { target, points, rule = "even" } = decision;
  const how =
    facts.kind === "platt" ? "Platt scaling" : facts.kind === "isotonic" ? "isotonic regression" : "one temperature";
  const error = `expected calibration error ${facts.calibrated.ece.toFixed(3)}, before ${facts.raw.ece.toFixed(3)}`;
  const start = `Probabilities are calibrated by ${how} on ${facts.n} held-out items (${error}; fields \`decision\` and \`reference\` of model.json)`;
  const point = points?.[rule];
  if (!point) return `${start}.`;
  return `${start}; "${target}" is named from a probability of ${point.probability.toFixed(3)} on (${rule}: ${(100 * point.fnr).toFixed(1)} % missed, ${(100 * point.fpr).toFixed(1)} % false alarms).`;
}
