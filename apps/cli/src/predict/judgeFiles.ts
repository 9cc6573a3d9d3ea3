import type { FeatureCache } from "@earshot/datasets/node";
import { sentenceOf } from "../cli/errors.js";
import type { Broken } from "../features/extractAll.js";
import type { CacheUse } from "../features/extractCached.js";
import type { TrainedModel } from "../run/trainedRun.js";
import { localFiles } from "../storage/localCopy.js";
import { type Prediction, type PredictOptions, predictSamples } from "./predictSamples.js";
import { type SampleReader, type Samples, sampleReader } from "./readSamples.js";

export interface JudgeFilesOptions extends PredictOptions {
  /** Of recordings. */
  cache?: FeatureCache;
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
}

/** A file, and what people call it. */
export interface NamedFile {
  name: string;
  /** Path or `s3://bucket/key`. */
  path: string;
}

/** What a model says of some files; each file is judged, or broken with the reason. */
export interface JudgedFiles {
  predictions: Prediction[];
  broken: Broken[];
  /** What the cache did, where it was used. */
  use?: CacheUse;
}

/** Judges files, whoever asks for it; one that cannot be read does not cost the answers to a thousand others. */
export async function judgeFiles(
  trained: TrainedModel,
  files: readonly NamedFile[],
  { anyway = false, at, cache, signal, onProgress }: JudgeFilesOptions,
): Promise<JudgedFiles> {
  const reader = sampleReader(trained, { files: files.map(({ path }) => path), anyway, ...(cache && { cache }) });
  const predictions: Prediction[] = [];
  const broken: Broken[] = [];
  let done = 0;
  for await (const { path, error } of localFiles(files.map((file) => file.path))) {
    signal?.throwIfAborted();
    const { name } = files[done];
    const samples = error ?? (await read(reader, name, path).catch((reason: Error) => reason));
    if (samples instanceof Error) broken.push({ id: name, reason: sentenceOf(samples) });
    else predictions.push(...(await predictSamples(trained, samples, { anyway, ...(at !== undefined && { at }) })));
    done++;
    onProgress?.(done);
  }
  const use = reader.end();
  return { predictions, broken, ...(use && { use }) };
}

/** What lies elsewhere is read from a copy, and keeps its name. */
async function read(reader: SampleReader, name: string, path: string): Promise<Samples> {
  if (path === name) return reader.read(path);
  const samples = await reader.read(path).catch((error: Error) => {
    throw new Error(sentenceOf(error).replaceAll(path, name), { cause: error });
  });
  return { ...samples, names: samples.names.map((own) => own.replace(path, name)) };
}
