import {
  type Classifier,
  type EpochLog,
  isClassifier,
  type ModelFactory,
  restoreModel,
  selectSamples,
} from "@earshot/models";
import type { Screen } from "../cli/screen.js";
import { type Predictions, poolPredictions } from "../judge/predictions.js";
import type { Recipe } from "../recipe/schema.js";
import type { Checkpoints, StageStore } from "../run/checkpoints.js";
import { buildModel } from "./buildModel.js";
import { groupOf, type Plan, type Turn } from "./planSplit.js";
import type { Numeric, Prepared } from "./prepareData.js";
import { joinSamples } from "./prepareExtra.js";

/** What models are fitted and judged on. */
export type Samples = Pick<Prepared, "items" | "x" | "augmented" | "extra">;

export interface TurnOptions {
  threads: number;
  signal?: AbortSignal;
  screen: Screen;
  /** What the progress bar says. */
  title: string;
  onEpoch?: (turn: string, log: EpochLog) => Promise<"stop" | undefined>;
  /** Where fits store how far they are. */
  checkpoints?: Checkpoints;
  /** What the stages of these turns are called (default turn). */
  stage?: string;
  /** Makes and restores the model (default: the kinds of @earshot/models). */
  models?: ModelFactory;
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
    model = await fitTurn(recipe, prepared, turn, {
      ...options,
      title,
      stage: `${options.stage ?? "turn"}-${number + 1}`,
      last: number === turns.length - 1,
    });
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
  return joinSamples(own, more);
}

/** A fit that takes longer than this is worth storing when others come after it. */
const worthKeepingSec = 2;

/** A model fitted on the training items of a turn, or gone on with from where an earlier process stored it. */
export async function fitTurn(
  recipe: Recipe,
  prepared: Samples,
  turn: Pick<Turn, "name" | "train">,
  options: TurnOptions & { last?: boolean },
): Promise<Classifier> {
  options.signal?.throwIfAborted();
  const store = options.checkpoints?.stage(options.stage ?? "turn-1");
  const done = await store?.model();
  if (done) {
    const restored = await (options.models?.restore ?? restoreModel)(done);
    if (isClassifier(restored)) return restored;
  }
  const model = await buildModel(recipe, options.models);
  const started = performance.now();
  try {
    await fitOn(model, recipe, prepared, turn, options, store);
    const stored = await store?.flush();
    const slow = performance.now() - started > 1000 * worthKeepingSec;
    if (store && !stored && slow && options.last === false) await store.keepModel(await model.getState());
    return model;
  } catch (error) {
    await store?.flush();
    model.dispose();
    throw error;
  }
}

async function fitOn(
  model: Classifier,
  recipe: Recipe,
  { items, x, augmented, extra }: Samples,
  { name, train }: Pick<Turn, "name" | "train">,
  { threads, signal, screen, title, onEpoch }: TurnOptions,
  store: StageStore | undefined,
): Promise<void> {
  const { by } = recipe.split;
  const byGroup = by !== "item" && by !== "predefined";
  const resume = await store?.training();
  const remake = augmented?.remake;
  let progress: ReturnType<Screen["progress"]> | undefined;
  let latest = "";
  const show = (done: number, epochs: number, detail: string): void => {
    progress ??= screen.progress(title, epochs, store?.epoch);
    progress.update(done, detail);
  };
  try {
    const owners = augmented ? [...train, ...train.flatMap((i) => repeat(i, augmented.copies))] : train;
    const real = augmented ? withCopies(x as Numeric, augmented, train) : selectSamples(x, train);
    const samples = extra ? joinSamples(real as Numeric, extra.x) : real;
    const labels = [...owners.map((i) => items[i].label), ...(extra?.labels ?? [])];
    const groupsOf = (group: (i: number) => string): string[] => [
      ...owners.map(group),
      ...(extra?.labels ?? []).map(() => "made up"),
    ];
    await model.fit(samples, labels, {
      threads,
      ...(signal && { signal }),
      // What a model holds out of its training items to stop early is parted as the test items are; copies stay with their item.
      ...(byGroup ? { groups: groupsOf((i) => groupOf(items[i], by)) } : augmented && { groups: groupsOf(String) }),
      onStep: (done, loss) => show(done, epochsOf(recipe), `loss ${loss.toFixed(3)}${latest}`),
      onEpoch: async (log) => {
        latest = described(log);
        show(log.epoch, log.epochs, `loss ${log.loss?.toFixed(3) ?? "–"}${latest}`);
        return await onEpoch?.(name, log);
      },
      ...(remake && {
        refresh: async (epoch: number) => {
          if (epoch === 1) return samples;
          const changed = joinSamples(selectSamples(x as Numeric, train), await remake(train, epoch));
          return extra ? joinSamples(changed, extra.x) : changed;
        },
      }),
      ...(store && { onCheckpoint: (state) => store.note(state) }),
      ...(resume && { resume }),
    });
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

/** Epochs that the recipe asks for; the networks' own default where it says nothing. */
const epochsOf = ({ model }: Recipe): number => (typeof model.epochs === "number" ? model.epochs : 100);

function described(log: EpochLog): string {
  const shown = ["valLoss", "valAccuracy"].filter((key) => Number.isFinite(log[key]));
  return shown.map((key) => `  ${key} ${log[key].toFixed(3)}`).join("");
}
