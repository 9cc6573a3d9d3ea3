import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { FeatureCache } from "@earshot/datasets/node";
import type { Features } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { decodeText } from "../data/decodeText.js";
import { isTableName, readTableFile } from "../data/readTableFile.js";
import { textColumn } from "../data/textColumn.js";
import type { CacheUse } from "../features/extractCached.js";
import { pictureTensor, toPicture } from "../features/pictureFeatures.js";
import type { SoundFacts } from "../novelty/soundFacts.js";
import type { DataSpec } from "../recipe/schema.js";
import type { TrainedModel } from "../run/trainedRun.js";
import { stackFeatures } from "../train/prepareData.js";
import { soundReader } from "./soundReader.js";
import { readRows } from "./tableRows.js";

/** What a file holds to be judged: one recording, one picture, one text, or the rows of a table. */
export interface Samples {
  /** The file; rows of a table add their number. */
  names: string[];
  /** A row each. */
  x: Features;
  /** What a recording is like, where the model's folder says what training was like. */
  sound?: SoundFacts;
  /** Of models that take texts: what stands in `x`. */
  texts?: readonly string[];
}

export interface ReadOptions {
  /** All files that will be read, in their order. */
  files: readonly string[];
  /** Recordings are judged whatever they are like. */
  anyway: boolean;
  /** Of recordings. */
  cache?: FeatureCache;
}

export interface SampleReader {
  read(file: string): Promise<Samples>;
  /** To be called after the last file: keeps features for the next time. @returns what the cache did, where it was used */
  end(): CacheUse | undefined;
}

/**
 * What turns a file into what the model eats: recordings into features, pictures into squares, texts as they are, tables row by row (of texts: the column that holds them).
 *
 * @throws UserError if the model does not tell what its rows look like
 */
export function sampleReader(
  { config, recipe, reference }: Pick<TrainedModel, "config" | "recipe" | "reference">,
  how: ReadOptions,
): SampleReader {
  if (config !== null) {
    const reader = soundReader(config, { facts: reference?.kind === "sound" && !how.anyway, ...how });
    const read = async (file: string): Promise<Samples> => {
      const { features, sound } = await reader.read(file);
      return { names: [file], x: stackFeatures([{ id: file }], [features], config), ...(sound && { sound }) };
    };
    return { read, end: reader.end };
  }
  return { read: otherReader({ recipe, reference }), end: () => undefined };
}

function otherReader({
  recipe,
  reference,
}: Pick<TrainedModel, "recipe" | "reference">): (file: string) => Promise<Samples> {
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
    if (isTableName(file)) return readTextRows(file, recipe?.data);
    const text = readText(file, await readFile(resolve(file)));
    return { names: [file], x: [text], texts: [text] };
  };
}

/** A text a row; rows without one are judged as empty. */
async function readTextRows(file: string, spec?: DataSpec): Promise<Samples> {
  const table = await readTableFile(file);
  const { text, target } = spec?.kind === "texts" ? spec : {};
  const { values } = textColumn(table, { path: file, text, target });
  const texts = Array.from(values as ArrayLike<string | number | null>, (value) => String(value ?? ""));
  return { names: texts.map((_, i) => `${file}:${i + 1}`), x: texts, texts };
}

function readText(file: string, bytes: Buffer): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
