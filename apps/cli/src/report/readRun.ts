import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { UserError } from "../cli/errors.js";
import type { Predictions } from "../judge/predictions.js";
import { checkRecipe } from "../recipe/load.js";
import type { Recipe } from "../recipe/schema.js";
import type { Environment } from "../run/environment.js";
import type { Metrics } from "../run/metrics.js";
import type { RunFolder } from "../run/runFolder.js";
import type { TableFacts } from "../table/tableFacts.js";
import { readPredictions } from "./readPredictions.js";
import type { DecidingWords } from "./words.js";

/** `run.json` */
export interface RunFacts {
  recipe: string;
  status: "running" | "done";
  seed: number;
  threads: number;
  startedAt: string;
  endedAt?: string;
  data: {
    kind: string;
    title: string;
    licence?: string;
    citation?: string;
    url?: string;
    groupKey?: string;
    root?: string;
  };
  environment: Environment;
  /** Wall time of each step. */
  seconds?: Record<string, number>;
  /** Sound in the corpus. */
  soundSec?: number;
}

/** One line of `log.jsonl`. */
export interface LogLine {
  turn: string;
  epoch: number;
  [metric: string]: number | string;
}

/** All that a run folder tells. */
export interface RunContent {
  recipe: Recipe;
  recipeText: string;
  facts: RunFacts;
  metrics: Metrics;
  predictions: Predictions;
  log: LogLine[];
  /** Of runs on tables. */
  table?: TableFacts;
  /** Of runs on texts. */
  words?: DecidingWords;
}

/**
 * Reads a finished run's folder.
 *
 * @throws UserError if it is none, or not finished
 */
export async function readRun(folder: Pick<RunFolder, "dir" | "path">): Promise<RunContent> {
  const bytes = async (name: string): Promise<Buffer> => {
    if (existsSync(folder.path(name))) return readFile(folder.path(name));
    const other = existsSync(folder.path("run.json"))
      ? "the run did not finish; train it again"
      : "is it a run folder?";
    throw new UserError(`${folder.dir} has no ${name}: ${other}.`);
  };
  const text = async (name: string): Promise<string> => (await bytes(name)).toString("utf8");
  const recipeText = await text("recipe.yaml");
  const log = existsSync(folder.path("log.jsonl")) ? await text("log.jsonl") : "";
  return {
    recipe: checkRecipe(folder.path("recipe.yaml"), parse(recipeText)),
    recipeText,
    facts: JSON.parse(await text("run.json")),
    metrics: JSON.parse(await text("metrics.json")),
    predictions: readPredictions(await bytes("predictions.csv")),
    ...(existsSync(folder.path("words.json")) && { words: JSON.parse(await text("words.json")) }),
    ...(existsSync(folder.path("table.json")) && { table: JSON.parse(await text("table.json")) }),
    log: log.split("\n").flatMap((line) => (line ? [JSON.parse(line)] : [])),
  };
}
