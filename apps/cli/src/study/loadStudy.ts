import { basename, extname } from "node:path";
import { UsageError } from "../cli/errors.js";
import { explainIssue } from "../recipe/explain.js";
import { readYaml } from "../recipe/load.js";
import { applySetting, type RawRecipe } from "../recipe/set.js";
import { findRecipe } from "../recipe/shipped.js";
import { isVisionTask } from "../vision/tasks.js";
import { type Study, studySchema } from "./schema.js";

/** A study that is ready to run. */
export interface LoadedStudy {
  /** Name of the file without its ending, unless the recipe names itself. */
  name: string;
  study: Study;
}

/**
 * The study at a path or under a shipped name; undefined where the recipe trains a system instead.
 *
 * @throws UsageError in one sentence: no such recipe, no YAML, an unknown key or a bad value
 */
export function loadStudy(given: string, settings: readonly string[] = []): LoadedStudy | undefined {
  const path = findRecipe(given);
  const raw = readYaml(path) as RawRecipe | null;
  if (raw?.task === undefined || isVisionTask(raw.task) || raw.task === "generate") return undefined;
  const check = (value: unknown): Study => {
    const result = studySchema.safeParse(value);
    if (result.success) return result.data;
    throw new UsageError(explainIssue(basename(path), studySchema, value, result.error));
  };
  const study = settings.reduce<Study>(
    (current, setting) => check(applySetting(current as unknown as RawRecipe, setting)),
    check(raw),
  );
  return { name: study.name ?? basename(path, extname(path)), study };
}
