import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { parseDocument } from "yaml";
import { UsageError } from "../cli/errors.js";
import { isVisionTask } from "../vision/tasks.js";
import { explainIssue } from "./explain.js";
import { type Recipe, recipeSchema } from "./schema.js";
import { applySetting, type RawRecipe } from "./set.js";
import { findRecipe } from "./shipped.js";

/** A recipe that is ready to run. */
export interface LoadedRecipe {
  /** Name of the file without its ending, unless the recipe names itself. */
  name: string;
  path: string;
  recipe: Recipe;
}

/**
 * Reads a recipe by path, or one of the shipped ones by name, applies settings and fills in defaults.
 *
 * @param settings `path=value` each, applied in order to the recipe with its defaults
 * @throws UsageError in one sentence: no such recipe, no YAML, an unknown key or a bad value
 */
export function loadRecipe(given: string, settings: readonly string[] = []): LoadedRecipe {
  const path = findRecipe(given);
  const raw = readYaml(path);
  if (raw !== null && typeof raw === "object" && "task" in raw) {
    if (raw.task === "generate") {
      throw new UsageError(`${basename(path)} makes sounds, it names none; \`earshot train\` alone runs it.`);
    }
    if (isVisionTask(raw.task)) {
      throw new UsageError(`${basename(path)} works on pictures; \`earshot train\` and \`predict\` alone take it.`);
    }
    throw new UsageError(
      `${basename(path)} compares ${raw.task}, it trains no system; \`earshot train\` alone runs it.`,
    );
  }
  const recipe = settings.reduce<Recipe>(
    (current, setting) => checkRecipe(basename(path), applySetting(current as unknown as RawRecipe, setting)),
    checkRecipe(basename(path), raw),
  );
  return { name: recipe.name ?? basename(path, extname(path)), path, recipe };
}

/** Plain data checked against the schema, defaults filled in. */
export function checkRecipe(what: string, raw: unknown): Recipe {
  const result = parse(what, raw);
  if (result.success) return result.data;
  throw new UsageError(explainIssue(what, recipeSchema, raw, result.error));
}

function parse(what: string, raw: unknown) {
  try {
    return recipeSchema.safeParse(raw);
  } catch {
    // Lengths are compared before kinds are known: one that is an object with a `toString` of its own breaks that.
    throw new UsageError(`${what}: an entry called length, toString or valueOf stands where no recipe has one.`);
  }
}

/** Plain YAML of a file as data. @throws UsageError for tags, anchors, or what is no YAML */
export function readYaml(path: string): unknown {
  return parseYaml(readFileSync(path, "utf8"), path);
}

/**
 * Plain YAML as data.
 *
 * @param path what errors start with
 * @throws UsageError for tags, anchors, or what is no YAML
 */
export function parseYaml(text: string, path: string): unknown {
  // Whatever the library would print is a problem below, or a key that the schema does not know.
  const document = parseDocument(text, { customTags: [], strict: true, logLevel: "error" });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const [sentence] = problem.message.split("\n");
    throw new UsageError(`${path}: not the plain YAML of a recipe: ${sentence.replace(/[:.]$/, "")}.`);
  }
  // Anchors would let a small file grow without bound.
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new UsageError(`${path}: not the plain YAML of a recipe: anchors and aliases are not allowed.`);
  }
}
