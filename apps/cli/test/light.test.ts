import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { recipesCommand } from "../src/commands/recipes.js";
import { recipeFolder, shippedRecipes } from "../src/recipe/shipped.js";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** What a file loads before its first line runs: our files, and the libraries by name. Types and `await import` cost nothing. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const statics = /^(?:import|export) (?!type )(?:[^;"]*? from )?"([^"]+)"/gm;
  for (const [, target] of readFileSync(file, "utf8").matchAll(statics)) {
    if (target.startsWith(".")) loadedBy(join(file, "..", target.replace(/\.js$/, ".ts")), seen);
    else if (!target.startsWith("node:")) seen.add(target);
  }
  return seen;
}
const libraries = (file: string): string[] => [...loadedBy(join(src, file))].filter((name) => !name.startsWith(src));

describe("what is there at once", () => {
  it("help loads a parser of options and colours, nothing else", () => {
    expect(libraries("main.ts").sort()).toEqual(["commander", "picocolors"]);
  });

  it("the list of recipes loads neither YAML, schema nor any package of Earshot", () => {
    expect(libraries("commands/recipes.ts").sort()).toEqual(["fastest-levenshtein", "picocolors"]);
    expect(libraries("commands/train.ts")).toContain("@earshot/models");
  });

  it("and still says of each what its YAML says", () => {
    let listed: { recipes: { name: string; title: string; description: string }[] } = { recipes: [] };
    recipesCommand({
      json: true,
      print() {},
      printJson: (value) => {
        listed = value as typeof listed;
      },
      note() {},
      warn() {},
      progress: () => ({ update() {}, print() {}, end() {} }),
    });
    expect(listed.recipes.map(({ name, title, description }) => ({ name, title, description }))).toEqual(
      shippedRecipes().map((name) => {
        const { title, description } = parse(readFileSync(join(recipeFolder(), `${name}.yaml`), "utf8"));
        return { name, title, description };
      }),
    );
  });

  it.skipIf(process.platform === "win32")("a reader who has seen enough is no error", () => {
    const entry = join(src, "main.ts");
    const program = `import(${JSON.stringify(entry)}).then(({ run }) => run(["node", "earshot", "recipes"]))`;
    const earshot = `"${process.execPath}" --import tsx --conditions=@earshot/source -e '${program}'`;
    const { status, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", `${earshot} | true`], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
