import { mkdir, mkdtemp, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Classifier, Estimator } from "../core/types.js";
import { type ModelDescription, packModel, type UnpackedModel, type UnpackOptions, unpackModel } from "./pack.js";

/** Options of {@link saveModel}. */
export interface SaveModelOptions extends ModelDescription {
  /** Replaces a folder that exists (default false). */
  overwrite?: boolean;
}

/**
 * Writes a model folder: `model.json`, `weights.safetensors`, `README.md`. It appears whole or not at all.
 *
 * @param dir the folder to make; missing parents are made
 * @throws Error if it exists and `overwrite` is off, if the model is not fitted, or what the disk says
 */
export async function saveModel(
  dir: string,
  model: Estimator,
  { overwrite = false, ...description }: SaveModelOptions = {},
): Promise<void> {
  const target = resolve(dir);
  const exists = await stat(target).then(
    () => true,
    () => false,
  );
  if (exists && !overwrite) throw new Error(`saveModel: ${dir} exists; choose another folder or set overwrite.`);
  const files = await packModel(model, description);
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const [name, bytes] of Object.entries(files)) await writeDurably(join(temporary, name), bytes);
    await syncFolder(temporary);
    if (exists) await swap(temporary, target);
    else await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Reads a model folder that {@link saveModel} wrote.
 *
 * @throws RangeError naming what is wrong in the folder; nothing is built then
 */
export async function loadModel<M extends Estimator = Classifier>(
  dir: string,
  options: UnpackOptions = {},
): Promise<UnpackedModel<M>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of ["model.json", "weights.safetensors"]) {
    try {
      files[name] = await readFile(join(dir, name));
    } catch (error) {
      if (!/^ENO(ENT|TDIR)$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
      throw new RangeError(`loadModel: ${join(dir, name)} is missing; is ${dir} a model folder?`);
    }
  }
  return unpackModel<M>(files, options);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that the names survive a power cut; file systems that cannot do it for folders are left alone. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!["EISDIR", "EPERM", "EINVAL", "ENOTSUP"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Folders cannot be renamed over others: the old one steps aside, and comes back if the new one cannot take its place. */
async function swap(fresh: string, target: string): Promise<void> {
  const aside = `${fresh}-old`;
  await rename(target, aside);
  try {
    await rename(fresh, target);
  } catch (error) {
    await rename(aside, target);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
