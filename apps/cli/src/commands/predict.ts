import { resolve } from "node:path";
import { openFeatureCache } from "@earshot/datasets/node";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { UserError } from "../cli/errors.js";
import { csvField } from "../judge/predictions.js";
import { type Prediction, predictSamples } from "../predict/predictSamples.js";
import { sampleReader } from "../predict/readSamples.js";
import { onRuntime, openModel } from "../run/trainedRun.js";
import { writeWhole } from "../run/wholeFile.js";
import { reportCache } from "../train/prepareData.js";
import { visionRun } from "../vision/loadVision.js";

export interface PredictCommandOptions {
  csv?: string;
  top: number;
  at?: string;
  anyway?: boolean;
  /** Use the feature cache. */
  cache?: boolean;
}

/** Fewer files are judged sooner than they are looked up, and would leave a cache of crumbs. */
const worthCache = 16;

/** `earshot predict RUN FILE…` */
export async function predictCommand(
  run: string,
  files: readonly string[],
  { csv, top, at, anyway = false, cache = false }: PredictCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const pictures = await visionRun(run);
  if (pictures) {
    const { predictVisionCommand } = await import("../vision/command.js");
    return predictVisionCommand(pictures, run, files, csv, { screen, signal });
  }
  const trained = await onRuntime(await openModel(run));
  const store = cache && files.length >= worthCache && trained.config !== null ? openFeatureCache() : undefined;
  const reader = sampleReader(trained, { files, anyway, ...(store && { cache: store }) });
  const predictions: Prediction[] = [];
  const broken: Error[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    // One file that cannot be read must not cost the answers to a thousand others.
    const samples = await reader.read(file).catch((error: Error) => error);
    if (samples instanceof Error) broken.push(samples);
    else predictions.push(...(await predictSamples(trained, samples, { anyway, ...(at !== undefined && { at }) })));
  }
  const use = reader.end();
  if (use) reportCache(use, files.length, screen);
  if (predictions.length === 0 && broken.length > 0) throw broken[0];
  const { name, model, decision } = trained;
  const classes = [...model.classes];
  model.dispose();
  if (csv !== undefined)
    await writeWhole(resolve(csv), predictionTable(predictions, classes, decision?.target !== undefined));
  if (screen.json) screen.printJson({ model: name, predictions });
  for (const prediction of predictions) for (const line of linesOf(prediction, top)) screen.print(line);
  if (broken.length === 0) return;
  for (const { message } of broken) screen.warn(message);
  throw new UserError(`${broken.length} of ${files.length} files could not be read; the others are judged above.`);
}

/** `file,class,<a column a class>,llr,notJudged`, RFC 4180; `llr` for detectors alone. */
function predictionTable(predictions: readonly Prediction[], classes: readonly string[], detector: boolean): string {
  const header = ["file", "class", ...classes, ...(detector ? ["llr"] : []), "notJudged"];
  const rows = predictions.map((p) => [
    p.file,
    p.class ?? "",
    ...classes.map((label) => String(p.probabilities?.[label] ?? "")),
    ...(detector ? [String(p.llr ?? "")] : []),
    p.notJudged ?? "",
  ]);
  return `${[header, ...rows].map((row) => row.map(csvField).join(",")).join("\n")}\n`;
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
