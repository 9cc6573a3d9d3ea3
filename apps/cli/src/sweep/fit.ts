import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { once } from "../queue/once.js";
import type { PieceResult, WorkPlace } from "../queue/piece.js";
import { checkRecipe } from "../recipe/load.js";
import type { Recipe } from "../recipe/schema.js";
import type { Metrics } from "../run/metrics.js";
import { train } from "../train/train.js";
import type { TrialContext } from "./runTrial.js";

/** The last step of a sweep: the best settings, trained on all training items and judged on those that no trial has seen. */
export interface FitWork extends WorkPlace {
  kind: "fit";
  /** Of the recipe. */
  title: string;
  recipe: Recipe;
  /** Folder or archive. */
  data?: string;
  /** Run folder to make. */
  out: string;
  threads: number;
  /** Use the feature cache. */
  cache: boolean;
}

/** Where the run is. */
export interface FitResult extends PieceResult {
  dir: string;
}

const isDone = (dir: string): boolean => existsSync(join(dir, "metrics.json"));

/**
 * Trains the chosen settings. The run folder appears when it is finished: of two workers that train at once, because one was taken for
 * dead, the second finds it made.
 *
 * @param learn what trains
 */
export function runFit(
  work: FitWork,
  { screen, signal }: TrialContext,
  learn: (...given: Parameters<typeof train>) => Promise<unknown> = train,
): Promise<FitResult> {
  const { title, out, threads, cache, data } = work;
  return once<Omit<FitResult, keyof PieceResult>>(
    work,
    async () => {
      if (isDone(out)) return { dir: out };
      const making = `${out}.${randomBytes(4).toString("hex")}`;
      const loaded = { name: title, path: title, recipe: checkRecipe(title, work.recipe) };
      try {
        await learn(loaded, {
          ...(data !== undefined && { data }),
          out: making,
          threads,
          cache,
          screen,
          ...(signal && { signal }),
        });
        await rename(making, out).catch((error: Error) => {
          if (!isDone(out)) throw error;
        });
      } finally {
        await rm(making, { recursive: true, force: true });
      }
      return { dir: out };
    },
    async ({ dir }) => isDone(dir),
  );
}

/** Figures of a finished run. */
export async function readMetrics(dir: string): Promise<Metrics> {
  return JSON.parse(await readFile(join(dir, "metrics.json"), "utf8")) as Metrics;
}
