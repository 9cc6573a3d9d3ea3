import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readPredictions } from "../report/readPredictions.js";
import type { RunFacts } from "../report/readRun.js";
import type { Metrics } from "../run/metrics.js";
import type { Leak } from "../train/leakage.js";

/** What a run was trained on. */
export interface Training {
  /** Where it lay; undefined for data that are made when needed. */
  root: string | undefined;
  /** Items that the run judged. */
  judged: ReadonlySet<string>;
  /** Items of that data that the kept model never met: none after folds, for then it is one of all items. */
  unseen: ReadonlySet<string>;
  /** What stood on both sides of the run's own split. */
  leakage: readonly Leak[];
}

/** Reads from a run's folder what its model was trained on; nothing where the run did not finish. */
export async function readTraining(run: string): Promise<Training | undefined> {
  const path = (name: string): string => join(resolve(run), name);
  if (!["run.json", "metrics.json", "predictions.csv"].every((name) => existsSync(path(name)))) return undefined;
  const json = async (name: string) => JSON.parse(await readFile(path(name), "utf8"));
  const facts: RunFacts = await json("run.json");
  const { split, leakage }: Metrics = await json("metrics.json");
  const judged = new Set(readPredictions(await readFile(path("predictions.csv"))).ids);
  return { root: facts.data.root, judged, unseen: split.folds > 1 ? new Set() : judged, leakage };
}

/** Whether data come from where a run was trained. */
export const isTrainedOn = (training: Training, root: string | undefined): boolean =>
  training.root === undefined || root === undefined ? training.root === root : resolve(training.root) === resolve(root);
