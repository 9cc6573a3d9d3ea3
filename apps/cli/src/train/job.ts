import type { FeatureConfig } from "@earshot/dsp";
import type { ModelFactory } from "@earshot/models";
import type { Screen } from "../cli/screen.js";
import type { OpenedData } from "../data/openData.js";
import type { Recipe } from "../recipe/schema.js";
import type { Plan } from "./planSplit.js";
import type { Prepared } from "./prepareData.js";
import type { TurnOptions } from "./runTurns.js";

/** Options of {@link train}. */
export interface TrainOptions {
  /** Folder or archive of recordings. */
  data?: string;
  /** Run folder to make (default `runs/RECIPE-N`). */
  out?: string;
  threads?: number;
  /** Overfit eight items. */
  debug?: boolean;
  /** Go on with the run in `out` (default: the youngest of this recipe) from where it was stopped or killed. */
  resume?: boolean;
  /** Pause between two checkpoints at least (default 2). */
  checkpointEverySec?: number;
  skipBroken?: boolean;
  /** Use the feature cache (default false). */
  cache?: boolean;
  allowLeakage?: boolean;
  /** Where the run's course is told: "tensorboard", "mlflow" … */
  track?: readonly string[];
  /** Makes the model that the recipe names: `createFactory({ ...modelKinds, mine })` (default: the kinds of @earshot/models). */
  models?: ModelFactory;
  signal?: AbortSignal;
  screen: Screen;
}

/** What the steps of a run share. */
export interface Job {
  name: string;
  recipe: Recipe;
  config: FeatureConfig | null;
  /** The recipe with every default, as `recipe.yaml` has it. */
  resolved: Omit<Recipe, "features"> & { features: object | null };
  data: OpenedData;
  options: TrainOptions & { threads: number };
  turn: Omit<TurnOptions, "title">;
  plan(items: Prepared["items"]): Plan;
}

export const splitOptions = ({ seed }: Recipe, { corpus }: OpenedData) => ({ seed, groupKey: corpus.groupKey });
