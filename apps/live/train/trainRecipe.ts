import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is read of a run's `metrics.json`. */
export interface RunMetrics {
  metrics: Record<string, { value: number | null; low: number | null; high: number | null }>;
  perMethod?: Record<string, { eer: { value: number | null } }>;
}

const earshot = fileURLToPath(new URL("../../cli/bin/earshot.js", import.meta.url));

/**
 * A finished run of a recipe: that below `runs` where there is one, else trained now by `earshot train`.
 *
 * @throws Error if training fails; its reason stands on stderr
 */
export function trainRecipe(
  recipe: string,
  runs: string,
  data: string | undefined,
): { model: string; metrics: RunMetrics } {
  const run = join(runs, recipe);
  if (!existsSync(join(run, "metrics.json"))) {
    const options = [...(data === undefined ? [] : ["--data", data]), ...(existsSync(run) ? ["--resume"] : [])];
    const { status } = spawnSync(process.execPath, [earshot, "train", recipe, "--out", run, ...options], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) throw new Error(`${recipe} could not be trained: exit status ${status}.`);
  }
  const metrics = JSON.parse(readFileSync(join(run, "metrics.json"), "utf8")) as RunMetrics;
  return { model: join(run, "model"), metrics };
}
