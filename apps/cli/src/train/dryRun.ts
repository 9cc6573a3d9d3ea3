import { openData } from "../data/openData.js";
import { featureConfig } from "../features/featureConfig.js";
import type { LoadedRecipe } from "../recipe/load.js";
import { recipeYaml } from "../recipe/write.js";
import { buildModel } from "./buildModel.js";
import { planSplit } from "./planSplit.js";

/**
 * What a run would do: the recipe with every default, checked, and the data it would find.
 *
 * @throws as `train` would before it starts
 */
export async function describeDryRun({ name, recipe }: LoadedRecipe, root?: string) {
  const resolved = { ...recipe, name, features: featureConfig(recipe.features, recipe.data.kind) };
  (await buildModel(recipe)).dispose();
  const data = await openData(recipe.data, { seed: recipe.seed, ...(root !== undefined && { root }) });
  const plan = planSplit(data.items, recipe.split, { seed: recipe.seed, groupKey: data.corpus.groupKey });
  const facts = {
    corpus: data.corpus.title,
    items: data.items.length,
    classes: new Set(data.items.map((item) => item.label)).size,
    split: plan.sentence,
    folds: plan.turns.length,
  };
  const yaml = `# ${facts.corpus}: ${facts.items} items, ${facts.classes} classes; ${facts.split}\n${recipeYaml(resolved).trimEnd()}`;
  return { yaml, json: { recipe: resolved, data: facts } };
}
