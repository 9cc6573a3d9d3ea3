import type { ModelFactory } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";
import type { Screen } from "../cli/screen.js";
import { type OpenedData, openData } from "../data/openData.js";
import { judge } from "../judge/judge.js";
import { type Predictions, poolPredictions } from "../judge/predictions.js";
import { alignRows } from "../predict/tableRows.js";
import type { Recipe } from "../recipe/schema.js";
import { type Metrics, metricsOf } from "../run/metrics.js";
import { openModel } from "../run/trainedRun.js";
import { judgeMethods } from "../train/judgeRun.js";
import type { Leak } from "../train/leakage.js";
import { prepareData } from "../train/prepareData.js";
import { predictItems } from "../train/runTurns.js";
import { isTrainedOn, readTraining, type Training } from "./readTraining.js";

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Folder or archive to judge on (default: `$EARSHOT_DATA`, else what the run was trained on). */
  data?: string;
  /** Official part of the corpus, or "test" for the items that the run itself was judged on. */
  split?: string;
  threads: number;
  skipBroken: boolean;
  /** Use the feature cache (default false). */
  cache?: boolean;
  /** Restores the model (default: the kinds of @earshot/models). */
  models?: ModelFactory;
  signal?: AbortSignal;
  screen: Screen;
}

/** What {@link evaluate} finds out about a run. */
export interface Evaluation {
  metrics: Metrics & { unknown: { n: number; labels: string[] } };
  predictions: Predictions;
  recipe: Recipe;
  /** What was judged, to be heard, read or seen. */
  data: OpenedData;
}

/**
 * Judges a run's model on data, by default on everything in the folder named.
 *
 * Items of classes that the model never learned cannot be judged: they are counted under `unknown` and left out.
 *
 * @throws UserError in one sentence if the run has no model, or the data no item it can judge
 */
export async function evaluate(run: string, options: EvaluateOptions): Promise<Evaluation> {
  const started = performance.now();
  const { name, model, config, recipe, reference } = await openModel(run, options.models);
  if (!recipe)
    throw new UserError(
      `${run} is a model without its run: evaluate needs the run folder, which says what is learned.`,
    );
  const { threads, skipBroken, cache, screen, signal } = options;
  const training = await readTraining(run);
  const root = options.data ?? process.env.EARSHOT_DATA ?? training?.root;
  const opened = await openData(
    { ...recipe.data, maxItems: undefined },
    { seed: recipe.seed, ...(root !== undefined && { root }) },
  );
  if (opened.table && reference?.kind === "table")
    opened.table = alignRows(opened.table, reference.columns, opened.root ?? opened.corpus.title);
  // On the data it was trained on, a model is judged by what it was not trained on.
  const again = training !== undefined && isTrainedOn(training, opened.root);
  const split = options.split ?? (again ? "test" : undefined);
  const data = choosePart(opened, split, training);
  const known = new Set(model.classes);
  const strangers = data.items.filter((item) => !known.has(item.label));
  data.items = data.items.filter((item) => known.has(item.label));
  const labels = [...new Set(strangers.map((item) => item.label))].sort();
  if (data.items.length === 0) {
    throw new UserError(
      `None of ${strangers.length} items has a class that the model knows (${[...known].slice(0, 12).join(", ")}); they are ${labels.slice(0, 12).join(", ")}.`,
    );
  }
  if (strangers.length > 0)
    screen.warn(`${strangers.length} items left out: the model never learned ${labels.slice(0, 12).join(", ")}.`);
  const prepared = await prepareData(
    data,
    { config, augment: null },
    { threads, skipBroken, screen, ...(cache !== undefined && { cache }), ...(signal && { signal }) },
  );
  const turn = { name: "evaluation", train: [], test: prepared.items.map((_, i) => i) };
  const predictions = poolPredictions([await predictItems(model, prepared, turn)]);
  model.dispose();
  const { replicates, positive } = recipe.report;
  const judgement = judge(predictions, {
    replicates,
    seed: recipe.seed,
    byGroup: recipe.split.by !== "item" && recipe.split.by !== "predefined",
    ...(positive !== null && { positive }),
  });
  const trainedOn: Leak[] = again
    ? predictions.ids.flatMap((id) => (training.unseen.has(id) ? [] : [{ kind: "item", trained: id, judged: id }]))
    : [];
  // The same part again has the same leaks.
  const leakage = again && split === "test" && trainedOn.length === 0 ? [...training.leakage] : trainedOn;
  const met = trainedOn.length > 0 ? ", by a model that was trained on them: name other data with --data" : "";
  const sentence = split ? `the part "${split}"${met}` : "all of it, by a model trained elsewhere";
  const plan = { by: "none", sentence, turns: [turn], sharedGroups: [] };
  const seconds = Math.round(performance.now() - started) / 1000;
  const methods = judgeMethods(recipe, predictions, prepared.items);
  const metrics = metricsOf({ recipe: name, data, prepared, plan, leakage, judgement, methods, seconds });
  return { metrics: { ...metrics, unknown: { n: strangers.length, labels } }, predictions, recipe, data };
}

function choosePart(data: OpenedData, split: string | undefined, training: Training | undefined): OpenedData {
  if (split === undefined) return data;
  const parts = [...new Set(data.items.flatMap((item) => (item.split === undefined ? [] : [item.split])))].sort();
  if (split === "test" && training) {
    const items = data.items.filter((item) => training.judged.has(item.id));
    if (items.length > 0) return { ...data, items };
  }
  const items = data.items.filter((item) => item.split === split);
  if (items.length > 0) return { ...data, items };
  throw new UserError(`${data.corpus.title} has no part "${split}"; ${nearest(split, ["test", ...parts])}`);
}
