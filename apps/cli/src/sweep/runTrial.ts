import type { FeatureConfig } from "@earshot/dsp";
import { selectSamples } from "@earshot/models";
import { sentenceOf, UserError } from "../cli/errors.js";
import { type Screen, silentScreen } from "../cli/screen.js";
import { type OpenedData, openData } from "../data/openData.js";
import { featureConfig } from "../features/featureConfig.js";
import { judge } from "../judge/judge.js";
import { once } from "../queue/once.js";
import { hashName, type PieceResult, type WorkPlace } from "../queue/piece.js";
import { checkRecipe } from "../recipe/load.js";
import type { Recipe } from "../recipe/schema.js";
import { copiesFor } from "../train/copies.js";
import { requireHonestSplit } from "../train/honestSplit.js";
import { type Plan, planSplit } from "../train/planSplit.js";
import { type Prepared, prepareData } from "../train/prepareData.js";
import { runTurns, type Samples } from "../train/runTurns.js";
import type { Trial } from "./grid.js";
import { thinOut } from "./thinOut.js";

/** One combination of settings to be judged on folds of the training items; `NAME.json` says what came of it. */
export interface TrialWork extends WorkPlace {
  kind: "trial";
  settings: Trial;
  /** With all settings in it. */
  recipe: Recipe;
  /** Folder or archive. */
  data?: string;
  folds: number;
  /** Of the training items of each fold, 0..1. */
  share: number;
  threads: number;
  /** Use the feature cache. */
  cache: boolean;
}

/** What became of a trial: its figure on inner folds, or why there is none. */
export interface TrialOutcome extends PieceResult {
  settings: Trial;
  figure?: number;
  error?: string;
  seconds: number;
}

/** How a piece of work is done in this process. */
export interface TrialContext {
  screen: Screen;
  signal?: AbortSignal;
}

/**
 * Judges a trial. One that fails is kept with its reason; only being stopped is an error.
 *
 * @param figureOf what trains and judges
 */
export function runTrial(work: TrialWork, context: TrialContext, figureOf = innerFigure): Promise<TrialOutcome> {
  return once<Omit<TrialOutcome, keyof PieceResult>>(work, async () => {
    const { settings } = work;
    const started = performance.now();
    const seconds = (): number => Math.round(performance.now() - started) / 1000;
    try {
      return { settings, figure: await figureOf(work, context), seconds: seconds() };
    } catch (error) {
      context.signal?.throwIfAborted();
      return { settings, error: sentenceOf(error), seconds: seconds() };
    }
  });
}

/** The main figure on folds of the training items. */
async function innerFigure(work: TrialWork, { screen, signal }: TrialContext): Promise<number> {
  const recipe = checkRecipe("trial", work.recipe);
  const { opened, all } = await dataOf(work, recipe, { screen, ...(signal && { signal }) });
  const options = { seed: recipe.seed, groupKey: opened.corpus.groupKey };
  const outer = planSplit(all.items, recipe.split, options);
  requireHonestSplit({ recipe, data: opened }, all, outer);
  const inner = subset(all, outer.turns[0].train);
  const plan = thinOut(innerPlan(inner, recipe, work.folds, options), inner.items, work.share, recipe.seed);
  const { predictions, model } = await runTurns(recipe, inner, plan, {
    threads: work.threads,
    screen: silentScreen,
    title: "",
    ...(signal && { signal }),
  });
  model.dispose();
  const { metrics } = judge(predictions, {
    replicates: 0,
    seed: recipe.seed,
    positive: recipe.report.positive ?? undefined,
  });
  const value = metrics[recipe.report.main]?.value;
  if (typeof value !== "number") throw new UserError(`${recipe.report.main} is undefined on the inner folds.`);
  return value;
}

function innerPlan(inner: Samples, { split }: Recipe, folds: number, options: Parameters<typeof planSplit>[2]): Plan {
  const spec = { ...split, folds: split.by === "item" ? folds : ("auto" as const) };
  return planSplit(inner.items, spec.by === "predefined" ? { ...spec, by: "item", folds } : spec, options);
}

interface TrialData {
  opened: OpenedData;
  all: Prepared;
}

/** Data of the trial that was judged last in this thread: the next one mostly wants the same. */
const prepared = new Map<string, Promise<TrialData>>();

function dataOf(work: TrialWork, recipe: Recipe, context: TrialContext): Promise<TrialData> {
  const config = featureConfig(recipe.features, recipe.data.kind);
  const key = hashName([recipe.data, config, recipe.augment, recipe.seed, work.data]);
  let making = prepared.get(key);
  if (!making) {
    prepared.clear();
    making = openAndPrepare(work, recipe, config as FeatureConfig, context);
    prepared.set(key, making);
    // What failed may be there the next time.
    making.catch(() => prepared.delete(key));
  }
  return making;
}

async function openAndPrepare(
  { data, threads, cache }: TrialWork,
  recipe: Recipe,
  config: FeatureConfig,
  { screen, signal }: TrialContext,
): Promise<TrialData> {
  const opened = await openData(recipe.data, { seed: recipe.seed, ...(data !== undefined && { root: data }) });
  const all = await prepareData(
    opened,
    { config, augment: copiesFor(recipe, opened.items.length) },
    { threads, skipBroken: false, cache, seed: recipe.seed, screen, ...(signal && { signal }) },
  );
  return { opened, all };
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
