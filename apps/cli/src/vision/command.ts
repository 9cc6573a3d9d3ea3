import { relative } from "node:path";
import { loadOpenCv } from "@earshot/vision";
import pc from "picocolors";
import { stringify } from "yaml";
import type { Context } from "../cli/context.js";
import { UsageError } from "../cli/errors.js";
import { duration } from "../cli/screen.js";
import type { LoadedVision } from "./loadVision.js";
import { runVision } from "./runVision.js";

export interface VisionCommandOptions {
  data?: string;
  out?: string;
  resume?: boolean;
  track?: string[];
}

/** `earshot train RECIPE` for a recipe of pictures. */
export async function trainVisionCommand(
  loaded: LoadedVision,
  { data, out, resume, track }: VisionCommandOptions,
  dryRun: boolean,
  { screen, signal }: Context,
): Promise<void> {
  const { recipe } = loaded;
  if (dryRun) {
    if (screen.json) screen.printJson({ recipe });
    else screen.print(stringify(recipe, { lineWidth: 120 }).trimEnd());
    return;
  }
  if (resume) throw new UsageError(`${loaded.name} has no epochs to go on with; train it anew without --resume.`);
  if (track?.length) throw new UsageError(`${loaded.name} has no curves to send; leave --track out.`);
  const { dir, metrics } = await runVision(loaded, { screen, signal, ...(data && { data }), ...(out && { out }) });
  if (screen.json) {
    screen.printJson({ run: dir, ...metrics });
    return;
  }
  screen.print(pc.bold(recipe.title));
  const width = Math.max(...Object.keys(metrics.metrics).map((name) => name.length)) + 2;
  for (const [name, { value, low, high }] of Object.entries(metrics.metrics)) {
    const interval = low === null || high === null ? "" : pc.dim(`  ${low.toFixed(3)} to ${high.toFixed(3)}`);
    screen.print(`  ${name.padEnd(width)}${value === null ? "–" : value.toFixed(4)}${interval}`);
  }
  const here = relative(process.cwd(), dir);
  screen.print(pc.dim(`  ${metrics.split.how}, ${metrics.n} judged`));
  screen.print(`Done in ${duration(metrics.seconds)}.`);
  screen.print(`  report  ${pc.cyan(`${here.startsWith("..") ? dir : here}/report.html`)}`);
}

/** `earshot predict RUN FILE…` for a run on pictures. */
export async function predictVisionCommand(
  { recipe, task }: LoadedVision,
  dir: string,
  files: readonly string[],
  csv: string | undefined,
  { screen, signal }: Context,
): Promise<void> {
  await loadOpenCv();
  await task.predict(recipe, { dir, files, screen, signal, ...(csv !== undefined && { csv }) });
}
