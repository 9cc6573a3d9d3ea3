import { mkdir, readFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { bleu, bootstrapIndices, cider } from "@earshot/metrics";
import { packState, unpackState } from "@earshot/models";
import { imageGrid, learningCurve } from "@earshot/plots";
import { type Image, resize } from "@earshot/vision";
import {
  attentionMap,
  type Caption,
  captionRetriever,
  captionWords,
  loadCaptioner,
  regionExtractor,
  trainCaptioner,
} from "@earshot/vision/captions";
import { writeImage } from "@earshot/vision/node";
import pc from "picocolors";
import type { Figure } from "../judge/judge.js";
import { csvField } from "../judge/predictions.js";
import { writeWhole } from "../run/wholeFile.js";
import { type CaptionPicture, openCaptions } from "./captionCorpus.js";
import { type CaptionRecipe, captionSchema } from "./captionSchema.js";
import { eachPicture } from "./eachPicture.js";
import type { VisionJob, VisionQuestion, VisionResult, VisionTask } from "./task.js";

export const captionsTask: VisionTask<CaptionRecipe> = { schema: captionSchema, run, predict };

/** Draws of pictures behind an interval. */
const REPLICATES = 100;
/** Pictures whose attention is drawn. */
const SHOWN = 3;

async function run(recipe: CaptionRecipe, job: VisionJob): Promise<VisionResult> {
  const { folder, screen, signal } = job;
  const corpus = await openCaptions(recipe, job);
  const { train, valid, test } = corpus;
  const progress = screen.progress("epochs", recipe.epochs * recipe.decoders);
  const curves: Record<string, number[]> = { training: [], validation: [] };
  const logs: Record<string, unknown>[] = [];
  const captioner = await trainCaptioner(train, {
    ...recipe,
    validation: valid,
    ...(signal && { signal }),
    onEpoch: (log) => {
      logs.push({ ...log });
      if (log.decoder === 1) {
        curves.training.push(log.loss);
        curves.validation.push(log.valLoss ?? Number.NaN);
      }
      progress.update((log.decoder - 1) * recipe.epochs + log.epoch, `loss ${log.loss.toFixed(3)}`);
    },
  }).finally(() => progress.end());
  for (const log of logs) await folder.log(log);
  await mkdir(folder.path("model"), { recursive: true });
  for (const [name, bytes] of Object.entries(captioner.save())) await folder.write(`model/${name}`, bytes);
  await folder.write("model/network.safetensors", packState(corpus.network));
  const { sides, grid } = recipe;
  await folder.writeJson("model/model.json", { kind: "captions", version: 1, sides, grid });

  const retrieve = captionRetriever([...train, ...valid]);
  const said: Caption[] = [];
  const writing = screen.progress("captions", test.length);
  for (const { regions } of test) {
    signal?.throwIfAborted();
    said.push(captioner.caption(regions, recipe.beam)[0]);
    writing.update(said.length);
    await new Promise((resume) => setTimeout(resume, 0));
  }
  writing.end();
  const found = test.map(({ regions }) => retrieve(regions));
  const own = said.map(({ text }) => text);
  const nearest = found.map(({ text }) => text);
  const metrics = {
    ...scores(test, own, recipe.seed, ""),
    ...scores(test, nearest, recipe.seed, "nearest"),
  };
  const lines = ["id,caption,nearest,reference"];
  for (const [i, { id, captions }] of test.entries()) {
    lines.push([id, own[i], nearest[i], captions[0]].map(csvField).join(","));
  }
  const maps = await drawMaps(test, said);
  const pictures = await Promise.all(test.slice(0, 12).map(({ read }) => read()));
  return {
    how: `${corpus.title}: ${train.length} pictures to learn from, ${valid.length} to choose the epoch by, ${test.length} unseen ones judged, ${corpus.split}; nearest is the caption of the most similar known picture`,
    n: test.length,
    metrics,
    extra: { words: captioner.vocabulary.words.length, distinct: new Set(own).size },
    predictions: `${lines.join("\n")}\n`,
    notes: pictures.map((_, i) => `${test[i].id}: “${own[i]}” (one of the people: “${test[i].captions[0]}”)`),
    figures: [
      {
        name: "learning",
        alt: "Cross-entropy a word over epochs, of the first decoder",
        spec: (theme) => learningCurve([{ title: "Loss", series: curves }], { theme }),
      },
      {
        name: "attention",
        alt: "Where the decoder looked while it said each word",
        spec: (theme) => imageGrid(maps, { theme, columns: 8, size: 104 }),
      },
      {
        name: "pictures",
        alt: "Unseen pictures, in the order of the sentences above",
        spec: (theme) =>
          imageGrid(
            pictures.map((picture, i) => ({ ...picture, caption: test[i].id })),
            { theme, columns: 4, size: 160 },
          ),
      },
    ],
  };
}

/** BLEU and CIDEr of captions against all that people wrote, with bootstrap intervals over pictures. */
function scores(
  pictures: readonly CaptionPicture[],
  captions: readonly string[],
  seed: number,
  prefix: string,
): Record<string, Figure> {
  const plainWords = (text: string): string => captionWords(text).join(" ");
  const written = captions.map(plainWords);
  const references = pictures.map((picture) => picture.captions.map(plainWords));
  const { perItem } = cider(written, references);
  const figures = (places: ArrayLike<number>): number[] => {
    const at = Array.from(places);
    const [w, r] = [at.map((i) => written[i]), at.map((i) => references[i])];
    const bleus = [1, 2, 3, 4].map((maxN) => bleu(w, r, { maxN, tokenizer: "none", smoothing: "none" }).score);
    return [...bleus, at.reduce((sum, i) => sum + perItem[i], 0) / at.length];
  };
  const intervals = bootstrapIndices(written.length, figures, { replicates: REPLICATES, seed });
  const name = (text: string): string => (prefix ? prefix + text[0].toUpperCase() + text.slice(1) : text);
  return Object.fromEntries(
    ["bleu1", "bleu2", "bleu3", "bleu4", "cider"].map((key, k) => [
      name(key),
      { value: intervals[k].value, low: intervals[k].low, high: intervals[k].high },
    ]),
  );
}

/** A picture, and what was seen at each word. */
async function drawMaps(pictures: readonly CaptionPicture[], said: readonly Caption[]) {
  const maps: (Image & { caption: string })[] = [];
  for (const [i, { read, id }] of pictures.slice(0, SHOWN).entries()) maps.push(...mapsOf(await read(), said[i], id));
  return maps;
}

const mapsOf = (picture: Image, { words, attention }: Caption, name: string): (Image & { caption: string })[] => [
  { ...picture, caption: name },
  ...words.map((word, w) => ({ ...attentionMap(picture, attention[w]), caption: word })),
];

/** Longest side of a picture in a strip of maps. */
const SIDE = 160;

/** Pictures side by side, all of the first one's size. */
function strip(pictures: readonly Image[]): Image {
  const { width, height } = pictures[0];
  const data = new Uint8Array(pictures.length * width * height * 3);
  for (const [i, { data: own }] of pictures.entries()) {
    for (let y = 0; y < height; y++) {
      data.set(own.subarray(y * width * 3, (y + 1) * width * 3), (y * pictures.length + i) * width * 3);
    }
  }
  return { data, width: pictures.length * width, height, channels: 3 };
}

async function predict(recipe: CaptionRecipe, question: VisionQuestion): Promise<void> {
  const { dir, csv, screen } = question;
  const file = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(join(dir, "model", name)));
  const captioner = loadCaptioner({
    "captions.json": await file("captions.json"),
    "captions.safetensors": await file("captions.safetensors"),
  });
  const network = unpackState(await file("network.safetensors"), join(dir, "model", "network.safetensors"));
  const extractor = await regionExtractor(network, recipe);
  const lines = ["file,caption,score"];
  const predictions: { file: string; captions: { text: string; score: number }[]; picture: string }[] = [];
  await eachPicture(question, {}, async (image, name) => {
    const found = captioner.caption(extractor.extract(image), recipe.beam);
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
    const small = resize(image, { width, height, interpolation: "area" });
    const folder = join(resolve(dir), "predictions");
    await mkdir(folder, { recursive: true });
    const picture = join(folder, `${basename(name, extname(name))}.png`);
    await writeImage(picture, strip(mapsOf(small, found[0], name)));
    predictions.push({ file: name, captions: found.map(({ text, score }) => ({ text, score })), picture });
    lines.push([csvField(name), csvField(found[0].text), found[0].score.toFixed(4)].join(","));
    screen.print(`${name}  ${pc.bold(found[0].text)}  ${pc.dim(picture)}`);
    for (const { text, score } of found.slice(1, 3)) screen.print(pc.dim(`  ${text}  ${score.toFixed(2)}`));
  }).finally(async () => {
    extractor.dispose();
    if (csv !== undefined) await writeWhole(resolve(csv), `${lines.join("\n")}\n`);
    if (screen.json) screen.printJson({ model: recipe.title, predictions });
  });
}
