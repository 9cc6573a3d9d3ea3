import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { UsageError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import { isVisionTask } from "../vision/tasks.js";
import { explainIssue } from "./explain.js";
import { type Recipe, recipeSchema } from "./schema.js";
import { applySetting, type RawRecipe } from "./set.js";

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

/** Names of the shipped recipes, sorted. */
export function shippedRecipes(): string[] {
  const folder = recipeFolder();
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** Where the shipped recipes lie: beside the package when installed, at the root of the workspace when developed. */
export function recipeFolder(): string {
  const candidates = ["../../recipes", "../../../../recipes"].map((up) => fileURLToPath(new URL(up, import.meta.url)));
  const found = candidates.find((folder) => existsSync(folder));
  if (!found)
    throw new UsageError("The shipped recipes are missing from this installation; install @earshot/cli again.");
  return found;
}

/** Plain data checked against the schema, defaults filled in. */
export function checkRecipe(what: string, raw: unknown): Recipe {
  const result = recipeSchema.safeParse(raw);
  if (result.success) return result.data;
  throw new UsageError(explainIssue(what, recipeSchema, raw, result.error));
}

/** Path of a recipe given by path or shipped name. @throws UsageError if there is none */
export function findRecipe(given: string): string {
  if (existsSync(given) && statSync(given).isFile()) return given;
  const shipped = shippedRecipes();
  const name = given.endsWith(".yaml") ? basename(given, ".yaml") : given;
  if (shipped.includes(name) && !given.includes("/")) return join(recipeFolder(), `${name}.yaml`);
  if (/[/\\]/.test(given) && !shipped.includes(name)) {
    throw new UsageError(
      `There is no recipe at ${given}; check the path, or list the shipped ones with \`earshot recipes\`.`,
    );
  }
  if (shipped.includes(name)) {
    throw new UsageError(`There is no recipe at ${given}; the shipped one is called ${name}.`);
  }
  throw new UsageError(`There is no recipe "${given}"; ${nearest(name, shipped)}`);
}

/** Plain YAML as data. @throws UsageError for tags, anchors, or what is no YAML */
export function readYaml(path: string): unknown {
  const document = parseDocument(readFileSync(path, "utf8"), { customTags: [], strict: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw new UsageError(`${path}: not the plain YAML of a recipe: ${problem.message.split("\n")[0]}`);
  // Anchors would let a small file grow without bound.
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new UsageError(`${path}: not the plain YAML of a recipe: anchors and aliases are not allowed.`);
  }
}
