import type { AudioClip } from "@earshot/datasets";
import type { GrayImage } from "@earshot/datasets/node";
import { pngUrl, renderPng, renderSvg } from "@earshot/plots";
import { toPicture } from "../features/pictureFeatures.js";
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
  /** Sound or text of an item; undefined where it cannot be had. */
  contentOf?: (id: string) => Promise<unknown>;
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
  { contentOf, out = folder.path("report.html") }: ReportOptions = {},
): Promise<string> {
  const run = await readRun(folder);
  const worst = worstItems(run.predictions, run.recipe.report.worst);
  // Disks are waited for once, at the end: files are read and written while figures are drawn.
  const shown = Promise.all(worst.map((item) => withContent(item, contentOf).catch(() => item)));
  const written: Promise<void>[] = [];
  const write = (name: string, content: string | Promise<Uint8Array>): void => {
    const task = Promise.resolve(content).then((bytes) => folder.write(name, bytes));
    // A full disk is told below, not by the first file alone.
    task.catch(() => {});
    written.push(task);
  };
  const drawn: DrawnFigure[] = [];
  for (const { name, alt, spec } of figuresOf(run)) {
    const light = await renderSvg(spec("light"));
    const dark = await renderSvg(spec("dark"));
    write(`plots/${name}.svg`, light);
    write(`plots/${name}.png`, renderPng(light));
    drawn.push({ name, alt, light: dataUrl("image/svg+xml", light), dark: dataUrl("image/svg+xml", dark) });
  }
  await Promise.all(written);
  await writeWhole(out, reportPage(run, drawn, await shown));
  return out;
}

/** A report is worth having without the sound of an item that has been moved since. */
async function withContent(item: WorstItem, contentOf: ReportOptions["contentOf"]): Promise<ShownItem> {
  const content = await contentOf?.(item.id);
  if (typeof content === "string")
    return { ...item, text: content.length > 600 ? `${content.slice(0, 600)} …` : content };
  if (isPicture(content)) {
    const { pixels, width, height } = toPicture(content, item.id);
    return { ...item, picture: pngUrl({ data: pixels, width, height }) };
  }
  if (!isClip(content)) return item;
  const { wav, durationSec } = pageWav(content);
  const path = outline(content, outlineBox.width, outlineBox.height);
  return { ...item, audio: { url: dataUrl("audio/wav", wav), outline: path, durationSec } };
}

const isPicture = (content: unknown): content is GrayImage | Uint8Array =>
  content instanceof Uint8Array || (typeof content === "object" && content !== null && "pixels" in content);

const isClip = (content: unknown): content is AudioClip =>
  typeof content === "object" && content !== null && "samples" in content && "sampleRate" in content;
