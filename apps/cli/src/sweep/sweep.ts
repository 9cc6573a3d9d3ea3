import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { FeatureConfig } from "@earshot/dsp";
import { selectSamples } from "@earshot/models";
import { sentenceOf, UserError } from "../cli/errors.js";
import { type Screen, silentScreen } from "../cli/screen.js";
import { openData } from "../data/openData.js";
import { featureConfig } from "../features/featureConfig.js";
import { judge } from "../judge/judge.js";
import { type LoadedRecipe, loadRecipe } from "../recipe/load.js";
import type { Recipe } from "../recipe/schema.js";
import { buildModel } from "../train/buildModel.js";
import { copiesFor } from "../train/copies.js";
import { requireHonestSplit } from "../train/honestSplit.js";
import { planSplit } from "../train/planSplit.js";
import { type Prepared, prepareData } from "../train/prepareData.js";
import { runTurns, type Samples } from "../train/runTurns.js";
import { type TrainedRun, train } from "../train/train.js";
import { gridOf, type Trial } from "./grid.js";

/** What became of a trial: its figure on inner folds, or why there is none. */
export interface TrialResult {
  settings: Trial;
  figure?: number;
  error?: string;
  seconds: number;
}

export interface SweepOptions {
  /** `path=a,b,c` each. */
  settings: readonly string[];
  data?: string;
  /** Folder for the trials and the best run; one that was begun is gone on with. */
  out: string;
  /** Inner folds (default 3). */
  folds?: number;
  threads?: number;
  /** Use the feature cache (default false). */
  cache?: boolean;
  signal?: AbortSignal;
  screen: Screen;
}

export interface Sweep {
  /** The recipe's main figure, by which trials are compared. */
  figure: string;
  trials: TrialResult[];
  best: TrialResult;
  /** The best settings, trained on all training items and judged on items that no trial has seen. */
  run: TrainedRun;
}

/**
 * Tries every combination of settings on folds of the training items alone, then trains the best one and judges it on the test items.
 *
 * Trials are written down one by one: a sweep that was stopped goes on where it was. A trial that fails is kept with its reason.
 *
 * @throws UsageError before anything runs, if a setting is not known; UserError if every trial fails
 */
export async function sweep(recipe: string, options: SweepOptions): Promise<Sweep> {
  const { settings, out, folds = 3, threads = availableParallelism(), cache = false, signal, screen } = options;
  const trials = gridOf(settings);
  const loaded = await Promise.all(trials.map((trial) => checkTrial(recipe, trial)));
  const dir = resolve(out);
  await mkdir(dir, { recursive: true });
  const journal = join(dir, "trials.jsonl");
  const known = await readJournal(journal, recipe);
  const prepared = new Map<string, Promise<Prepared>>();
  const results: TrialResult[] = [];
  const bar = screen.progress("trials", trials.length);
  for (const [i, trial] of trials.entries()) {
    signal?.throwIfAborted();
    const key = trial.join(" ");
    const result = known.get(key) ?? (await runTrial(loaded[i], trial));
    if (!known.has(key)) await appendFile(journal, `${JSON.stringify({ recipe, ...result })}\n`);
    results.push(result);
    bar.update(results.length, `${key}: ${result.figure?.toFixed(4) ?? "failed"}`);
  }
  bar.end();
  const figure = loaded[0].recipe.report.main;
  const best = bestOf(results, figure);
  const run = await bestRun(best, join(dir, `best-${results.indexOf(best) + 1}`));
  return { figure, trials: results, best, run };

  /** Trained and judged once; found again when the sweep is called again. */
  async function bestRun({ settings: chosen }: TrialResult, at: string): Promise<TrainedRun> {
    const file = join(at, "metrics.json");
    if (existsSync(file)) return { dir: at, metrics: JSON.parse(await readFile(file, "utf8")) };
    return train(await checkTrial(recipe, chosen), {
      ...(options.data !== undefined && { data: options.data }),
      out: at,
      threads,
      cache,
      screen,
      ...(signal && { signal }),
    });
  }

  async function runTrial({ recipe: own }: LoadedRecipe, trial: Trial): Promise<TrialResult> {
    const started = performance.now();
    const seconds = (): number => Math.round(performance.now() - started) / 1000;
    try {
      return { settings: trial, figure: await innerFigure(own), seconds: seconds() };
    } catch (error) {
      signal?.throwIfAborted();
      return { settings: trial, error: sentenceOf(error), seconds: seconds() };
    }
  }

  /** The main figure on folds of the training items. */
  async function innerFigure(own: Recipe): Promise<number> {
    const config = featureConfig(own.features, own.data.kind);
    const key = JSON.stringify([own.data, config, own.augment, own.seed]);
    const opened = await openData(own.data, {
      seed: own.seed,
      ...(options.data !== undefined && { root: options.data }),
    });
    const splitOptions = { seed: own.seed, groupKey: opened.corpus.groupKey };
    let making = prepared.get(key);
    if (!making) {
      const job = { config: config as FeatureConfig, augment: copiesFor(own, opened.items.length) };
      making = prepareData(opened, job, {
        threads,
        skipBroken: false,
        cache,
        seed: own.seed,
        screen,
        ...(signal && { signal }),
      });
      prepared.set(key, making);
    }
    const all = await making;
    const outer = planSplit(all.items, own.split, splitOptions);
    requireHonestSplit({ recipe: own, data: opened }, all, outer);
    const inner = subset(all, outer.turns[0].train);
    const spec = { ...own.split, folds: own.split.by === "item" ? folds : ("auto" as const) };
    const plan = planSplit(inner.items, spec.by === "predefined" ? { ...spec, by: "item", folds } : spec, splitOptions);
    const { predictions, model } = await runTurns(own, inner, plan, {
      threads,
      screen: silentScreen,
      title: "",
      ...(signal && { signal }),
    });
    model.dispose();
    const { metrics } = judge(predictions, {
      replicates: 0,
      seed: own.seed,
      positive: own.report.positive ?? undefined,
    });
    const value = metrics[own.report.main]?.value;
    if (typeof value !== "number") throw new UserError(`${own.report.main} is undefined on the inner folds.`);
    return value;
  }
}

async function checkTrial(recipe: string, trial: Trial): Promise<LoadedRecipe> {
  const loaded = loadRecipe(recipe, trial);
  featureConfig(loaded.recipe.features, loaded.recipe.data.kind);
  (await buildModel(loaded.recipe)).dispose();
  return loaded;
}

function subset({ items, x, augmented }: Prepared, rows: readonly number[]): Samples {
  const copies = augmented?.copies ?? 0;
  return {
    items: rows.map((i) => items[i]),
    x: selectSamples(x, rows),
    ...(augmented && {
      augmented: {
        copies,
        x: selectSamples(
          augmented.x,
          rows.flatMap((i) => Array.from({ length: copies }, (_, copy) => i * copies + copy)),
        ),
      },
    }),
  };
}

function bestOf(results: readonly TrialResult[], figure: string): TrialResult {
  const judged = results.filter((result) => result.figure !== undefined);
  if (judged.length === 0) throw new UserError(`Every trial failed; the first: ${results[0]?.error}`);
  const sign = figure === "eer" ? -1 : 1;
  return judged.reduce((best, result) => (sign * (result.figure ?? 0) > sign * (best.figure ?? 0) ? result : best));
}

async function readJournal(path: string, recipe: string): Promise<Map<string, TrialResult>> {
  if (!existsSync(path)) return new Map();
  // A line that was cut off by a crash is a trial that has not been run.
  const lines = (await readFile(path, "utf8")).split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as TrialResult & { recipe: string }];
    } catch {
      return [];
    }
  });
  return new Map(
    lines
      .filter((line) => line.recipe === recipe)
      .map(({ recipe: _, ...result }) => [result.settings.join(" "), result]),
  );
}
