import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Chance, type FuzzTarget, keptInputs, mutate, mutateJson } from "@earshot/testing/fuzz";
import { UsageError } from "../src/cli/errors.js";
import { checkRecipe, parseYaml } from "../src/recipe/load.js";
import { applySetting, type RawRecipe } from "../src/recipe/set.js";

/** Recipes and settings of strangers. */
export function fuzzTargets(): FuzzTarget[] {
  const texts = shippedTexts();
  const all: FuzzTarget[] = [
    {
      name: "recipe.yaml",
      seeds: [...sectionsOf(texts), ...rare].map(utf8),
      damage: (seed, other, chance) => mutate(seed, other, chance, words),
      run(bytes) {
        checkRecipe("recipe.yaml", withRest(parseYaml(decode(bytes), "recipe.yaml")));
        return 0;
      },
      allows: isSentence,
    },
    {
      name: "recipes as trees",
      // JSON is YAML: the same recipes, in the notation that is damaged as a tree.
      seeds: texts.map((text) => utf8(JSON.stringify(parseYaml(text, "")))),
      damage: damageTree,
      run(bytes) {
        // Reading what JSON.stringify wrote is JSON.parse's work; that of YAML is the target above.
        checkRecipe("recipe.yaml", JSON.parse(decode(bytes)));
        return 0;
      },
      allows: isSentence,
    },
    {
      name: "settings",
      seeds: settings.map(utf8),
      damage: (seed, other, chance) => mutate(seed, other, chance, words),
      run(bytes) {
        applySetting(parsed, decode(bytes));
        return 0;
      },
      allows: isSentence,
    },
  ];
  return all.map((target) => ({ ...target, seeds: [...target.seeds, ...keptInputs(import.meta.url, target.name)] }));
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const isSentence = (error: unknown): boolean => error instanceof UsageError && /[.?]$/.test(error.message);

/** Without their comments, which only slow the damage down; studies, pictures and generators have schemas of their own. */
function shippedTexts(): string[] {
  const folder = fileURLToPath(new URL("../../../recipes", import.meta.url));
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => readFileSync(join(folder, file), "utf8").replace(/^ *#.*\n| +#.*$/gm, ""))
    .filter((text) => !/^task:/m.test(text) && text.length < 1500);
}

/** Sections this long are cut at a line: what is wrong with YAML is wrong in a few lines, and those are read many thousand times a second. */
const mostLetters = 100;

/** The sections of recipes by themselves, each once. */
function sectionsOf(texts: readonly string[]): string[] {
  const sections = texts
    .flatMap((text) => text.split(/^(?=\w)/m))
    .filter((section) => !/^(title|description):/.test(section));
  return [
    ...new Set(sections.map((section) => section.slice(0, 1 + section.lastIndexOf("\n", mostLetters)) || section)),
  ];
}

/** A section with what every recipe must have beside it: its own troubles are not to hide behind a missing title. */
const withRest = (raw: unknown): unknown =>
  raw === null || typeof raw !== "object" || Array.isArray(raw)
    ? raw
    : { title: "t", data: { kind: "texts" }, model: { kind: "svc" }, ...raw };

/** What YAML has that shipped recipes do not need. */
const rare = [
  '"seed": 1\n? title\n: |\n  two\n  lines\ndescription: >-\n  folded\n\n  text\n',
  "%YAML 1.2\n---\ntitle: 'it''s' # so\nseed: 0x1F\nmodel: {kind: \"s\\u0076c\", c: .5}\n...\n",
];

const parsed: RawRecipe = { seed: 1, model: { kind: "svc", c: 1, layers: [{ kind: "dense", units: 3 }] }, data: {} };
const settings = ["model.c=3", "model.layers.0.units=5", "model.layers.dense.units=[1, 2]", "data={a: 1}", "seed=*a"];
const words = [
  "&a ",
  "*a",
  "!!js/function ",
  "!x ",
  "<<: ",
  "? ",
  "- ",
  ": ",
  "|\n",
  ">-\n",
  "{",
  "}",
  "[",
  "]",
  "%YAML 1.1\n",
]
  .concat([
    "---\n",
    "...\n",
    "\t",
    "  ",
    ".inf",
    ".nan",
    "0x1F",
    "0o17",
    "~",
    "null",
    "__proto__",
    "constructor",
    '"',
    "'",
  ])
  .map(utf8);

function damageTree(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  return utf8(mutateJson(decode(seed), decode(other), chance));
}
