import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { UsageError } from "../cli/errors.js";
import { explainIssue } from "../recipe/explain.js";
import { readYaml } from "../recipe/load.js";
import { applySetting, type RawRecipe } from "../recipe/set.js";
import { findRecipe } from "../recipe/shipped.js";
import { type GenerativeRecipe, generativeSchema } from "./schema.js";

/** A generative recipe that is ready to run. */
export interface LoadedGenerative {
  /** Name of the file without its ending, unless the recipe names itself. */
  name: string;
  recipe: GenerativeRecipe;
}

/**
 * The generative recipe at a path or under a shipped name; undefined where the recipe does something else.
 *
 * @throws UsageError in one sentence: no such recipe, no YAML, an unknown key or a bad value
 */
export function loadGenerative(given: string, settings: readonly string[] = []): LoadedGenerative | undefined {
  const path = findRecipe(given);
  const raw = readYaml(path) as RawRecipe | null;
  if (raw?.task !== "generate") return undefined;
  const recipe = settings.reduce<GenerativeRecipe>(
    (current, setting) => checkGenerative(basename(path), applySetting(current as unknown as RawRecipe, setting)),
    checkGenerative(basename(path), raw),
  );
  return { name: recipe.name ?? basename(path, extname(path)), recipe };
}

/** Plain data checked against the schema, defaults filled in. */
export function checkGenerative(what: string, raw: unknown): GenerativeRecipe {
  const result = generativeSchema.safeParse(raw);
  if (result.success) return result.data;
  throw new UsageError(explainIssue(what, generativeSchema, raw, result.error));
}

/** The generative recipe of a run folder; undefined where the run is of another kind. */
export function generativeRun(dir: string): LoadedGenerative | undefined {
  const path = join(dir, "recipe.yaml");
  return existsSync(path) ? loadGenerative(path) : undefined;
}
