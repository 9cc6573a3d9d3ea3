import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { UsageError } from "../cli/errors.js";
import { printFigures } from "../cli/figures.js";
import { evaluate } from "../evaluate/evaluate.js";
import { writeEvaluation } from "../evaluate/writeEvaluation.js";
import { generativeRun } from "../generative/loadGenerative.js";
import { visionRun } from "../vision/loadVision.js";
import { evaluateGenerativeCommand } from "./generative.js";

export interface EvaluateCommandOptions {
  data?: string;
  split?: string;
  out?: string;
  threads?: number;
  skipBroken?: boolean;
}

/** `earshot evaluate RUN` */
export async function evaluateCommand(
  run: string,
  options: EvaluateCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const sounds = generativeRun(run);
  if (sounds) return evaluateGenerativeCommand(run, sounds, options, { screen, signal });
  const pictures = await visionRun(run);
  if (pictures) {
    const { task } = pictures.recipe;
    throw new UsageError(`${run} is judged as it is made; run \`earshot train ${task} --data DIR\` on the other data.`);
  }
  const { out, threads = availableParallelism(), skipBroken = false, ...where } = options;
  const startedAt = new Date().toISOString();
  const evaluation = await evaluate(run, { ...where, threads, skipBroken, screen, signal });
  const { metrics, recipe } = evaluation;
  if (out !== undefined)
    screen.note(`Written to ${await writeEvaluation(out, evaluation, { threads, startedAt })}, with report.html.`);
  if (screen.json) {
    screen.printJson({ run: resolve(run), ...metrics });
    return;
  }
  screen.print(pc.bold(`${metrics.recipe}, judged again`));
  printFigures(screen, metrics, recipe.report.main);
}
