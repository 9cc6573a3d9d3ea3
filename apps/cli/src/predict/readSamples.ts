import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { AudioClip } from "@earshot/datasets";
import { loadClip } from "@earshot/datasets/node";
import type { Features } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { decodeText } from "../data/decodeText.js";
import { clipFeatures } from "../features/clipFeatures.js";
import { pictureTensor, toPicture } from "../features/pictureFeatures.js";
import type { TrainedModel } from "../run/trainedRun.js";
import { stackFeatures } from "../train/prepareData.js";
import { readRows } from "./tableRows.js";

/** What a file holds to be judged: one recording, one picture, one text, or the rows of a table. */
export interface Samples {
  /** The file; rows of a table add their number. */
  names: string[];
  /** A row each. */
  x: Features;
  clip?: AudioClip;
  text?: string;
}

/**
 * What turns a file into what the model eats: recordings into features, pictures into squares, texts as they are, tables row by row.
 *
 * @throws UserError if the model does not tell what its rows look like
 */
export function sampleReader({
  config,
  recipe,
  reference,
}: Pick<TrainedModel, "config" | "recipe" | "reference">): (file: string) => Promise<Samples> {
  if (config !== null) {
    const featuresOf = clipFeatures(config);
    return async (file) => {
      const clip = await loadClip(resolve(file), { name: file });
      return { names: [file], x: stackFeatures([{ id: file }], [featuresOf(clip).features], config), clip };
    };
  }
  if (recipe?.data.kind === "pictures") {
    const shape = recipe.data;
    return async (file) => {
      const picture = toPicture(await readFile(resolve(file)), file);
      return { names: [file], x: pictureTensor([picture], shape) };
    };
  }
  if (reference?.kind === "table") {
    return async (file) => {
      const x = await readRows(file, reference.columns, recipe?.data);
      return { names: Array.from({ length: x.rows }, (_, i) => `${file}:${i + 1}`), x };
    };
  }
  if (recipe?.data.kind === "table") {
    throw new UserError("This model does not tell the columns it was trained on; train it again to predict rows.");
  }
  return async (file) => {
    const text = readText(file, await readFile(resolve(file)));
    return { names: [file], x: [text], text };
  };
}

function readText(file: string, bytes: Buffer): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
