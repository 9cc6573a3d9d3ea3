import { existsSync, statSync } from "node:fs";
import { audioFolder, openStorage } from "@earshot/datasets/node";
import { openRoot } from "../storage/bucketStorage.js";
import { isS3Url } from "../storage/s3Url.js";

/**
 * The files that somebody means: those named, and those in the folders named; `s3://bucket/key/`, with a slash at its end, is a folder too.
 *
 * @param sound of folders, only recordings are meant
 */
export async function namedFiles(given: readonly string[], sound: boolean): Promise<string[]> {
  const files: string[] = [];
  for (const name of given) {
    const folder = isS3Url(name) ? name.endsWith("/") : existsSync(name) && statSync(name).isDirectory();
    if (!folder) files.push(name);
    else files.push(...(await filesIn(name, sound)));
  }
  return files;
}

async function filesIn(folder: string, sound: boolean): Promise<string[]> {
  const root = await openRoot(folder);
  if (sound) return (await audioFolder({ root, classes: "any" })).items.map(({ path = "" }) => path);
  const storage = await openStorage(root);
  return storage.files.map(storage.path);
}
