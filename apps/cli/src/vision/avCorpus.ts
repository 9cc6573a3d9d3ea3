import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AudioClip, type Item, syntheticSpeech } from "@earshot/datasets";
import { audioMnist, freeSpokenDigits, type GrayImage, loadClip, mnist, openStorage } from "@earshot/datasets/node";
import { noise, resample } from "@earshot/dsp";
import { UserError } from "../cli/errors.js";
import { syntheticDigits } from "../data/syntheticDigits.js";
import { soundRate } from "./avFeatures.js";
import type { AvRecipe } from "./avSchema.js";

/** A written digit, 28 × 28, white on black. */
export interface Written {
  label: string;
  pixels: Uint8Array;
}

/** A digit that somebody says. */
export interface Spoken {
  label: string;
  speaker: string;
  samples: Float32Array;
}

/** Digits to be brought together, and noise to be put over the voices. */
export interface AvCorpus {
  title: string;
  /** Of writers who are trained on, and of others. */
  written: { train: Written[]; test: Written[] };
  spoken: Spoken[];
  /** Heard in training, and only when judged. */
  noises: { train: Float32Array[]; test: Float32Array[] };
}

/** Pictures that are read of each part: enough for many pairs. */
const MOST_WRITTEN = 12_000;
/** Recorded noise that is read of each file. */
const NOISE_SEC = 10;

/** @throws UserError or CorpusError in one sentence where the data lack one of the two */
export async function openAvDigits(recipe: AvRecipe, data: string | undefined): Promise<AvCorpus> {
  if (data === undefined) return madeUp(recipe);
  const pictures = await mnist({ root: data });
  const read = (split: string): Promise<Written[]> =>
    readWritten(pictures.items.filter((item) => item.split === split).slice(0, MOST_WRITTEN));
  const { title, items } = await openSpoken(recipe, data);
  const noises = await recordedNoises(data);
  return {
    title: `${pictures.title} and ${title}, ${noises ? "recorded" : "pink"} noise`,
    written: { train: await read("train"), test: await read("test") },
    spoken: await readSpoken(items),
    noises: noises ?? pinkNoises(recipe.seed),
  };
}

async function madeUp({ synthetic: { drawers, speakers, takes }, seed }: AvRecipe): Promise<AvCorpus> {
  const { items } = syntheticDigits({ drawers, takes, seed });
  const voices = syntheticSpeech({ label: "digit", speakers, takes, seed, sampleRate: soundRate });
  return {
    title: "made-up hands and voices, pink noise",
    written: {
      train: await readWritten(items.filter(({ split }) => split === "train")),
      test: await readWritten(items.filter(({ split }) => split === "test")),
    },
    spoken: await readSpoken(voices.items),
    noises: pinkNoises(seed),
  };
}

async function openSpoken({ spoken }: AvRecipe, root: string) {
  const open = { freeSpokenDigits, audioMnist };
  let first: unknown;
  for (const kind of spoken) {
    try {
      return await open[kind]({ root, label: "digit" });
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

const readWritten = (items: readonly Item<GrayImage>[]): Promise<Written[]> =>
  Promise.all(items.map(async (item) => ({ label: item.label as string, pixels: (await item.load()).pixels })));

async function readSpoken(items: readonly Item<AudioClip>[]): Promise<Spoken[]> {
  const spoken: Spoken[] = [];
  for (const { label, group, load } of items) {
    spoken.push({ label: label as string, speaker: group as string, samples: atRate(await load()) });
  }
  if (new Set(spoken.map(({ speaker }) => speaker)).size < 2) {
    throw new UserError("Digits of at least two speakers are needed, so that one can be judged unheard.");
  }
  return spoken;
}

const atRate = ({ samples, sampleRate }: AudioClip): Float32Array =>
  sampleRate === soundRate ? samples : resample(samples, { from: sampleRate, to: soundRate });

/** Every third recording is kept for judging. */
async function recordedNoises(root: string): Promise<AvCorpus["noises"] | undefined> {
  const place = ["noises.tar.gz", "noises"].map((name) => join(root, name)).find((path) => existsSync(path));
  if (place === undefined) return undefined;
  const storage = await openStorage(place);
  const all: Float32Array[] = [];
  for (const file of storage.files.filter((name) => /\.(wav|flac|ogg|mp3)$/i.test(name))) {
    all.push(atRate(await loadClip(storage.path(file), { name: file, durationSec: NOISE_SEC })));
  }
  const loud = all.filter((samples) => samples.some((v) => v !== 0));
  if (loud.length < 2) return undefined;
  return { train: loud.filter((_, i) => i % 3 !== 0), test: loud.filter((_, i) => i % 3 === 0) };
}

function pinkNoises(seed: number): AvCorpus["noises"] {
  const [train, test] = [1, 2].map((part) =>
    noise({ length: NOISE_SEC * soundRate, seed: 3 * seed + part, color: "pink" }),
  );
  return { train: [train], test: [test] };
}
