import { type Classifier, type EpochLog, type Features, selectSamples } from "@earshot/models";
import type { Screen } from "../cli/screen.js";
import { type Predictions, poolPredictions } from "../judge/predictions.js";
import type { Recipe } from "../recipe/schema.js";
import { buildModel } from "./buildModel.js";
import type { Labelled } from "./items.js";
import { groupOf, type Plan, type Turn } from "./planSplit.js";

export interface TurnOptions {
  threads: number;
  signal?: AbortSignal;
  screen: Screen;
  /** What the progress bar says. */
  title: string;
  onEpoch?: (turn: string, log: EpochLog) => Promise<void>;
}

export interface TurnsResult {
  predictions: Predictions;
  /** Model of the last turn. */
  model: Classifier;
}

/**
 * Fits and judges a model for each turn of the plan.
 *
 * @returns the predictions of all turns, by id, and the model of the last turn, which the caller disposes
 */
export async function runTurns(
  recipe: Recipe,
  items: readonly Labelled[],
  x: Features,
  { turns }: Pick<Plan, "turns">,
  options: TurnOptions,
): Promise<TurnsResult> {
  const parts: Predictions[] = [];
  let model: Classifier | undefined;
  for (const [number, turn] of turns.entries()) {
    model?.dispose();
    const title = turns.length > 1 ? `${options.title} ${number + 1}/${turns.length}` : options.title;
    model = await fitTurn(recipe, items, x, turn, { ...options, title });
    parts.push(await predictItems(model, items, x, turn));
  }
  if (!model) throw new RangeError("runTurns: the plan has no turn.");
  return { predictions: poolPredictions(parts), model };
}

/** A model fitted on the training items of a turn. */
export async function fitTurn(
  recipe: Recipe,
  items: readonly Labelled[],
  x: Features,
  { name, train }: Pick<Turn, "name" | "train">,
  { threads, signal, screen, title, onEpoch }: TurnOptions,
): Promise<Classifier> {
  signal?.throwIfAborted();
  const model = await buildModel(recipe);
  const { by } = recipe.split;
  let progress: ReturnType<Screen["progress"]> | undefined;
  try {
    const labels = train.map((i) => items[i].label);
    await model.fit(selectSamples(x, train), labels, {
      threads,
      ...(signal && { signal }),
      // What a model holds out of its training items to stop early is parted as the test items are.
      ...(by !== "item" && by !== "predefined" && { groups: train.map((i) => groupOf(items[i], by)) }),
      onEpoch: async (log) => {
        progress ??= screen.progress(title, log.epochs);
        progress.update(log.epoch, describeEpoch(log));
        await onEpoch?.(name, log);
      },
    });
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    progress?.end();
  }
}

/** What a model says of the items it is judged on. */
export async function predictItems(
  model: Classifier,
  items: readonly Labelled[],
  x: Features,
  { name, test }: Pick<Turn, "name" | "test">,
): Promise<Predictions> {
  const { data } = await model.predictProba(selectSamples(x, test));
  return {
    ids: test.map((i) => items[i].id),
    yTrue: test.map((i) => items[i].label),
    groups: test.map((i) => items[i].group),
    turns: test.map(() => name),
    classes: [...model.classes],
    probabilities: Float64Array.from(data),
  };
}

function describeEpoch(log: EpochLog): string {
  const shown = ["loss", "valLoss", "valAccuracy"].filter((key) => Number.isFinite(log[key]));
  return shown.map((key) => `${key} ${log[key].toFixed(3)}`).join("  ");
}
