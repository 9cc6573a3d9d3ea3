import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parallelCoordinates, renderPng, renderSvg } from "@earshot/plots";
import pc from "picocolors";
import { parse } from "yaml";
import type { Context } from "../cli/context.js";
import { UsageError } from "../cli/errors.js";
import { formatFigure, formatInterval } from "../cli/figures.js";
import { duration } from "../cli/screen.js";
import { runOn } from "../queue/distribute.js";
import { runHere } from "../queue/runHere.js";
import { writeJson, writeWhole } from "../run/wholeFile.js";
import type { Search } from "../sweep/search.js";
import { sweep, type TrialResult } from "../sweep/sweep.js";

export interface SweepCommandOptions {
  set: string[];
  search?: "grid" | "random" | "halving";
  trials?: number;
  seed?: number;
  budget?: string;
  eta?: number;
  data?: string;
  out?: string;
  folds: number;
  /** Trainings at once on this machine. */
  workers?: number;
  /** Where other machines take trainings from. */
  queue?: string;
  /** Of a training. */
  threads?: number;
  cache?: boolean;
  retry?: boolean;
}

/** `earshot sweep RECIPE` */
export async function sweepCommand(
  recipe: string,
  options: SweepCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const { set, out = `runs/sweep-${recipe.replace(/^.*[\\/]|[.]ya?ml$/g, "")}`, queue, workers = 1 } = options;
  if (set.length === 0) throw new UsageError("sweep needs something to vary, such as --set model.c=0.1,1,10.");
  const { folds, data, cache, retry } = options;
  // Figures do not depend on how many threads reach them: with several trainings at once, each takes its part.
  const threads =
    options.threads ?? (queue === undefined ? Math.max(1, Math.floor(availableParallelism() / workers)) : 1);
  const result = await sweep(recipe, {
    settings: set,
    search: searchOf(options),
    ...(data !== undefined && { data }),
    ...(cache !== undefined && { cache }),
    ...(retry !== undefined && { retry }),
    out,
    folds,
    threads,
    runner: queue === undefined ? runHere(workers) : runOn(queue),
    screen,
    signal,
  });
  const { figure, trials, best, run } = result;
  await writeJson(resolve(out, "sweep.json"), { figure, trials, best, run: run.dir, metrics: run.metrics });
  const picture = await renderSvg(parallelCoordinates(linesOf(trials), { metric: figure }));
  await writeWhole(resolve(out, "sweep.svg"), picture);
  await writeWhole(resolve(out, "sweep.png"), await renderPng(picture));
  if (screen.json) {
    screen.printJson({ out: resolve(out), figure, trials, best, run: run.dir, metrics: run.metrics.metrics });
    return;
  }
  screen.print(`${figure} on ${folds} folds of the training items:`);
  let budget = "";
  for (const trial of trials) {
    if (trial.budget !== budget) screen.print(pc.dim(` with ${trial.budget}:`));
    budget = trial.budget;
    const value = trial.figure === undefined ? pc.red(`failed: ${trial.error}`) : formatFigure(figure, trial.figure);
    const line = `  ${trial.settings.join("  ").padEnd(40)} ${value}`;
    screen.print(trial === best ? pc.bold(line) : line);
  }
  screen.print();
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  const failed = trials.filter((trial) => trial.error !== undefined).length;
  const failures = failed > 0 ? `, ${failed} of them failed (--retry judges those again)` : "";
  screen.print(pc.dim(`${trials.length} trials of ${duration(seconds)} in all${failures}.`));
  screen.print(
    `The best one on ${run.metrics.n} items that no trial has seen: ${pc.bold(formatInterval(figure, run.metrics.metrics[figure]))}`,
  );
  screen.print(`  run      ${pc.cyan(run.dir)}`);
  screen.print(`  picture  ${pc.cyan(resolve(out, "sweep.png"))}`);
}

function searchOf({ search = "grid", trials, seed = 0, budget, eta }: SweepCommandOptions): Search {
  if (search !== "halving" && (budget !== undefined || eta !== undefined)) {
    throw new UsageError("--budget and --eta belong to --search halving.");
  }
  if (search === "grid") {
    if (trials !== undefined)
      throw new UsageError("--trials belongs to --search random or halving; a grid has its own.");
    return { kind: "grid" };
  }
  if (search === "random") return { kind: "random", trials: trials ?? 20, seed };
  return {
    kind: "halving",
    seed,
    ...(trials !== undefined && { trials }),
    ...(budget !== undefined && { budget }),
    ...(eta !== undefined && { eta }),
  };
}

/** A line a trial with a figure; what no two trials differ in is left out, and what they were given is told where it differs. */
function linesOf(trials: readonly TrialResult[]) {
  const runs = trials.flatMap(({ settings, budget, figure }) =>
    figure === undefined ? [] : [{ settings: { ...Object.fromEntries(settings.map(readSetting)), budget }, figure }],
  ) as { settings: Record<string, string | number | boolean>; figure: number }[];
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.settings)))];
  const varied = names.filter((name) => new Set(runs.map((run) => run.settings[name])).size > 1);
  // Of a single trial, all its settings are drawn.
  const shown = new Set(varied.length > 0 ? varied : names.filter((name) => name !== "budget"));
  return runs.map(({ settings, figure }) => ({
    settings: Object.fromEntries(Object.entries(settings).filter(([name]) => shown.has(name))),
    figure,
  }));
}

function readSetting(setting: string): [string, string | number | boolean] {
  const at = setting.indexOf("=");
  const value: unknown = parse(setting.slice(at + 1));
  const plain = typeof value === "number" || typeof value === "boolean" ? value : JSON.stringify(value);
  return [setting.slice(0, at), plain];
}
