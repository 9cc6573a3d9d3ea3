import { loadOpenCv } from "@earshot/vision";
import { stringify } from "yaml";
import type { Screen } from "../cli/screen.js";
import type { Figure } from "../judge/judge.js";
import { describeEnvironment } from "../run/environment.js";
import { createRunFolder } from "../run/runFolder.js";
import type { LoadedVision } from "./loadVision.js";
import { writeVisionPage } from "./page.js";

export interface VisionOptions {
  data?: string;
  out?: string;
  screen: Screen;
  signal?: AbortSignal;
}

/** `metrics.json` of a run on pictures. */
export interface VisionMetrics extends Record<string, unknown> {
  recipe: string;
  split: { how: string };
  n: number;
  seconds: number;
  metrics: Record<string, Figure>;
}

/**
 * Runs a recipe of pictures and writes its run folder.
 *
 * @throws UserError, or an error of the packages, in one sentence; nothing is left of the folder then
 */
export async function runVision(
  { name, recipe, task }: LoadedVision,
  { out, data, screen, signal }: VisionOptions,
): Promise<{ dir: string; metrics: VisionMetrics }> {
  const started = performance.now();
  await loadOpenCv();
  const folder = await createRunFolder(out, name);
  try {
    const yaml = stringify(recipe, { lineWidth: 120 });
    await folder.write("recipe.yaml", yaml);
    const startedAt = new Date().toISOString();
    const root = data ?? process.env.EARSHOT_DATA;
    const result = await task.run(recipe, { folder, screen, ...(root && { data: root }), ...(signal && { signal }) });
    const metrics: VisionMetrics = {
      recipe: name,
      split: { how: result.how },
      n: result.n,
      seconds: Math.round(performance.now() - started) / 1000,
      metrics: result.metrics,
      ...result.extra,
    };
    if (result.predictions !== undefined) await folder.write("predictions.csv", result.predictions);
    await folder.writeJson("metrics.json", metrics);
    const environment = await describeEnvironment();
    await folder.writeJson("run.json", { recipe: name, status: "done", seed: recipe.seed, startedAt, environment });
    await writeVisionPage(folder, recipe, result, yaml);
    return { dir: folder.dir, metrics };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
