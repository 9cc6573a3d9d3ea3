import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { UsageError } from "../cli/errors.js";
import { explainIssue } from "../recipe/explain.js";
import { readYaml } from "../recipe/load.js";
import { applySetting, type RawRecipe } from "../recipe/set.js";
import { findRecipe } from "../recipe/shipped.js";
import type { VisionRecipe, VisionTask } from "./task.js";
import { isVisionTask, visionTask } from "./tasks.js";

/** A recipe of pictures that is ready to run. */
export interface LoadedVision {
  /** Name of the file without its ending, unless the recipe names itself. */
  name: string;
  recipe: VisionRecipe;
  task: VisionTask;
}

/**
 * The recipe of pictures at a path or under a shipped name; undefined where the recipe does something else.
 *
 * @throws UsageError in one sentence: no such recipe, no YAML, an unknown key or a bad value
 */
export async function loadVision(given: string, settings: readonly string[] = []): Promise<LoadedVision | undefined> {
  const path = findRecipe(given);
  const raw = readYaml(path) as RawRecipe | null;
  if (!isVisionTask(raw?.task)) return undefined;
  const task = await visionTask(raw.task);
  const check = (value: unknown): VisionRecipe => {
    const result = task.schema.safeParse(value);
    if (result.success) return result.data;
    throw new UsageError(explainIssue(basename(path), task.schema, value, result.error));
  };
  const recipe = settings.reduce<VisionRecipe>(
    (current, setting) => check(applySetting(current as unknown as RawRecipe, setting)),
    check(raw),
  );
  return { name: recipe.name ?? basename(path, extname(path)), recipe, task };
}

/** The recipe of a run folder; undefined where the run is of another kind. */
export async function visionRun(dir: string): Promise<LoadedVision | undefined> {
  const path = join(dir, "recipe.yaml");
  return existsSync(path) ? loadVision(path) : undefined;
}
