import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import { featureConfig } from "../features/featureConfig.js";
import { readResult } from "../queue/once.js";
import { hashName, type Piece, type PieceRunner } from "../queue/piece.js";
import { type LoadedRecipe, loadRecipe } from "../recipe/load.js";
import type { Recipe } from "../recipe/schema.js";
import { earshotVersion } from "../run/environment.js";
import { openPlace } from "../storage/place.js";
import { buildModel } from "../train/buildModel.js";
import type { TrainedRun } from "../train/train.js";
import { type FitResult, type FitWork, readMetrics } from "./fit.js";
import type { Trial } from "./grid.js";
import { Ladder } from "./ladder.js";
import type { TrialOutcome, TrialWork } from "./runTrial.js";
import { planSearch, type Search } from "./search.js";

/** What became of a trial: its figure on inner folds, or why there is none. */
export interface TrialResult {
  /** Of the candidate, from 1. */
  number: number;
  settings: Trial;
  /** Of successive halving: how far it climbed here, from 0, and what it was given. */
  rung: number;
  budget: string;
  figure?: number;
  error?: string;
  seconds: number;
}

export interface SweepOptions {
  /** `path=a,b,c` each; of random searches also `path=low..high` and `path=log:low..high`. */
  settings: readonly string[];
  /** Default: every combination. */
  search?: Search;
  data?: string;
  /** Folder for the trials and the best run; one that was begun is gone on with. */
  out: string;
  /** Inner folds (default 3). */
  folds?: number;
  /** What judges the trials. */
  runner: PieceRunner;
  /** Of a training. */
  threads: number;
  /** Use the feature cache (default false). */
  cache?: boolean;
  /** Judge again what failed before. */
  retry?: boolean;
  /** Refuses what no trial could train (default: builds the recipe's model). */
  check?: (recipe: Recipe) => Promise<void>;
  signal?: AbortSignal;
  screen: Screen;
}

export interface Sweep {
  /** The recipe's main figure, by which trials are compared. */
  figure: string;
  /** By rung and number. */
  trials: TrialResult[];
  best: TrialResult;
  /** The best settings, trained on all training items and judged on items that no trial has seen. */
  run: TrainedRun;
}

/**
 * Tries settings on folds of the training items alone, then trains the best one and judges it on the test items.
 *
 * Each trial's result is a file of its own, named by everything that decides it: a sweep that was stopped goes on where it was, and one that
 * tries more finds what it has. A trial that fails is kept with its reason.
 *
 * @throws UsageError before anything runs, if a setting is not known; UserError if every trial fails
 */
export async function sweep(recipe: string, options: SweepOptions): Promise<Sweep> {
  const { settings, search = { kind: "grid" }, folds = 3, runner, threads, cache = false, screen, signal } = options;
  const { check = checkModel } = options;
  const base = loadRecipe(recipe);
  const { budgets, eta, ...planned } = planSearch(settings, search, base.recipe);
  const candidates = await different(recipe, planned.candidates, check);
  const dir = resolve(options.out);
  const place = join(dir, "trials");
  await mkdir(place, { recursive: true });
  if (options.retry) forgetFailed(place);
  const data = options.data === undefined ? undefined : resolve(options.data);
  const stamp = data !== undefined && existsSync(data) && statSync(data).isFile() ? statSync(data).mtimeMs : undefined;
  const main = base.recipe.report.main;
  const sign = main === "eer" ? -1 : 1;
  const ladder = new Ladder(candidates.length, budgets.length, eta);
  const trials: TrialResult[] = [];
  const asked = new Map<string, { number: number; rung: number }>();
  const bar = screen.progress("trials", budgets.length > 1 ? undefined : candidates.length);
  const shared = { ...(signal && { signal }), screen };

  const pieceOf = (number: number, rung: number): Piece => {
    const budget = budgets[rung];
    const { recipe: own } = loadRecipe(recipe, [...candidates[number], ...budget.settings]);
    const what = { recipe: own, folds, share: budget.share, ...(data !== undefined && { data }) };
    const name = hashName([what, stamp, earshotVersion()]);
    asked.set(name, { number, rung });
    const work: TrialWork = { kind: "trial", name, place, settings: candidates[number], ...what, threads, cache };
    return { work, items: 1, first: rung > 0 };
  };
  const take = ({ name, figure, error, seconds }: TrialOutcome): Piece[] => {
    const { number, rung } = asked.get(name) as { number: number; rung: number };
    const result = { number: number + 1, settings: candidates[number], rung, budget: budgets[rung].shown, seconds };
    trials.push({ ...result, ...(figure !== undefined && { figure }), ...(error !== undefined && { error }) });
    bar.update(trials.length, `${candidates[number].join(" ")}: ${figure?.toFixed(4) ?? "failed"}`);
    const climbs = ladder.tell(rung, number, figure === undefined ? undefined : sign * figure);
    return climbs.map((climb) => pieceOf(climb.candidate, climb.rung));
  };
  /** What an earlier run judged is taken as it is; the rest has to be done. */
  const open = async (pieces: readonly Piece[]): Promise<Piece[]> => {
    const left: Piece[] = [];
    for (const todo = [...pieces]; todo.length > 0; ) {
      const piece = todo.shift() as Piece;
      const here = openPlace(place);
      const known = (await here.has(`${piece.work.name}.json`))
        ? await readResult<TrialOutcome>(here, piece.work.name)
        : undefined;
      if (known) todo.push(...take({ ...known, reused: true }));
      else left.push(piece);
    }
    return left;
  };

  const left = await open(candidates.map((_, number) => pieceOf(number, 0)));
  if (left.length > 0) {
    await runner<TrialOutcome>(left, {
      ...shared,
      title: dir,
      onTrouble: (reason) => screen.warn(`jobs fail, others go on: ${reason}`),
      onCrash: ({ name }, error) => ({ name, reused: false, settings: [], error, seconds: 0 }),
      onResult: (outcome) => open(take(outcome)),
    });
  }
  bar.end();
  trials.sort((a, b) => a.rung - b.rung || a.number - b.number);
  const best = bestOf(trials, sign);
  const chosen = await checkTrial(recipe, best.settings, check);
  const fit = { recipe: chosen.recipe, ...(data !== undefined && { data }) };
  const name = `fit-${hashName([fit, stamp, earshotVersion()])}`;
  const out = join(dir, `best-${best.number}-${name.slice(4, 12)}`);
  const work: FitWork = { kind: "fit", name, place, title: chosen.name, ...fit, out, threads, cache };
  if (!existsSync(join(out, "metrics.json"))) {
    await runner<FitResult>([{ work, items: 1 }], { ...shared, title: dir, onResult: () => undefined });
  }
  return { figure: main, trials, best, run: { dir: out, metrics: await readMetrics(out) } };
}

/** Each combination once, however its values are written. @throws UsageError if one cannot be tried */
async function different(recipe: string, candidates: readonly Trial[], check: typeof checkModel): Promise<Trial[]> {
  const found = new Map<string, Trial>();
  for (const trial of candidates) {
    const name = hashName((await checkTrial(recipe, trial, check)).recipe);
    if (!found.has(name)) found.set(name, trial);
  }
  return [...found.values()];
}

async function checkTrial(recipe: string, trial: Trial, check: typeof checkModel): Promise<LoadedRecipe> {
  const loaded = loadRecipe(recipe, trial);
  featureConfig(loaded.recipe.features, loaded.recipe.data.kind);
  await check(loaded.recipe);
  return loaded;
}

async function checkModel(recipe: Recipe): Promise<void> {
  (await buildModel(recipe)).dispose();
}

/** The best of those that were given most. */
function bestOf(trials: readonly TrialResult[], sign: number): TrialResult {
  const judged = trials.filter((trial) => trial.figure !== undefined);
  if (judged.length === 0) throw new UserError(`Every trial failed; the first: ${trials[0]?.error}`);
  const top = Math.max(...judged.map(({ rung }) => rung));
  return judged
    .filter(({ rung }) => rung === top)
    .reduce((best, one) => (sign * (one.figure ?? 0) > sign * (best.figure ?? 0) ? one : best));
}

function forgetFailed(place: string): void {
  for (const file of readdirSync(place).filter((name) => /^[0-9a-f]+\.json$/.test(name))) {
    const path = join(place, file);
    if (readFileSync(path, "utf8").includes('"error":')) rmSync(path);
  }
}
