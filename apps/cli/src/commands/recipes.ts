import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pc from "picocolors";
import type { Screen } from "../cli/screen.js";
import { readSections } from "../recipe/sections.js";
import { recipeFolder, shippedRecipes } from "../recipe/shipped.js";

/** `earshot recipes` */
export function recipesCommand(screen: Screen): void {
  const folder = recipeFolder();
  const readme = join(folder, "README.md");
  const sections = existsSync(readme) ? readSections(readFileSync(readme, "utf8")) : new Map();
  const recipes = shippedRecipes().map((name) => {
    const yaml = readFileSync(join(folder, `${name}.yaml`), "utf8");
    return { name, title: textOf(yaml, "title"), description: textOf(yaml, "description"), ...sections.get(name) };
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

/** A key's text, on its own line or folded below it; shipped recipes keep to that, so that the list waits for no YAML parser. */
function textOf(yaml: string, key: string): string {
  const text = new RegExp(`^${key}: (?:>-((?:\\n +.+)+)|(.+)$)`, "m").exec(yaml);
  return (text?.[1] ?? text?.[2] ?? "").trim().replace(/\s*\n\s*/g, " ");
}
