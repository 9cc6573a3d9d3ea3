import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { loadClip } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import type { Features } from "@earshot/models";
import pc from "picocolors";
import type { Context } from "../cli/context.js";
import { UserError } from "../cli/errors.js";
import { clipFeatures } from "../features/clipFeatures.js";
import { csvField } from "../judge/predictions.js";
import { openModel } from "../run/trainedRun.js";
import { writeWhole } from "../run/wholeFile.js";
import { stackFeatures } from "../train/prepareData.js";

export interface PredictCommandOptions {
  csv?: string;
  top: number;
}

/** What a model says of one file. */
export interface FilePrediction {
  file: string;
  class: string;
  probabilities: Record<string, number>;
}

/** What turns a file into what the model eats. */
function reader(config: FeatureConfig | null): (file: string) => Promise<Features> {
  if (config === null) return async (file) => [await readFile(resolve(file), "utf8")];
  const featuresOf = clipFeatures(config);
  return async (file) => {
    const clip = await loadClip(resolve(file), { name: file });
    return stackFeatures([{ id: file }], [featuresOf(clip).features], config);
  };
}

/** `earshot predict RUN FILE…` */
export async function predictCommand(
  run: string,
  files: readonly string[],
  { csv, top }: PredictCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const { model, config, name, recipe } = await openModel(run);
  if (recipe?.data.kind === "table") {
    throw new UserError(
      `${run} judges rows of a table: put them into a CSV with the column learned and use earshot evaluate.`,
    );
  }
  const read = reader(config);
  const predictions: FilePrediction[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    const x = await read(file);
    const { data } = await model.predictProba(x);
    const best = Array.from(data).reduce((b, p, c) => (p > data[b] ? c : b), 0);
    predictions.push({
      file,
      class: model.classes[best],
      probabilities: Object.fromEntries(model.classes.map((label, c) => [label, Number(data[c].toFixed(6))])),
    });
  }
  const classes = model.classes;
  model.dispose();
  if (csv !== undefined) {
    const rows = predictions.map((p) => [p.file, p.class, ...classes.map((label) => String(p.probabilities[label]))]);
    await writeWhole(
      resolve(csv),
      `${[["file", "class", ...classes], ...rows].map((row) => row.map(csvField).join(",")).join("\n")}\n`,
    );
  }
  if (screen.json) {
    screen.printJson({ model: name, predictions });
    return;
  }
  for (const { file, class: label, probabilities } of predictions) {
    const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
    const shown = ranked.slice(0, top).map(([other, p]) => `${other} ${(100 * p).toFixed(1)} %`);
    screen.print(`${file}  ${pc.bold(label)}  ${pc.dim(shown.join(", "))}`);
  }
}
