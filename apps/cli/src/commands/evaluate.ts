import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { printFigures } from "../cli/figures.js";
import { evaluate } from "../evaluate/evaluate.js";
import { predictionsCsv } from "../judge/predictions.js";
import { createRunFolder } from "../run/runFolder.js";

export interface EvaluateCommandOptions {
  data?: string;
  split?: string;
  out?: string;
  threads?: number;
  skipBroken?: boolean;
  cache?: boolean;
}

/** `earshot evaluate RUN` */
export async function evaluateCommand(
  run: string,
  options: EvaluateCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const { out, threads = availableParallelism(), skipBroken = false, ...where } = options;
  const { metrics, predictions, main } = await evaluate(run, { ...where, threads, skipBroken, screen, signal });
  if (out !== undefined) {
    const folder = await createRunFolder(out, "evaluation");
    await folder.writeJson("metrics.json", metrics);
    await folder.write("predictions.csv", predictionsCsv(predictions));
    screen.note(`Written to ${join(resolve(out), "metrics.json")} and predictions.csv.`);
  }
  if (screen.json) {
    screen.printJson({ run: resolve(run), ...metrics });
    return;
  }
  screen.print(pc.bold(`${metrics.recipe}, judged again`));
  printFigures(screen, metrics, main);
}
