import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pc from "picocolors";
import { parse } from "yaml";
import type { Screen } from "../cli/screen.js";
import { recipeFolder, shippedRecipes } from "../recipe/load.js";
import { readSections } from "../recipe/sections.js";

/** `earshot recipes` */
export function recipesCommand(screen: Screen): void {
  const folder = recipeFolder();
  const readme = join(folder, "README.md");
  const sections = existsSync(readme) ? readSections(readFileSync(readme, "utf8")) : new Map();
  const recipes = shippedRecipes().map((name) => {
    const { title = "", description = "" } = parse(readFileSync(join(folder, `${name}.yaml`), "utf8")) as Record<
      string,
      string
    >;
    return { name, title, description, ...sections.get(name) };
  });
  if (screen.json) {
    screen.printJson({ recipes });
    return;
  }
  const width = Math.max(...recipes.map(({ name }) => name.length)) + 2;
  for (const { name, title, score } of recipes) {
    screen.print(`${pc.bold(name.padEnd(width))}${title}`);
    if (score) screen.print(`${" ".repeat(width)}${pc.dim(score)}`);
  }
  screen.print();
  screen.print(pc.dim("Train one with: earshot train NAME [--data DIR]"));
}
