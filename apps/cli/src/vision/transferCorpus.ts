import { esc10, imageFolder } from "@earshot/datasets/node";
import { melSpectrogram, powerToDb, resample } from "@earshot/dsp";
import { createRandom, permutation } from "@earshot/models";
import { type Image, resize } from "@earshot/vision";
import { readImage } from "@earshot/vision/node";
import { UserError } from "../cli/errors.js";
import { readFaces } from "./faceCorpus.js";
import type { VisionJob } from "./task.js";
import type { TransferRecipe } from "./transferSchema.js";

/** Pictures with their classes. */
export interface LabelledPictures {
  ids: string[];
  pictures: Image[];
  labels: string[];
}

export interface TransferCorpus {
  title: string;
  classes: string[];
  train: LabelledPictures;
  test: LabelledPictures;
  /** How both parts came about. */
  split: string;
}

interface Entry {
  id: string;
  label: string;
  picture: Image;
  part?: string;
  /** What must not straddle the split. */
  group?: string;
}

/**
 * Pictures to be told apart, in two parts.
 *
 * @throws UserError or an error of the reader in one sentence: no such data, a picture that cannot be read, one class alone
 */
export async function openTransfer(recipe: TransferRecipe, root: string, job: VisionJob): Promise<TransferCorpus> {
  const [title, entries] = await { pictures: fromFolders, faces: fromFaces, sounds: fromSounds }[recipe.corpus](
    root,
    job,
  );
  const classes = [...new Set(entries.map(({ label }) => label))].sort();
  if (classes.length < 2)
    throw new UserError(`${root} has pictures of ${classes.length} class; at least two are told apart.`);
  const given = entries.some(({ part }) => part === "test") && entries.some(({ part }) => part === "train");
  const held = given ? undefined : holdOut(entries, recipe.testShare, recipe.seed);
  const isTest = (entry: Entry, i: number): boolean => (held ? held.has(i) : entry.part === "test");
  const part = (test: boolean): LabelledPictures => {
    const own = entries.filter((entry, i) => isTest(entry, i) === test && (test || !given || entry.part === "train"));
    return {
      ids: own.map(({ id }) => id),
      pictures: own.map(({ picture }) => picture),
      labels: own.map(({ label }) => label),
    };
  };
  const grouped = entries.some(({ group }) => group !== undefined);
  const split = given
    ? "the parts that the data comes in"
    : `${recipe.testShare} of each class held out${grouped ? ", whole recordings" : ""}, seed ${recipe.seed}`;
  const [train, test] = [part(false), part(true)];
  const missing = classes.find((name) => !train.labels.includes(name) || !test.labels.includes(name));
  if (missing !== undefined)
    throw new UserError(`Class ${missing} is not in both parts of ${root}; it needs pictures in each.`);
  return { title, classes, train, test, split };
}

/** Places of a share of each class, whole groups where there are any. */
function holdOut(entries: readonly Entry[], share: number, seed: number): Set<number> {
  const held = new Set<number>();
  const rng = createRandom(seed, 7);
  for (const label of new Set(entries.map((entry) => entry.label))) {
    const own = entries.map((entry, i) => ({ ...entry, i })).filter((entry) => entry.label === label);
    const groups = [...new Set(own.map(({ group, id }) => group ?? id))];
    const wanted = Math.max(1, Math.round(own.length * share));
    let count = 0;
    for (const g of permutation(groups.length, rng)) {
      if (count >= wanted) break;
      for (const { i, group, id } of own) {
        if ((group ?? id) !== groups[g]) continue;
        held.add(i);
        count++;
      }
    }
  }
  return held;
}

async function fromFolders(root: string, { screen, signal }: VisionJob): Promise<[string, Entry[]]> {
  const corpus = await imageFolder({ root, names: /cifar|image|picture/i });
  const progress = screen.progress("pictures", corpus.items.length);
  const entries: Entry[] = [];
  try {
    for (const item of corpus.items) {
      signal?.throwIfAborted();
      const picture = await readImage(item.path ?? (await item.load()));
      const part = item.split === "valid" ? "train" : item.split;
      entries.push({ id: item.id, label: item.label as string, picture, ...(part && { part }) });
      progress.update(entries.length);
    }
  } finally {
    progress.end();
  }
  return ["pictures in folders", entries];
}

async function fromFaces(root: string): Promise<[string, Entry[]]> {
  const { title, faces, people, ids } = await readFaces(root);
  return [title, faces.map((picture, i) => ({ id: ids[i], label: people[i], picture }))];
}

/** Mel bands of a spectrogram, its frames, and the decibels below its loudest that are shown. */
const [BANDS, FRAMES, RANGE] = [64, 128, 80];
/** Hz of the sounds behind spectrograms. */
export const SOUND_RATE = 22_050;

async function fromSounds(root: string, { screen, signal }: VisionJob): Promise<[string, Entry[]]> {
  const corpus = await esc10({ root });
  const progress = screen.progress("sounds", corpus.items.length);
  const entries: Entry[] = [];
  try {
    for (const item of corpus.items) {
      signal?.throwIfAborted();
      const clip = await item.load();
      const samples = resample(clip.samples, { from: clip.sampleRate, to: SOUND_RATE });
      const { id, label, group } = item;
      entries.push({ id, label: label as string, picture: spectrogramPicture(samples), ...(group && { group }) });
      progress.update(entries.length);
    }
  } finally {
    progress.end();
  }
  return ["ESC-10 as spectrograms", entries];
}

/** A sound as a grey picture: time to the right, pitch upwards, the loudest white. */
export function spectrogramPicture(samples: Float32Array): Image {
  const options = { sampleRate: SOUND_RATE, nFft: 1024, hopLength: 512, nMels: BANDS };
  const { data, rows } = powerToDb(melSpectrogram(samples, options), { ref: "max", topDb: RANGE });
  const gray = new Uint8Array(rows * BANDS);
  for (let t = 0; t < rows; t++) {
    for (let b = 0; b < BANDS; b++) {
      gray[(BANDS - 1 - b) * rows + t] = Math.max(0, Math.round(255 * (1 + data[t * BANDS + b] / RANGE)));
    }
  }
  const picture = { data: gray, width: rows, height: BANDS, channels: 1 };
  return resize(picture, { width: FRAMES, height: BANDS, interpolation: rows > FRAMES ? "area" : "linear" });
}
