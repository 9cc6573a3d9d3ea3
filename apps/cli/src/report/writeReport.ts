import type { AudioClip } from "@earshot/datasets";
import { renderPng, renderSvg } from "@earshot/plots";
import type { RunFolder } from "../run/runFolder.js";
import { writeWhole } from "../run/wholeFile.js";
import { figuresOf } from "./figures.js";
import { dataUrl } from "./html.js";
import { reportPage } from "./page.js";
import { readRun } from "./readRun.js";
import type { DrawnFigure } from "./sections.js";
import { outline, pageWav, type WorstItem, worstItems } from "./worst.js";
import { outlineBox, type ShownItem } from "./worstSection.js";

export interface ReportOptions {
  /** Sound of an item; undefined where it cannot be had. */
  clipOf?: (id: string) => Promise<AudioClip | undefined>;
  /** Page to write (default: report.html in the folder). */
  out?: string;
}

/**
 * Writes `report.html` and `plots/*.{svg,png}` from what lies in a run's folder.
 *
 * @returns path of the page
 */
export async function writeReport(
  folder: RunFolder,
  { clipOf, out = folder.path("report.html") }: ReportOptions = {},
): Promise<string> {
  const run = await readRun(folder);
  const drawn: DrawnFigure[] = [];
  for (const { name, alt, spec } of figuresOf(run)) {
    const light = await renderSvg(spec("light"));
    const dark = await renderSvg(spec("dark"));
    await folder.write(`plots/${name}.svg`, light);
    await folder.write(`plots/${name}.png`, await renderPng(light));
    drawn.push({ name, alt, light: dataUrl("image/svg+xml", light), dark: dataUrl("image/svg+xml", dark) });
  }
  const worst = worstItems(run.predictions, run.recipe.report.worst);
  const shown = await Promise.all(worst.map((item) => withSound(item, clipOf)));
  await writeWhole(out, reportPage(run, drawn, shown));
  return out;
}

/** A report is worth having without the sound of an item that has been moved since. */
async function withSound(item: WorstItem, clipOf: ReportOptions["clipOf"]): Promise<ShownItem> {
  const clip = await clipOf?.(item.id).catch(() => undefined);
  if (!clip) return item;
  const { wav, durationSec } = pageWav(clip);
  const path = outline(clip, outlineBox.width, outlineBox.height);
  return { ...item, audio: { url: dataUrl("audio/wav", wav), outline: path, durationSec } };
}
