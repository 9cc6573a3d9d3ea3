import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, flickr8k } from "@earshot/datasets/node";
import {
  createRandom,
  type ModelState,
  packState,
  permutation,
  readSafetensors,
  writeSafetensors,
} from "@earshot/models";
import { neuralClassifier } from "@earshot/models/neural";
import type { Image } from "@earshot/vision";
import { type CaptionedRegions, regionExtractor } from "@earshot/vision/captions";
import { loadResidualNetwork, pictureTensor, residualNetwork } from "@earshot/vision/networks";
import { readImage } from "@earshot/vision/node";
import { UserError } from "../cli/errors.js";
import { writeWhole } from "../run/wholeFile.js";
import type { CaptionRecipe } from "./captionSchema.js";
import { readNetworkWeights } from "./detectors.js";
import { drawScenes } from "./drawScenes.js";
import { drawShapes } from "./drawShapes.js";
import type { VisionJob } from "./task.js";

export interface CaptionPicture extends CaptionedRegions {
  id: string;
  /** The picture itself, for figures. */
  read(): Promise<Image>;
}

export interface CaptionCorpus {
  title: string;
  train: CaptionPicture[];
  valid: CaptionPicture[];
  test: CaptionPicture[];
  /** The network that looked at them. */
  network: ModelState;
  split: string;
}

/** A picture before anything looked at it. */
interface Source {
  id: string;
  captions: readonly string[];
  part?: string;
  read(): Promise<Image>;
}

/** Pictures with captions, each looked at once: what was seen is kept in the cache. */
export async function openCaptions(recipe: CaptionRecipe, job: VisionJob): Promise<CaptionCorpus> {
  const { data } = job;
  const { title, sources } =
    data === undefined
      ? { title: "drawn scenes", sources: drawScenes(recipe.synthetic.pictures, recipe.seed) as Source[] }
      : await fromFlickr(data);
  const network = data === undefined ? await networkOfShapes(recipe.seed) : await networkOf(recipe, data);
  const regions = await lookAtAll(sources, network, recipe, job);
  const pictures = sources.map(({ id, captions, part, read }, i) => ({
    id,
    captions,
    part,
    read,
    regions: regions[i],
  }));
  const given = ["train", "test"].every((name) => pictures.some(({ part }) => part === name));
  const parts = given ? givenParts(pictures) : drawnParts(pictures, recipe);
  if (Object.values(parts).some(({ length }) => length === 0)) {
    throw new UserError(`${pictures.length} captioned pictures are too few for three parts; name a folder of more.`);
  }
  const split = given ? "the parts that the data comes in" : `drawn at random, seed ${recipe.seed}`;
  return { title, ...parts, network, split };
}

type Parted = CaptionPicture & { part: string | undefined };

function givenParts(pictures: readonly Parted[]) {
  const of = (name: string): CaptionPicture[] => pictures.filter(({ part }) => part === name);
  const valid = of("valid");
  const train = of("train");
  return { test: of("test"), valid: valid.length > 0 ? valid : train.splice(0, Math.ceil(train.length / 10)), train };
}

function drawnParts(pictures: readonly Parted[], { testShare, validShare, seed }: CaptionRecipe) {
  const order = Array.from(permutation(pictures.length, createRandom(seed, 7)), (i) => pictures[i]);
  const [test, valid] = [testShare, validShare].map((share) => Math.round(share * order.length));
  return { test: order.slice(0, test), valid: order.slice(test, test + valid), train: order.slice(test + valid) };
}

async function fromFlickr(root: string): Promise<{ title: string; sources: Source[] }> {
  const corpus = await flickr8k({ root });
  const sources = corpus.items.map(
    ({ id, captions, split, path, load }): Source => ({
      id,
      captions,
      ...(split && { part: split }),
      read: async () => readImage(path ?? (await load())),
    }),
  );
  return { title: corpus.title, sources };
}

async function networkOf({ weights }: CaptionRecipe, data: string): Promise<ModelState> {
  const { bytes } = await readNetworkWeights(weights, data);
  const { model } = await loadResidualNetwork(bytes, { inputShape: [32, 32, 3] });
  const state = model.getState();
  model.dispose();
  return state;
}

/** Without weights: a small network that learned shapes. */
async function networkOfShapes(seed: number): Promise<ModelState> {
  const { source } = drawShapes({ source: 96, train: 2, test: 2 }, seed);
  const { layers } = residualNetwork("resnet8");
  const model = neuralClassifier({ layers, epochs: 4, batchSize: 8, seed });
  await model.fit(pictureTensor(source.pictures, { height: 32, width: 32 }), source.labels);
  const state = model.getState();
  model.dispose();
  return state;
}

/** Regions of all pictures, out of the cache where the same network looked at the same pictures before. */
async function lookAtAll(
  sources: readonly Source[],
  network: ModelState,
  { sides, grid }: CaptionRecipe,
  { data, screen, signal }: VisionJob,
): Promise<CaptionedRegions["regions"][]> {
  const key = createHash("sha256")
    .update(packState(network))
    .update(JSON.stringify([1, sides, grid]));
  for (const { id } of sources) key.update(`${id}\n`);
  const file = join(cacheFolder(), "regions", `${key.digest("hex").slice(0, 32)}.safetensors`);
  if (data !== undefined && existsSync(file)) {
    const { regions } = readSafetensors(new Uint8Array(await readFile(file)), file);
    const [n, count, features] = regions.shape;
    const size = count * features;
    const all = regions.data as Float32Array;
    if (n === sources.length) {
      return sources.map((_, i) => ({ data: all.slice(i * size, (i + 1) * size), count, features }));
    }
  }
  const extractor = await regionExtractor(network, { sides, grid });
  const progress = screen.progress("pictures", sources.length);
  const found: CaptionedRegions["regions"][] = [];
  try {
    for (const { read } of sources) {
      signal?.throwIfAborted();
      found.push(extractor.extract(await read()));
      progress.update(found.length);
    }
  } finally {
    progress.end();
    extractor.dispose();
  }
  if (data !== undefined) {
    const size = grid * grid * extractor.features;
    const all = new Float32Array(found.length * size);
    for (const [i, { data: own }] of found.entries()) all.set(own, i * size);
    const shape = [found.length, grid * grid, extractor.features];
    await writeWhole(file, writeSafetensors({ regions: { data: all, shape } }));
  }
  return found;
}
