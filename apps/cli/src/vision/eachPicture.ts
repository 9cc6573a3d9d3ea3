import { mkdir } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import type { Image } from "@earshot/vision";
import { type ReadImageOptions, readImage, writeImage } from "@earshot/vision/node";
import { sentenceOf, UserError } from "../cli/errors.js";
import type { VisionQuestion } from "./task.js";

/**
 * Works on one picture after another; one that cannot be read does not cost the answers to the others.
 *
 * @throws UserError at the end if some could not be read; the only one's own error if there was one alone
 */
export async function eachPicture(
  { files, screen, signal }: VisionQuestion,
  options: ReadImageOptions,
  work: (image: Image, file: string) => Promise<void>,
): Promise<void> {
  const broken: Error[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const image = await readImage(resolve(file), options).catch((error: Error) => error);
    if (image instanceof Error) broken.push(image);
    else await work(image, file);
  }
  if (broken.length === 0) return;
  if (files.length === 1) throw broken[0];
  for (const error of broken) screen.warn(sentenceOf(error));
  throw new UserError(`${broken.length} of ${files.length} files could not be read; the others are judged above.`);
}

/** Writes a drawn picture into the run's `predictions/`. @returns its path */
export async function keepPicture(dir: string, file: string, image: Image): Promise<string> {
  const folder = join(resolve(dir), "predictions");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${basename(file, extname(file))}.png`);
  await writeImage(path, image);
  return path;
}
