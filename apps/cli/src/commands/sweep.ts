import { resolve } from "node:path";
import { parallelCoordinates, renderPng, renderSvg } from "@earshot/plots";
import pc from "picocolors";
import { parse } from "yaml";
import type { Context } from "../cli/context.js";
import { UsageError } from "../cli/errors.js";
import { formatFigure, formatInterval } from "../cli/figures.js";
import { writeJson, writeWhole } from "../run/wholeFile.js";
import { sweep } from "../sweep/sweep.js";

export interface SweepCommandOptions {
  set: string[];
  data?: string;
  out?: string;
  folds: number;
  threads?: number;
  cache?: boolean;
}

/** `earshot sweep RECIPE` */
export async function sweepCommand(
  recipe: string,
  options: SweepCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const { set, out = `runs/sweep-${recipe.replace(/^.*[\\/]|[.]ya?ml$/g, "")}`, ...rest } = options;
  if (set.length === 0) throw new UsageError("sweep needs something to vary, such as --set model.c=0.1,1,10.");
  const result = await sweep(recipe, { ...rest, settings: set, out, screen, signal });
  const { figure, trials, best, run } = result;
  await writeJson(resolve(out, "sweep.json"), { figure, trials, best, run: run.dir, metrics: run.metrics });
  const done = trials.flatMap(({ settings, figure: value }) =>
    value === undefined ? [] : [{ settings: Object.fromEntries(settings.map(readSetting)), figure: value }],
  );
  const picture = await renderSvg(parallelCoordinates(done, { metric: figure }));
  await writeWhole(resolve(out, "sweep.svg"), picture);
  await writeWhole(resolve(out, "sweep.png"), await renderPng(picture));
  if (screen.json) {
    screen.printJson({ out: resolve(out), figure, trials, best, run: run.dir, metrics: run.metrics.metrics });
    return;
  }
  screen.print(`${figure} on ${options.folds} folds of the training items:`);
  for (const trial of trials) {
    const line = `  ${trial.settings.join("  ").padEnd(40)} ${trial.figure === undefined ? pc.red(`failed: ${trial.error}`) : formatFigure(figure, trial.figure)}`;
    screen.print(trial === best ? pc.bold(line) : line);
  }
  screen.print();
  screen.print(
    `The best one on ${run.metrics.n} items that no trial has seen: ${pc.bold(formatInterval(figure, run.metrics.metrics[figure]))}`,
  );
  screen.print(`  run      ${pc.cyan(run.dir)}`);
  screen.print(`  picture  ${pc.cyan(resolve(out, "sweep.png"))}`);
}

function readSetting(setting: string): [string, string | number | boolean] {
  const at = setting.indexOf("=");
  const value: unknown = parse(setting.slice(at + 1));
  const plain = typeof value === "number" || typeof value === "boolean" ? value : JSON.stringify(value);
  return [setting.slice(0, at), plain];
}
