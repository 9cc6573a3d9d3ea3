import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createScreen } from "../src/cli/screen.js";
import { initCommand } from "../src/commands/init.js";
import { notes } from "../src/init/notes.js";
import { starterRecipe, tasks } from "../src/init/starter.js";
import { checkRecipe } from "../src/recipe/load.js";
import { findRecipe, shippedRecipes } from "../src/recipe/shipped.js";
import { scratchFolder } from "./helpers.js";

const folder = scratchFolder();

describe("earshot init", () => {
  it.each(shippedRecipes())("%s: says the same as the shipped recipe, with comments", (name) => {
    const { yaml } = starterRecipe(name);
    expect(parse(yaml)).toEqual(parse(readFileSync(findRecipe(name), "utf8")));
    if ("data" in parse(yaml)) expect(yaml).toContain("# Where the items come from.");
    for (const line of yaml.split("\n")) if (/^\s*#/.test(line)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("has a recipe for every task it names, and words for every part", () => {
    for (const name of Object.values(tasks)) expect(shippedRecipes()).toContain(name);
    const sections = Object.keys(notes).filter((path) => !path.includes("."));
    const used = new Set(shippedRecipes().flatMap((name) => Object.keys(parse(starterRecipe(name).yaml))));
    expect(sections.filter((section) => !used.has(section) && section !== "expect")).toEqual([]);
  });

  it("writes a file once, with the data in it, and says how to go on", async () => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "mine.yaml");
    let out = "";
    const screen = createScreen({ stdout: { write: (part: string) => (out += part) } });
    await initCommand("sounds", { data: "my-sounds", out: file }, screen);
    const raw = parse(readFileSync(file, "utf8"));
    expect(checkRecipe(file, raw).data).toMatchObject({ root: "my-sounds" });
    expect(out).toBe(`${file}  (from sounds-cnn)\nTrain it with: earshot train ${file}\n`);
    await expect(initCommand("sounds", { out: file }, screen)).rejects.toThrow(
      `${file} is there already; name another file with --out.`,
    );
  });

  it("names the nearest task", () => {
    expect(() => starterRecipe("sound")).toThrow('There is no task "sound"; did you mean "sounds"?');
    expect(() => starterRecipe("optimisers", "x")).toThrow("The recipe optimisers reads no data; leave --data out.");
  });
});
