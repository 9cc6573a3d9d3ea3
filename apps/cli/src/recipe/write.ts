import { stringify } from "yaml";
import type { Recipe } from "./schema.js";

/** A recipe as YAML, every default spelt out. */
export function recipeYaml(recipe: Omit<Recipe, "features"> & { features: object | null }): string {
  return stringify(recipe, { lineWidth: 120 });
}
