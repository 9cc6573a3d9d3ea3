import { type Classifier, createModel, isClassifier, type ModelOptions } from "@earshot/models";
import { UsageError } from "../cli/errors.js";
import type { Recipe } from "../recipe/schema.js";

/**
 * The recipe's model, not fitted: its steps and the classifier behind them.
 *
 * @throws UsageError for an unknown kind or option, naming the nearest known one
 */
export async function buildModel({
  preprocess,
  model,
  seed,
}: Pick<Recipe, "preprocess" | "model" | "seed">): Promise<Classifier> {
  const steps = await Promise.all(preprocess.map(async (step) => withSeed(step, seed)));
  const last = await withSeed(model, seed);
  const whole = steps.length > 0 ? { kind: "pipeline", steps: [...steps, last] } : last;
  const { kind, ...options } = whole as ModelOptions & { kind: string };
  const made = await make(kind, options);
  if (isClassifier(made)) return made;
  throw new UsageError(`model: ${kind} changes features but names no classes; take a classifier, such as svc.`);
}

/** The recipe's seed for kinds that take one and have none; what a kind takes only the kind itself knows. */
async function withSeed(step: Recipe["model"], seed: number): Promise<Recipe["model"]> {
  const { kind, ...options } = step;
  if ("seed" in options || kind === "pipeline") return step;
  try {
    (await createModel(kind, { ...options, seed })).dispose();
    return { ...step, seed };
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('unknown option "seed"')) return step;
    throw asUsage(error);
  }
}

async function make(kind: string, options: ModelOptions) {
  try {
    return await createModel(kind, options);
  } catch (error) {
    throw asUsage(error);
  }
}

/** Before any data is read, whatever a model refuses stands in the recipe. */
function asUsage(error: unknown): unknown {
  if (!(error instanceof RangeError || error instanceof TypeError)) return error;
  return new UsageError(`model: ${error.message}`, { cause: error });
}
