import type { Classifier } from "@earshot/models";
import { judge } from "../judge/judge.js";
import type { Recipe } from "../recipe/schema.js";
import { type Beside, splitFacts } from "../run/metrics.js";
import { type Job, splitOptions } from "./job.js";
import { groupWord, type Plan, planSplit } from "./planSplit.js";
import type { Prepared } from "./prepareData.js";
import { fitTurn, runTurns } from "./runTurns.js";

export const judgeOptions = ({ report, seed }: Recipe, { by }: Pick<Plan, "by">) => ({
  replicates: report.replicates,
  seed,
  byGroup: by !== "item" && by !== "predefined",
  ...(report.positive !== null && { positive: report.positive }),
});

/** The harder judgement that the recipe wants beside the main one; none where the data do not allow it. */
export async function judgeBeside(
  { recipe, data, options, turn }: Job,
  prepared: Prepared,
): Promise<Beside | undefined> {
  const { beside } = recipe.split;
  if (beside === null || options.debug || recipe.split.by === beside) return undefined;
  const groups = new Set(prepared.items.map((item) => item.group));
  if (groups.size < 2 || groups.has(undefined)) return undefined;
  const harder = { ...recipe, split: { ...recipe.split, by: beside, folds: "auto" as const } };
  const plan = planSplit(prepared.items, harder.split, splitOptions(recipe, data));
  const { predictions, model } = await runTurns(harder, prepared, plan, {
    ...turn,
    title: `unseen ${groupWord(data.corpus.groupKey)}s`,
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
