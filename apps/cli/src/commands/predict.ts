import { openFeatureCache } from "@earshot/datasets/node";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { UsageError, UserError } from "../cli/errors.js";
import type { Broken } from "../features/extractAll.js";
import { judgeFiles } from "../predict/judgeFiles.js";
import { namedFiles } from "../predict/namedFiles.js";
import { predictAll } from "../predict/predictAll.js";
import { predictionHeader, predictionLine } from "../predict/predictionTable.js";
import type { Prediction } from "../predict/predictSamples.js";
import { modelFolder } from "../predict/predictShard.js";
import { runOn } from "../queue/distribute.js";
import { runHere } from "../queue/runHere.js";
import { onRuntime, openModel } from "../run/trainedRun.js";
import { openPlace, splitAddress, wholeAddress } from "../storage/place.js";
import { reportCache } from "../train/prepareData.js";
import { visionRun } from "../vision/loadVision.js";

export interface PredictCommandOptions {
  csv?: string;
  top: number;
  at?: string;
  anyway?: boolean;
  /** Use the feature cache. */
  cache?: boolean;
  /** Threads that judge the files in shards. */
  workers?: number;
  /** Where other machines take the work from. */
  queue?: string;
}

/** Fewer files are judged sooner than they are looked up, and would leave a cache of crumbs. */
const worthCache = 16;

/** `earshot predict RUN FILE…` */
export async function predictCommand(
  run: string,
  given: readonly string[],
  { csv, top, at, anyway = false, cache = false, workers, queue }: PredictCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const pictures = await visionRun(run);
  if (pictures) {
    const { predictVisionCommand } = await import("../vision/command.js");
    return predictVisionCommand(pictures, run, given, csv, { screen, signal });
  }
  const folder = await modelFolder(run);
  const trained = await onRuntime(await openModel(folder));
  const files = await namedFiles(given, trained.config !== null);
  const { name, model, decision } = trained;
  const shape = { classes: [...model.classes], detector: decision?.target !== undefined };
  const options = { anyway, ...(at !== undefined && { at }) };
  if (queue !== undefined || workers !== undefined) {
    model.dispose();
    if (csv === undefined) throw new UsageError("--queue and --workers need --csv FILE, where all answers go.");
    const bar = screen.progress("files", files.length);
    const { judged, broken } = await predictAll(
      files.map(({ path }) => path),
      {
        run,
        csv,
        shape,
        options,
        runner: queue === undefined ? runHere(workers ?? 1) : runOn(queue),
        signal,
        onProgress: (done) => bar.update(done),
        onTrouble: (reason) => screen.warn(`jobs fail, others go on: ${reason}`),
      },
    ).finally(() => bar.end());
    const out = wholeAddress(csv);
    if (screen.json) screen.printJson({ model: name, csv: out, files: files.length, judged, broken: broken.length });
    else screen.print(`${judged} predictions of ${files.length} files in ${out}`);
    return tellBroken(broken, files.length, "in the table", screen);
  }
  const store = cache && files.length >= worthCache && trained.config !== null ? openFeatureCache() : undefined;
  const judged = await judgeFiles(trained, files, { ...options, signal, ...(store && { cache: store }) });
  const { predictions, broken, use } = judged;
  if (use) reportCache(use, files.length, screen);
  if (predictions.length === 0 && broken.length > 0) throw new UserError(broken[0].reason);
  model.dispose();
  if (predictions.length === 0) throw new UserError(`${given.join(", ")}: there is no row to judge.`);
  if (csv !== undefined) {
    const { folder: target, name: file } = splitAddress(wholeAddress(csv));
    const lines = predictions.map((prediction) => predictionLine(prediction, shape));
    const place = openPlace(target);
    await place.make();
    await place.write(file, [predictionHeader(shape), ...lines].join(""));
  }
  if (screen.json) screen.printJson({ model: name, predictions });
  for (const prediction of predictions) for (const line of linesOf(prediction, top)) screen.print(line);
  tellBroken(broken, files.length, "above", screen);
}

/** Files that could not be read come last, where they are seen. @throws UserError if there are any */
function tellBroken(broken: readonly Broken[], of: number, where: string, screen: Context["screen"]): void {
  if (broken.length === 0) return;
  for (const { reason } of broken.slice(0, 20)) screen.warn(reason);
  throw new UserError(`${broken.length} of ${of} files could not be read; the others are judged ${where}.`);
}

const percent = (p: number): string => `${(100 * p).toFixed(1)} %`;

function linesOf(prediction: Prediction, top: number): string[] {
  const { file, class: label, probabilities, llr, threshold, notJudged, words = [] } = prediction;
  if (label === null || probabilities === null) return [`${file}  ${pc.yellow("not judged")}: ${notJudged}`];
  const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
  const shown = ranked.slice(0, top).map(([other, p]) => `${other} ${percent(p)}`);
  const detail =
    llr === undefined || threshold === undefined
      ? ""
      : `; log-likelihood ratio ${llr.toFixed(2)}, decided at ${percent(threshold)}`;
  const list = (sign: 1 | -1): string =>
    words
      .filter(({ weight }) => sign * weight > 0)
      .map(({ ngram, weight }) => `${ngram} ${weight > 0 ? "+" : "−"}${Math.abs(weight).toFixed(2)}`)
      .join(", ");
  const reasons = [list(1) && `for ${label}: ${list(1)}`, list(-1) && `against: ${list(-1)}`].filter(Boolean);
  return [
    `${file}  ${pc.bold(label)}  ${pc.dim(`${shown.join(", ")}${detail}`)}`,
    ...reasons.map((reason) => pc.dim(`  ${reason}`)),
  ];
}
