import { type Classifier, type EpochLog, selectSamples } from "@earshot/models";
import type { Screen } from "../cli/screen.js";
import { type Predictions, poolPredictions } from "../judge/predictions.js";
import type { Recipe } from "../recipe/schema.js";
import { buildModel } from "./buildModel.js";
import { groupOf, type Plan, type Turn } from "./planSplit.js";
import type { Numeric, Prepared } from "./prepareData.js";

/** What models are fitted and judged on. */
export type Samples = Pick<Prepared, "items" | "x" | "augmented">;

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
  prepared: Samples,
  { turns }: Pick<Plan, "turns">,
  options: TurnOptions,
): Promise<TurnsResult> {
  const parts: Predictions[] = [];
  let model: Classifier | undefined;
  for (const [number, turn] of turns.entries()) {
    model?.dispose();
    const title = turns.length > 1 ? `${options.title} ${number + 1}/${turns.length}` : options.title;
    model = await fitTurn(recipe, prepared, turn, { ...options, title });
    parts.push(await predictItems(model, prepared, turn));
  }
  if (!model) throw new RangeError("runTurns: the plan has no turn.");
  return { predictions: poolPredictions(parts), model };
}

const repeat = (i: number, times: number): number[] => new Array<number>(times).fill(i);

/** The rows of training items, followed by those of their copies. */
function withCopies(
  x: Numeric,
  { x: changed, copies }: NonNullable<Samples["augmented"]>,
  train: readonly number[],
): Numeric {
  const own = selectSamples(x, train);
  const more = selectSamples(
    changed,
    train.flatMap((i) => repeat(i, copies).map((_, copy) => i * copies + copy)),
  );
  const data = new Float32Array(own.data.length + more.data.length);
  data.set(own.data);
  data.set(more.data, own.data.length);
  if ("shape" in own && "shape" in more) return { data, shape: [own.shape[0] + more.shape[0], ...own.shape.slice(1)] };
  if ("cols" in own && "cols" in more) return { data, rows: own.rows + more.rows, cols: own.cols };
  throw new TypeError("withCopies: items and copies differ in kind.");
}

/** A model fitted on the training items of a turn. */
export async function fitTurn(
  recipe: Recipe,
  { items, x, augmented }: Samples,
  { name, train }: Pick<Turn, "name" | "train">,
  { threads, signal, screen, title, onEpoch }: TurnOptions,
): Promise<Classifier> {
  signal?.throwIfAborted();
  const model = await buildModel(recipe);
  const { by } = recipe.split;
  const byGroup = by !== "item" && by !== "predefined";
  let progress: ReturnType<Screen["progress"]> | undefined;
  try {
    const owners = augmented ? [...train, ...train.flatMap((i) => repeat(i, augmented.copies))] : train;
    const samples = augmented ? withCopies(x as Numeric, augmented, train) : selectSamples(x, train);
    const labels = owners.map((i) => items[i].label);
    await model.fit(samples, labels, {
      threads,
      ...(signal && { signal }),
      // What a model holds out of its training items to stop early is parted as the test items are; copies stay with their item.
      ...(byGroup ? { groups: owners.map((i) => groupOf(items[i], by)) } : augmented && { groups: owners.map(String) }),
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
  { items, x }: Samples,
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
