import type { Spec, Theme } from "@earshot/plots";
import type { z } from "zod";
import type { Screen } from "../cli/screen.js";
import type { Figure } from "../judge/judge.js";
import type { RunFolder } from "../run/runFolder.js";

/** What every recipe of pictures says beside its own keys. */
export interface VisionRecipe {
  task: string;
  name?: string;
  title: string;
  description: string;
  seed: number;
}

/** What a task works with. */
export interface VisionJob {
  /** Folder or archive with the data, if one is named. */
  data?: string;
  folder: RunFolder;
  screen: Screen;
  signal?: AbortSignal;
}

/** What a task found out. */
export interface VisionResult {
  /** Where the figures come from: a sentence. */
  how: string;
  /** Items judged. */
  n: number;
  metrics: Record<string, Figure>;
  /** Beside the figures, in `metrics.json`. */
  extra?: Record<string, unknown>;
  /** `predictions.csv`. */
  predictions?: string;
  figures: { name: string; alt: string; spec(theme: Theme): Spec }[];
  /** Sentences for the page. */
  notes?: string[];
}

/** What is asked of a finished run. */
export interface VisionQuestion {
  /** The run folder. */
  dir: string;
  files: readonly string[];
  /** Writes a table there. */
  csv?: string;
  screen: Screen;
  signal?: AbortSignal;
}

/** A recipe of pictures that is no classifier over a table of features. */
export interface VisionTask<R extends VisionRecipe = VisionRecipe> {
  schema: z.ZodType<R>;
  /** Judges, and writes the model's files into the folder's `model/`. */
  run(recipe: R, job: VisionJob): Promise<VisionResult>;
  predict(recipe: R, question: VisionQuestion): Promise<void>;
}

/** A figure without an interval. */
export const plain = (value: number): Figure => ({ value, low: null, high: null });
