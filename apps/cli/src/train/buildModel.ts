import { type Classifier, createModel, isClassifier, type ModelFactory, type ModelOptions } from "@earshot/models";
import { UsageError } from "../cli/errors.js";
import type { Recipe } from "../recipe/schema.js";

/**
 * The recipe's model, not fitted: its steps and the classifier behind them.
 *
 * @param models makes them (default: the kinds of @earshot/models)
 * @throws UsageError for an unknown kind or option, naming the nearest known one
 */
export async function buildModel(
  { preprocess, model, seed }: Pick<Recipe, "preprocess" | "model" | "seed">,
  models: Makes = { create: createModel },
): Promise<Classifier> {
  const steps = await Promise.all(preprocess.map(async (step) => withSeed(step, seed, models)));
  const last = await withSeed(model, seed, models);
  const whole = steps.length > 0 ? { kind: "pipeline", steps: [...steps, last] } : last;
  const { kind, ...options } = whole as ModelOptions & { kind: string };
  const made = await make(kind, options, models);
  if (isClassifier(made)) return made;
  throw new UsageError(`model: ${kind} changes features but names no classes; take a classifier, such as svc.`);
}

type Makes = Pick<ModelFactory, "create">;

/** The recipe's seed for kinds that take one and have none; what a kind takes only the kind itself knows. */
async function withSeed(step: Recipe["model"], seed: number, models: Makes): Promise<Recipe["model"]> {
  const { kind, ...options } = step;
  if ("seed" in options || kind === "pipeline") return step;
  try {
    (await models.create(kind, { ...options, seed })).dispose();
    return { ...step, seed };
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('unknown option "seed"')) return step;
    throw asUsage(error);
  }
}

async function make(kind: string, options: ModelOptions, models: Makes) {
  try {
    return await models.create(kind, options);
  } catch (error) {
    throw asUsage(error);
  }
}

/** Before any data is read, whatever a model refuses stands in the recipe. */
function asUsage(error: unknown): unknown {
  if (!(error instanceof RangeError || error instanceof TypeError)) return error;
  return new UsageError(`model: ${error.message}`, { cause: error });
}
