import type { Classifier } from "@earshot/models";
import { judge } from "../judge/judge.js";
import { perMethod } from "../judge/perMethod.js";
import type { Predictions } from "../judge/predictions.js";
import type { Recipe } from "../recipe/schema.js";
import { type Beside, splitFacts } from "../run/metrics.js";
import { planBeside } from "./honestSplit.js";
import type { Job } from "./job.js";
import { plural } from "./leakage.js";
import { groupWord, type Plan } from "./planSplit.js";
import type { Prepared } from "./prepareData.js";
import { fitTurn, runTurns } from "./runTurns.js";

export const judgeOptions = ({ report, seed }: Recipe, { by }: Pick<Plan, "by">) => ({
  replicates: report.replicates,
  seed,
  byGroup: by !== "item" && by !== "predefined",
  ...(report.positive !== null && { positive: report.positive }),
});

/** Equal error rates by what the split holds out beside groups, such as spoofing methods; nothing where it holds out nothing. */
export function judgeMethods({ split, report, seed }: Recipe, predictions: Predictions, items: Prepared["items"]) {
  if (!split.unseen) return undefined;
  const { replicates, positive } = report;
  return perMethod(predictions, items, split.unseen.attribute, {
    replicates,
    seed,
    ...(positive !== null && { positive }),
  });
}

/** The harder judgement that the recipe wants beside the main one; none where the data do not allow it. */
export async function judgeBeside(
  { recipe, data, options, turn }: Job,
  prepared: Prepared,
): Promise<Beside | undefined> {
  const plan = options.debug ? undefined : planBeside(recipe, prepared.items, data.corpus.groupKey);
  if (!plan) return undefined;
  const { predictions, model } = await runTurns(recipe, prepared, plan, {
    ...turn,
    title: `unseen ${plural(groupWord(data.corpus.groupKey))}`,
    stage: "beside",
  });
  model.dispose();
  const { n, metrics, perGroup, perFold } = judge(predictions, judgeOptions(recipe, plan));
  return { split: splitFacts(plan), n, metrics, perGroup, ...(perFold && { perFold }) };
}

/** One turn's model is the one that was judged; after folds, a model of all items is kept, which the folds vouch for. */
export async function finalModel(
  { recipe, turn }: Job,
  prepared: Prepared,
  plan: Plan,
  model: Classifier,
): Promise<Classifier> {
  if (plan.turns.length === 1) return model;
  model.dispose();
  const train = prepared.items.map((_, i) => i);
  return fitTurn(recipe, prepared, { name: "all", train }, { ...turn, title: "final model", stage: "final" });
}
