import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import pc from "picocolors";
import { stringify } from "yaml";
import type { Context } from "../cli/context.js";
import { duration } from "../cli/screen.js";
import { evaluateGenerative } from "../generative/evaluate.js";
import { type GenerateSettings, generate } from "../generative/generate.js";
import type { LoadedGenerative } from "../generative/loadGenerative.js";
import type { GenerativeMetrics } from "../generative/metrics.js";
import { trainGenerative } from "../generative/train.js";
import type { TrainCommandOptions } from "./train.js";

const shownPath = (path: string): string => {
  const here = relative(process.cwd(), path);
  return here.startsWith("..") ? path : here;
};

function printSounds({ screen }: Pick<Context, "screen">, m: GenerativeMetrics["metrics"]): void {
  const percent = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);
  const number = (value: number | null): string => (value === null ? "–" : value.toPrecision(3));
  const line = (name: string, made: string, real: string): void =>
    screen.print(`  ${name.padEnd(22)}${made.padStart(9)}   recorded ${real}`);
  line(
    "recognised",
    percent(m.accuracy.value),
    `${percent(m.accuracyReal.value)}, inverted ${percent(m.accuracyInverted.value)}`,
  );
  line("Fréchet distance", number(m.frechet.value), number(m.frechetReal.value));
  line("diversity", number(m.diversity.value), number(m.diversityReal.value));
  line("nearest in training", number(m.nearest.value), number(m.nearestReal.value));
}

/** `earshot train RECIPE` for a recipe that makes sounds. */
export async function trainGenerativeCommand(
  loaded: LoadedGenerative,
  options: Omit<TrainCommandOptions, "set" | "seed" | "dryRun">,
  dryRun: boolean,
  { screen, signal }: Context,
): Promise<void> {
  if (dryRun) {
    if (screen.json) screen.printJson({ recipe: loaded.recipe });
    else screen.print(stringify(loaded.recipe, { lineWidth: 120 }).trimEnd());
    return;
  }
  const { dir, metrics } = await trainGenerative(loaded, { ...options, screen, signal });
  if (screen.json) {
    screen.printJson({ run: dir, ...metrics });
    return;
  }
  screen.print(`${pc.bold(loaded.recipe.title)} ${pc.dim(`(${metrics.recipe})`)}`);
  printSounds({ screen }, metrics.metrics);
  const shown = shownPath(dir);
  screen.print();
  screen.print(`Done in ${duration(metrics.seconds)}.`);
  screen.print(`  report  ${pc.cyan(`${shown}/report.html`)}`);
  screen.print(`  epochs  ${pc.cyan(`${shown}/samples/index.html`)}`);
  screen.print(`  more    ${pc.dim(`earshot generate ${shown} --count 8 --out DIR`)}`);
}

/** `earshot evaluate RUN` for a run that makes sounds. */
export async function evaluateGenerativeCommand(
  run: string,
  loaded: LoadedGenerative,
  { data, threads = availableParallelism() }: { data?: string; threads?: number },
  { screen, signal }: Context,
): Promise<void> {
  const seed = loaded.recipe.seed + 1;
  const { figures, ...rest } = await evaluateGenerative(run, loaded, {
    ...(data !== undefined && { data }),
    ...{ seed, threads, screen, signal },
  });
  if (screen.json) {
    screen.printJson({ run: resolve(run), recipe: loaded.name, ...rest, metrics: figures });
    return;
  }
  screen.print(pc.bold(`${loaded.name}, judged again`));
  printSounds({ screen }, figures);
}

/** `earshot generate RUN` */
export async function generateCommand(run: string, options: GenerateSettings, { screen }: Context): Promise<void> {
  const { page, sounds } = await generate(run, options);
  if (screen.json) screen.printJson({ page, sounds });
  else screen.print(`${sounds.length} sounds; look and listen: ${pc.cyan(shownPath(page))}`);
}
