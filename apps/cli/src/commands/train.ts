import { relative } from "node:path";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { printFigures } from "../cli/figures.js";
import { duration } from "../cli/screen.js";
import { loadRecipe } from "../recipe/load.js";
import { describeDryRun } from "../train/dryRun.js";
import { train } from "../train/train.js";

export interface TrainCommandOptions {
  data?: string;
  out?: string;
  set: string[];
  seed?: number;
  threads?: number;
  dryRun?: boolean;
  debug?: boolean;
  skipBroken?: boolean;
  allowLeakage?: boolean;
  track?: string[];
}

/** `earshot train RECIPE` */
export async function trainCommand(
  given: string,
  options: TrainCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const { set, seed, dryRun, ...rest } = options;
  const loaded = loadRecipe(given, seed === undefined ? set : [...set, `seed=${seed}`]);
  if (dryRun) {
    const { yaml, json } = await describeDryRun(loaded, rest.data);
    if (screen.json) screen.printJson(json);
    else screen.print(yaml);
    return;
  }
  const { dir, metrics } = await train(loaded, { ...rest, screen, signal });
  if (screen.json) {
    screen.printJson({ run: dir, ...metrics });
    return;
  }
  screen.print(`${pc.bold(loaded.recipe.title)} ${pc.dim(`(${metrics.recipe})`)}`);
  printFigures(screen, metrics, loaded.recipe.report.main);
  const here = relative(process.cwd(), dir);
  const shown = here.startsWith("..") ? dir : here;
  screen.print();
  screen.print(`Done in ${duration(metrics.seconds)}.`);
  screen.print(`  model   ${pc.cyan(`${shown}/model`)}`);
  screen.print(`  report  ${pc.cyan(`${shown}/report.html`)}`);
}
