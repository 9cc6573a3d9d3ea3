import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import pc from "picocolors";
import { stringify } from "yaml";
import type { Context } from "../cli/context.js";
import { printFigures } from "../cli/figures.js";
import { duration } from "../cli/screen.js";
import { loadGenerative } from "../generative/loadGenerative.js";
import { loadRecipe } from "../recipe/load.js";
import type { RunFacts } from "../report/readRun.js";
import { type LoadedStudy, loadStudy } from "../study/loadStudy.js";
import { runStudy } from "../study/runStudy.js";
import { describeDryRun } from "../train/dryRun.js";
import { train } from "../train/train.js";
import { loadVision } from "../vision/loadVision.js";
import { trainGenerativeCommand } from "./generative.js";

export interface TrainCommandOptions {
  data?: string;
  out?: string;
  set: string[];
  seed?: number;
  threads?: number;
  dryRun?: boolean;
  debug?: boolean;
  resume?: boolean;
  skipBroken?: boolean;
  cache?: boolean;
  allowLeakage?: boolean;
  track?: string[];
}

/** `earshot train RECIPE` */
export async function trainCommand(
  given: string,
  options: TrainCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const { set, seed, dryRun, ...more } = options;
  const { path, ...kept } = more.resume ? runToResume(given) : { path: given };
  const rest = { ...kept, ...more };
  const settings = seed === undefined ? set : [...set, `seed=${seed}`];
  const sounds = loadGenerative(path, settings);
  if (sounds) return trainGenerativeCommand(sounds, rest, dryRun ?? false, { screen, signal });
  const pictures = await loadVision(path, seed === undefined ? set : [...set, `seed=${seed}`]);
  if (pictures) {
    const { trainVisionCommand } = await import("../vision/command.js");
    return trainVisionCommand(pictures, rest, dryRun ?? false, { screen, signal });
  }
  const study = loadStudy(path, seed === undefined ? set : [...set, `seed=${seed}`]);
  if (study) return studyCommand(study, rest, dryRun ?? false, { screen, signal });
  const loaded = loadRecipe(path, seed === undefined ? set : [...set, `seed=${seed}`]);
  if (dryRun) {
    const { yaml, json } = await describeDryRun(loaded, rest);
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
  if (existsSync(join(dir, "submission.csv")))
    screen.print(`  classes of what came without one  ${pc.cyan(`${shown}/submission.csv`)}`);
}

/** A recipe that compares optimisers. */
async function studyCommand(
  study: LoadedStudy,
  { out, threads }: Pick<TrainCommandOptions, "out" | "threads">,
  dryRun: boolean,
  { screen, signal }: Context,
): Promise<void> {
  if (dryRun) {
    if (screen.json) screen.printJson({ recipe: study.study });
    else screen.print(stringify(study.study, { lineWidth: 120 }).trimEnd());
    return;
  }
  const options = { screen, signal, ...(out !== undefined && { out }), ...(threads !== undefined && { threads }) };
  const { dir, metrics } = await runStudy(study, options);
  if (screen.json) {
    screen.printJson({ run: dir, ...metrics });
    return;
  }
  screen.print(pc.bold(study.study.title));
  for (const [fn, ends] of Object.entries(metrics.functions)) {
    screen.print(
      `  ${fn.padEnd(12)}${Object.entries(ends)
        .map(([name, { end }]) => `${name} ${end.toExponential(1)}`)
        .join("  ")}`,
    );
  }
  const here = relative(process.cwd(), dir);
  screen.print(`Done in ${duration(metrics.seconds)}.`);
  screen.print(`  report  ${pc.cyan(`${here.startsWith("..") ? dir : here}/report.html`)}`);
}

/** A run folder stands for its recipe, its data and itself. */
function runToResume(given: string): { path: string; out?: string; data?: string } {
  const path = join(given, "recipe.yaml");
  if (!existsSync(path)) return { path: given };
  const facts = join(given, "run.json");
  const root = existsSync(facts) ? (JSON.parse(readFileSync(facts, "utf8")) as RunFacts).data.root : undefined;
  return { path, out: given, ...(root !== undefined && { data: root }) };
}
