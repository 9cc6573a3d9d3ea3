import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";

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
