import { csvField } from "../judge/predictions.js";
import type { Prediction } from "./predictSamples.js";

/** What decides the columns of a table of predictions. */
export interface TableShape {
  classes: readonly string[];
  /** Its decision has a target: log-likelihood ratios have a column. */
  detector: boolean;
}

/** `file,class,<a column a class>,llr,notJudged`, RFC 4180; `llr` for detectors alone. */
export function predictionHeader({ classes, detector }: TableShape): string {
  return lineOf(["file", "class", ...classes, ...(detector ? ["llr"] : []), "notJudged"]);
}

/** A line of the table. */
export function predictionLine(p: Prediction, { classes, detector }: TableShape): string {
  return lineOf([
    p.file,
    p.class ?? "",
    ...classes.map((label) => String(p.probabilities?.[label] ?? "")),
    ...(detector ? [String(p.llr ?? "")] : []),
    p.notJudged ?? "",
  ]);
}

const lineOf = (fields: readonly string[]): string => `${fields.map(csvField).join(",")}\n`;
