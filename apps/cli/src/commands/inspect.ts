import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { renderPng } from "@earshot/plots";
import type { Context } from "../cli/context.js";
import { UserError } from "../cli/errors.js";
import { inspectClip } from "../inspect/inspectClip.js";
import { inspectCorpus } from "../inspect/inspectCorpus.js";
import type { Inspection } from "../inspect/inspectPage.js";
import { inspectTable } from "../inspect/inspectTable.js";
import { inspectVideo } from "../inspect/inspectVideo.js";
import { whatIs } from "../inspect/whatIs.js";
import { writeWhole } from "../run/wholeFile.js";

export interface InspectCommandOptions {
  out?: string;
  target?: string;
  faces?: string;
}

/** `earshot inspect FILE|DIR|CSV` */
export async function inspectCommand(
  given: string,
  { out, target, faces }: InspectCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  if (!existsSync(given))
    throw new UserError(`${given} does not exist; name a recording, a video, a table, a folder or an archive.`);
  const { name, inspection } = await look(given, { target, faces }, { screen, signal });
  const path = resolve(out ?? `${name}.html`);
  if (!screen.json || out !== undefined) await writeAll(path, inspection);
  if (screen.json) {
    screen.printJson(inspection.facts);
    return;
  }
  for (const [key, value] of Object.entries(inspection.facts)) {
    if (typeof value === "object") continue;
    screen.print(`  ${key.padEnd(18)} ${typeof value === "number" ? Number(value.toPrecision(6)) : value}`);
  }
  screen.print(path);
}

async function look(
  given: string,
  { target, faces }: InspectCommandOptions,
  { screen, signal }: Context,
): Promise<{ name: string; inspection: Inspection }> {
  const what = whatIs(given);
  if (target !== undefined && what !== "table")
    throw new UserError(`--target names a column to be learned, and ${given} is no table; leave it out.`);
  if (faces !== undefined && what !== "maybeVideo")
    throw new UserError(`--faces names a face detector for videos, and ${given} is none; leave it out.`);
  if (what === "corpus") return { name: "corpus", inspection: await inspectCorpus(given, screen) };
  if (what === "table") {
    return { name: "table", inspection: await inspectTable(given, { ...(target !== undefined && { target }) }) };
  }
  const options = { ...(faces !== undefined && { faces }), ...(signal && { signal }) };
  const video = what === "maybeVideo" ? await inspectVideo(given, options) : undefined;
  return video ? { name: "video", inspection: video } : { name: "recording", inspection: await inspectClip(given) };
}

/** The page, and its pictures as PNG in a folder of its name. */
async function writeAll(path: string, { page, pictures }: Inspection): Promise<void> {
  await writeWhole(path, page);
  const folder = path.replace(/\.html?$/i, "") + (/\.html?$/i.test(path) ? "" : "-pictures");
  for (const { name, svg } of pictures) await writeWhole(join(folder, `${name}.png`), await renderPng(svg));
}
