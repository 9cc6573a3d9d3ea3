import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dataPath } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import { loadGenerative } from "../src/generative/loadGenerative.js";
import { checkRecipe, loadRecipe } from "../src/recipe/load.js";
import { readSections } from "../src/recipe/sections.js";
import { recipeFolder, shippedRecipes } from "../src/recipe/shipped.js";
import { loadStudy } from "../src/study/loadStudy.js";
import { train } from "../src/train/train.js";
import { loadVision } from "../src/vision/loadVision.js";
import { quiet, scratchFolder } from "./helpers.js";

const folder = scratchFolder();
const sections = readSections(readFileSync(join(recipeFolder(), "README.md"), "utf8"));
const names = shippedRecipes();
const trains = await Promise.all(
  names.map(async (name) => !loadStudy(name) && !loadGenerative(name) && !(await loadVision(name))),
);
const systems = names.filter((_, i) => trains[i]);

describe("recipes", () => {
  it("and the sections of their README name each other", () => {
    expect([...sections.keys()].sort()).toEqual(names);
  });

  it.each(names)("%s has what, data, command, score, hardware and date", (name) => {
    const section = sections.get(name) ?? {};
    expect(Object.keys(section).sort()).toEqual(["command", "data", "date", "hardware", "score", "what"]);
    expect(section.command).toContain(`earshot train ${name}`);
  });

  it.each(systems)("%s is what the schema says it is, and names itself only by its file", (name) => {
    const { recipe } = loadRecipe(name);
    expect(checkRecipe(name, recipe)).toEqual(recipe);
    expect(recipe.name).toBeUndefined();
    expect(recipe.title.length).toBeGreaterThan(5);
  });

  it.each(systems)("%s learns eight items by heart and writes its files", async (name) => {
    const loaded = loadRecipe(name, ["report.replicates=20", "report.worst=2"]);
    const { metrics } = await train(loaded, { ...quiet, threads: 1, debug: true, out: join(folder, name) });
    expect(metrics.metrics.accuracy.value).toBe(1);
    expect(readFileSync(join(folder, name, "report.html"), "utf8")).toContain(loaded.recipe.title);
  });
});

describe.skipIf(!dataPath("free-spoken-digit-dataset.tar.gz"))("digits-svm on real speech", () => {
  it("reaches what its recipe expects, and says how it does on speakers it never met", async () => {
    const loaded = loadRecipe("digits-svm", ["report.replicates=100"]);
    const data = dataPath("free-spoken-digit-dataset.tar.gz") as string;
    const { metrics } = await train(loaded, { ...quiet, data, out: join(folder, "fsdd") });
    expect(metrics.metrics.accuracy.value).toBeGreaterThanOrEqual(loaded.recipe.expect.accuracy.min ?? 1);
    expect(metrics.beside?.split.folds).toBe(4);
  });
});

describe.skipIf(!dataPath("AudioMNIST_AZ.tar.gz"))("speakers-svm on real speech", () => {
  it("reaches what its recipe expects", async () => {
    const loaded = loadRecipe("speakers-svm", ["report.replicates=100"]);
    const { metrics } = await train(loaded, {
      ...quiet,
      data: dataPath("AudioMNIST_AZ.tar.gz"),
      out: join(folder, "az"),
    });
    expect(metrics.metrics.accuracy.value).toBeGreaterThanOrEqual(loaded.recipe.expect.accuracy.min ?? 1);
  });
});
