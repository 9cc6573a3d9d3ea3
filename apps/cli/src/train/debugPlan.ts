import type { EpochLog, NeuralClassifierOptions } from "@earshot/models";
import type { Recipe } from "../recipe/schema.js";
import type { Labelled } from "./items.js";
import type { Plan } from "./planSplit.js";

/** How many items a model must be able to learn by heart. */
const debugItems = 8;

/** Eight items of up to four classes: two or more of each, so that anything can be fitted on them. */
export function drawDebugItems<T extends Labelled>(items: readonly T[]): T[] {
  const counts = new Map<string, T[]>();
  for (const item of items) counts.set(item.label, [...(counts.get(item.label) ?? []), item]);
  const classes = [...counts.keys()].sort().slice(0, 4);
  const each = Math.ceil(debugItems / classes.length);
  return classes.flatMap((name) => (counts.get(name) ?? []).slice(0, each)).slice(0, debugItems);
}

/** Trains and judges on the same items: a model that cannot repeat them is broken. */
export function debugPlan(items: readonly Labelled[]): Plan {
  const all = items.map((_, i) => i);
  return {
    by: "item",
    sentence: `${items.length} items, trained and judged on the same (--debug)`,
    turns: [{ name: "debug", train: all, test: all }],
    sharedGroups: [],
  };
}

/** Epochs that eight items are given at least, for they make few steps each. */
const enoughEpochs = 150;

/** Principal components at most: eight items have no more than seven. */
const fewComponents = 7;

/** The recipe without what stands between a model and learning by heart: copies, held-out parts, changes of batches, smoothed targets, schedules, dropout. */
export function byHeart(given: Recipe): Recipe {
  return { ...given, augment: null, model: modelByHeart(given.model) };
}

function modelByHeart(given: Recipe["model"]): Recipe["model"] {
  const { earlyStopping: _, augment: __, schedule: ___, ema: ____, labelSmoothing: _____, ...model } = given;
  if (model.kind === "stacking") return votersOf(model.estimators as object[]);
  // Members of a vote, and the steps before them.
  for (const key of ["estimators", "steps"]) {
    if (Array.isArray(model[key])) return { ...model, [key]: model[key].map(modelByHeart) };
  }
  if (model.kind === "pca" && Number(model.nComponents) > fewComponents)
    return { ...model, nComponents: fewComponents };
  if (model.kind !== "neuralClassifier") return model;
  const { epochs = enoughEpochs, network, layers, ...rest } = model as NeuralClassifierOptions & { kind: string };
  return {
    ...rest,
    ...(network && { network: { ...(typeof network === "string" ? { kind: network } : network), dropout: 0 } }),
    ...(layers && { layers: layers.filter(({ kind }) => kind !== "dropout") }),
    epochs: Math.max(enoughEpochs, epochs),
    // The rate falls to nothing, so that moving statistics catch up with the weights.
    schedule: { kind: "cosine" },
  };
}

/**
 * A stack learns from members judged on held-out parts, of which eight items have none to spare: they vote instead. The last one, most often
 * the simplest, decides where the leaves of forests are too large for eight items.
 */
const votersOf = (estimators: readonly object[]) => ({
  kind: "voting",
  estimators: [...estimators],
  weights: estimators.map((_, m) => (m + 1 === estimators.length ? 100 : 1)),
});

/** Whether a network may stop: its loss says that it knows the items, and its statistics have had time to settle. */
export const knowsByHeart = ({ epoch, loss }: EpochLog): boolean => epoch >= 60 && loss < 0.01;
