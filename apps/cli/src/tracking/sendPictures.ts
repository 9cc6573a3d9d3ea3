import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tracker } from "./tracker.js";

/** Shows a tracker the pictures of a run's report, as they lie in a folder. */
export async function sendPictures(tracker: Tracker, folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".png")).sort();
  for (const name of names)
    await tracker.image(`plots/${name.slice(0, -".png".length)}`, 0, await readFile(join(folder, name)));
}
