import { existsSync, statSync } from "node:fs";
import { audioFolder, isArchiveName, openStorage } from "@earshot/datasets/node";
import { openRoot } from "../storage/bucketStorage.js";
import { isS3Url } from "../storage/s3Url.js";
import type { NamedFile } from "./judgeFiles.js";

/**
 * The files that somebody means: those named, and those in the folders and archives named; `s3://bucket/key/`, with a slash at its end,
 * is a folder too. Files of an archive are called after it, wherever they are unpacked.
 *
 * @param sound of folders and archives, only recordings are meant
 */
export async function namedFiles(given: readonly string[], sound: boolean): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  for (const name of given) {
    const folder = isS3Url(name) ? name.endsWith("/") : existsSync(name) && statSync(name).isDirectory();
    const archive = !isS3Url(name) && isArchiveName(name) && existsSync(name);
    if (!folder && !archive) files.push({ name, path: name });
    else
      for (const { id, path } of await filesIn(name, sound))
        files.push({ name: folder ? path : `${name}/${id}`, path });
  }
  return files;
}

async function filesIn(folder: string, sound: boolean): Promise<{ id: string; path: string }[]> {
  const root = await openRoot(folder);
  if (sound) return (await audioFolder({ root, classes: "any" })).items.map(({ id, path = "" }) => ({ id, path }));
  const storage = await openStorage(root);
  return storage.files.map((id) => ({ id, path: storage.path(id) }));
}
