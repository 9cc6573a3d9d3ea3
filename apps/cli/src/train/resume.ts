import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { UserError } from "../cli/errors.js";
import type { RunFacts } from "../report/readRun.js";
import type { Metrics } from "../run/metrics.js";
import type { RunFolder } from "../run/runFolder.js";
import { flatSettings } from "../tracking/tracker.js";
import type { Prepared } from "./prepareData.js";

/** What may differ when a run is gone on with: what it says of itself, how long it trains, and the ways out of a fit that failed. */
const changeable = [
  ...["name", "title", "description", "report", "expect", "model.epochs", "model.batchSize", "model.clipNorm"],
  ...["model.optimizer.learningRate", "model.schedule", "model.earlyStopping.patience"],
];

/** What an earlier process left in a run's folder. */
export interface Begun {
  facts?: RunFacts;
  /** Figures of a run that was finished with the very same recipe: nothing is left to do. */
  finished?: Metrics;
}

/**
 * Reads how far a run was, and makes sure that it is of this recipe.
 *
 * @param resolved recipe with every default, as `recipe.yaml` has it
 * @throws UserError naming the first setting that differs, or if the folder is of something else
 */
export async function readBegun(folder: RunFolder, resolved: object): Promise<Begun> {
  const [recipeFile, runFile, metricsFile] = ["recipe.yaml", "run.json", "metrics.json"].map((f) => folder.path(f));
  if (!existsSync(recipeFile)) {
    const strangers = readdirSync(folder.dir).filter((file) => file !== "checkpoint");
    if (strangers.length === 0) return {};
    throw new UserError(
      `${folder.dir} is no run folder (it holds ${strangers[0]}, but no recipe.yaml); name the run to go on with by --out.`,
    );
  }
  const before = plain(parse(await readFile(recipeFile, "utf8")));
  const now = plain(resolved);
  const other = [...new Set([...Object.keys(before), ...Object.keys(now)])].find(
    (key) => before[key] !== now[key] && !changeable.some((free) => key === free || key.startsWith(`${free}.`)),
  );
  if (other !== undefined) {
    throw new UserError(
      `${folder.dir} was begun with another recipe: ${other} is ${show(before[other])} there and ${show(now[other])} here; give the same settings, or train anew with another --out.`,
    );
  }
  if (!existsSync(runFile)) return {};
  const facts: RunFacts = JSON.parse(await readFile(runFile, "utf8"));
  const same = JSON.stringify(before) === JSON.stringify(now);
  if (facts.status !== "done" || !same || !existsSync(metricsFile)) return { facts };
  return { facts, finished: JSON.parse(await readFile(metricsFile, "utf8")) };
}

/** As it reads after a way through YAML, flat. */
const plain = (recipe: object) => flatSettings(JSON.parse(JSON.stringify(recipe)));

const show = (value: unknown): string => (value === undefined ? "not set" : String(value));

/** Changes when an item, its label or its sound does. */
export function fingerprintOf({ items, hashes }: Pick<Prepared, "items" | "hashes">): string {
  const hash = createHash("sha256");
  for (const [i, { id, label }] of items.entries()) hash.update(JSON.stringify([id, label, hashes[i]]));
  return hash.digest("hex");
}

/** @throws UserError if fewer epochs are asked for than were trained */
export function requireMoreEpochs(epochs: unknown, stored: number, dir: string): void {
  if (typeof epochs === "number" && epochs < stored) {
    throw new UserError(
      `${dir} has trained ${stored} epochs already, and ${epochs} are asked for; ask for more, or train anew with another --out.`,
    );
  }
}
