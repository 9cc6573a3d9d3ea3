import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exitCodeOf } from "../src/cli/errors.js";
import { checkRecipe, loadRecipe } from "../src/recipe/load.js";
import { applySetting } from "../src/recipe/set.js";

const minimal = {
  title: "A recipe",
  data: { kind: "recordings" },
  features: { kind: "mfcc", sampleRate: 8000 },
  model: { kind: "svc" },
};
const folder = mkdtempSync(join(tmpdir(), "earshot-recipe-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const complaint = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(exitCodeOf(error)).toBe(2);
    return (error as Error).message;
  }
  return "nothing";
};
const refused = (change: object): string => complaint(() => checkRecipe("r.yaml", { ...minimal, ...change }));

describe("checkRecipe", () => {
  it("fills every default in", () => {
    expect(checkRecipe("r.yaml", minimal)).toMatchObject({
      seed: 1337,
      data: { target: "label", corpora: ["audioFolder"], synthetic: null },
      split: { by: "item", test: 0.2, folds: "auto", stratify: true },
      augment: null,
      preprocess: [],
      report: { main: "accuracy", replicates: 1000, worst: 20 },
    });
  });

  it("gives the same when given its own result", () => {
    const once = checkRecipe("r.yaml", minimal);
    expect(checkRecipe("r.yaml", once)).toEqual(once);
  });

  it.each([
    [{ modle: {} }, 'r.yaml: unknown key "modle"; did you mean "model"?'],
    [{ split: { bye: "item" } }, 'r.yaml: unknown key "split.bye"; did you mean "by"?'],
    [{ data: { kind: "recordings", tagret: "label" } }, 'r.yaml: unknown key "data.tagret"; did you mean "target"?'],
    [{ data: { kind: "recording" } }, 'r.yaml: unknown data.kind "recording"; did you mean "recordings"?'],
    [{ seed: -1 }, "r.yaml: seed must be at least 0, got -1."],
    [{ seed: 1.5 }, "r.yaml: seed must be a whole number, got 1.5."],
    [{ title: "" }, 'r.yaml: title must have at least 1 characters, got "".'],
    [{ model: undefined }, "r.yaml: model is missing."],
    [{ split: { test: 1 } }, "r.yaml: split.test must be below 1, got 1."],
    [
      { report: { main: "acuracy" } },
      'r.yaml: report.main must be one of accuracy, balancedAccuracy, f1Macro, rocAuc, eer, got "acuracy"; did you mean "accuracy"?',
    ],
  ])("refuses %j in one sentence", (change, sentence) => {
    expect(refused(change)).toBe(sentence);
  });
});

describe("applySetting", () => {
  const recipe = { model: { kind: "svc", c: 1 }, preprocess: [{ kind: "standardScaler" }] };

  it("sets a value, read as YAML, in a copy", () => {
    expect(applySetting(recipe, "model.c=10")).toEqual({ ...recipe, model: { kind: "svc", c: 10 } });
    expect(applySetting(recipe, "model.kind=a b").model).toEqual({ kind: "a b", c: 1 });
    expect(recipe.model.c).toBe(1);
  });

  it("reaches into lists by number or by kind", () => {
    const changed = { ...recipe, preprocess: [{ kind: "standardScaler", withMean: false }] };
    expect(applySetting(recipe, "preprocess.0.withMean=false")).toEqual(changed);
    expect(applySetting(recipe, "preprocess.standardScaler.withMean=false")).toEqual(changed);
  });

  it.each([
    ["modle.c=10", '--set modle: the recipe has no "modle"; did you mean "model"?'],
    ["c", '--set needs path=value, such as model.epochs=5; got "c".'],
    ["preprocess.3.kind=x", '--set preprocess.3: the list has 1 entries, counted from 0; got "3".'],
    ["model.c.d=1", "--set model.c.d: model.c is a single value, not an object."],
  ])("refuses %s", (setting, sentence) => {
    expect(complaint(() => applySetting(recipe, setting))).toBe(sentence);
  });
});

describe("loadRecipe", () => {
  it("takes the name of a shipped recipe and settings on its defaults", () => {
    const { name, recipe } = loadRecipe("digits-svm", ["split.folds=3", "seed=7"]);
    expect({ name, folds: recipe.split.folds, seed: recipe.seed }).toEqual({ name: "digits-svm", folds: 3, seed: 7 });
  });

  it.each([
    ["digit-svm", 'There is no recipe "digit-svm"; did you mean "digits-svm"?'],
    [
      "no/such.yaml",
      "There is no recipe at no/such.yaml; check the path, or list the shipped ones with `earshot recipes`.",
    ],
  ])("names the nearest recipe instead of %s", (given, sentence) => {
    expect(complaint(() => loadRecipe(given))).toBe(sentence);
  });

  it("reads plain YAML alone: no tags, no anchors", () => {
    const tag = file("tag.yaml", "title: !!js/function 'x'\n");
    expect(complaint(() => loadRecipe(tag))).toMatch(/not the plain YAML of a recipe/);
    const bomb = file("bomb.yaml", "title: &a [x]\ndata: *a\n");
    expect(complaint(() => loadRecipe(bomb))).toMatch(/not the plain YAML of a recipe: anchors/);
  });

  it("says of a broken file where it breaks", () => {
    expect(complaint(() => loadRecipe(file("broken.yaml", "title: [1\n")))).toMatch(/line 2/);
  });

  it("refuses a setting that the schema does not know", () => {
    expect(complaint(() => loadRecipe("digits-svm", ["split.flods=3"]))).toBe(
      'digits-svm.yaml: unknown key "split.flods"; did you mean "folds"?',
    );
  });
});
