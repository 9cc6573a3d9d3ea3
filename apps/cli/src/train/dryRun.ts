import { openData } from "../data/openData.js";
import { featureConfig } from "../features/featureConfig.js";
import type { LoadedRecipe } from "../recipe/load.js";
import { recipeYaml } from "../recipe/write.js";
import { buildModel } from "./buildModel.js";
import { describedLines, describeModel } from "./describeModel.js";
import { allowing, requireHonestSplit } from "./honestSplit.js";
import type { TrainOptions } from "./job.js";
import { planSplit } from "./planSplit.js";

type DryRunOptions = Pick<TrainOptions, "data" | "allowLeakage">;

/**
 * What a run would do: the recipe with every default, checked, the data it would find, and the network that would come of both.
 *
 * @throws as `train` would before it starts
 */
export async function describeDryRun(
  { name, recipe: asked }: LoadedRecipe,
  { data: root, allowLeakage }: DryRunOptions = {},
) {
  const recipe = allowing(asked, allowLeakage);
  const config = featureConfig(recipe.features, recipe.data.kind);
  const resolved = { ...recipe, name, features: config };
  (await buildModel(recipe)).dispose();
  const data = await openData(recipe.data, { seed: recipe.seed, ...(root !== undefined && { root }) });
  const plan = planSplit(data.items, recipe.split, { seed: recipe.seed, groupKey: data.corpus.groupKey });
  requireHonestSplit({ recipe, data }, data, plan);
  const facts = {
    corpus: data.corpus.title,
    items: data.items.length,
    classes: new Set(data.items.map((item) => item.label)).size,
    ...(data.unlabelled > 0 && { unlabelled: data.unlabelled }),
    split: plan.sentence,
    folds: plan.turns.length,
  };
  const network = await describeModel(recipe, config, data);
  const notes = [
    `${facts.corpus}: ${facts.items} items, ${facts.classes} classes; ${facts.split}`,
    ...(data.unlabelled > 0 ? [`${data.unlabelled} more without a class`] : []),
    ...(network ? ["", ...describedLines(network)] : []),
  ];
  const yaml = `${notes.map((line) => `# ${line}`.trimEnd()).join("\n")}\n${recipeYaml(resolved).trimEnd()}`;
  return { yaml, json: { recipe: resolved, data: facts, ...(network && { network }) } };
}
