import type { Classifier, ModelDescription } from "@earshot/models";
import type { LiveSettings } from "../src/session/loadedModel.js";
import type { WindowOptions, WindowSet } from "./windows.js";

/** Path of a corpus whose folder or archive is called like this, if it is at hand. */
export type FindCorpus = (name: RegExp) => string | undefined;

/** How one shipped model is made. */
export interface Recipe {
  name: string;
  /** Reads the data and measures on speakers not trained on; undefined where the data it needs are not at hand. */
  build(find: FindCorpus): Promise<Plan | undefined>;
}

/** Fits a fresh model. */
export type Fit = (train: WindowSet) => Promise<Classifier>;

/** What the final model is fitted on, and what its card says. */
export interface Plan {
  recordings: number;
  windows: WindowOptions;
  model: Classifier;
  live: LiveSettings;
  data: ModelDescription["data"];
  metrics: Record<string, unknown>;
  notes: string[];
}
