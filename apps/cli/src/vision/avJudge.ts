import type { Matrix } from "@earshot/models";
import {
  type AudioVisualClassifier,
  type EnergyFilter,
  energyFilter,
  type Fusion,
  trainAudioVisual,
} from "@earshot/vision/av";
import type { Figure } from "../judge/judge.js";
import { wilson } from "../judge/wilson.js";
import type { AvCorpus, Spoken } from "./avCorpus.js";
import { type AvPairs, judgedPairs, toMatrix, trainingPairs } from "./avPairs.js";
import type { AvRecipe } from "./avSchema.js";
import type { VisionJob } from "./task.js";

/** Ways to tell a digit: what is given, and how it is brought together. */
export const ways = {
  image: { fusion: "image", image: true, sound: false },
  sound: { fusion: "sound", image: false, sound: true },
  early: { fusion: "early", image: true, sound: true },
  late: { fusion: "late", image: true, sound: true },
  gated: { fusion: "gated", image: true, sound: true },
  earlyImageOnly: { fusion: "early", image: true, sound: false },
  earlySoundOnly: { fusion: "early", image: false, sound: true },
  gatedImageOnly: { fusion: "gated", image: true, sound: false },
  gatedSoundOnly: { fusion: "gated", image: false, sound: true },
} as const satisfies Record<string, { fusion: Fusion; image: boolean; sound: boolean }>;

export type Way = keyof typeof ways;

/** What each way named of each pair, over all parts of the speakers. */
export interface AvJudged {
  truth: string[];
  found: Record<Way, string[]>;
}

/** A classifier, and the filter that takes the pictures' energy. */
export interface AvModel {
  classifier: AudioVisualClassifier;
  filter: EnergyFilter;
}

/** Pictures from which the filter learns its directions. */
const FILTERED = 4000;

/** Learns from pairs of some speakers and the training part's writers. */
export async function learnAv(
  corpus: AvCorpus,
  speakers: readonly Spoken[],
  recipe: AvRecipe,
  { signal }: Pick<VisionJob, "signal">,
  onEpoch: () => void = () => {},
): Promise<AvModel> {
  const { energyKept: kept, epochs, seed } = recipe;
  const pictures = corpus.written.train.slice(0, FILTERED).map(({ pixels }) => pixels);
  const filter = energyFilter(toMatrix(pictures), { kept, seed });
  const { image, sound, labels } = trainingPairs(speakers, corpus.written.train, corpus.noises.train, filter, recipe);
  const settings = {
    image: { epochs: epochs.image },
    sound: { epochs: epochs.sound },
    early: { epochs: epochs.early },
    gate: { epochs: epochs.gate },
    seed,
  };
  const watch = { onProgress: onEpoch, ...(signal && { signal }) };
  return { classifier: await trainAudioVisual({ image, sound }, labels, settings, watch), filter };
}

/** Judges each part of the speakers by networks that never heard it, on written digits of other writers and other noise. */
export async function judgeAv(corpus: AvCorpus, recipe: AvRecipe, job: VisionJob): Promise<AvJudged> {
  const speakers = [...new Set(corpus.spoken.map(({ speaker }) => speaker))].sort();
  const folds = Math.min(recipe.folds, speakers.length);
  const { image, sound, early } = recipe.epochs;
  const steps = image + sound + early + 4;
  const progress = job.screen.progress("speakers", folds * steps);
  const truth: string[] = [];
  const found = Object.fromEntries(Object.keys(ways).map((way) => [way, [] as string[]])) as AvJudged["found"];
  let done = 0;
  for (let fold = 0; fold < folds; fold++) {
    const held = new Set(speakers.filter((_, i) => i % folds === fold));
    const known = corpus.spoken.filter(({ speaker }) => !held.has(speaker));
    const { classifier, filter } = await learnAv(corpus, known, recipe, job, () =>
      progress.update(Math.min(++done, folds * steps)),
    );
    const strangers = corpus.spoken.filter(({ speaker }) => held.has(speaker));
    const pairs = judgedPairs(strangers, corpus.written.test, corpus.noises.test, filter, recipe);
    truth.push(...pairs.labels);
    for (const way of Object.keys(ways) as Way[]) found[way].push(...(await nameAll(classifier, pairs, way)));
    classifier.dispose();
  }
  progress.end();
  return { truth, found };
}

async function nameAll(classifier: AudioVisualClassifier, { image, sound }: AvPairs, way: Way): Promise<string[]> {
  const { fusion, ...given } = ways[way];
  const senses = { ...(given.image && { image }), ...(given.sound && { sound }) };
  return namesOf(await classifier.predictProba(senses, fusion), classifier.classes);
}

/** The most likely class of each row. */
export function namesOf({ data, rows, cols }: Matrix, classes: readonly string[]): string[] {
  return Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let c = 1; c < cols; c++) if (data[i * cols + c] > data[i * cols + best]) best = c;
    return classes[best];
  });
}

/** Share of pairs named right, with its interval. */
export function accuracies({ truth, found }: AvJudged): Record<string, Figure> {
  return Object.fromEntries(
    Object.entries(found).map(([way, names]) => [
      `${way}Accuracy`,
      wilson(names.filter((name, i) => name === truth[i]).length, truth.length),
    ]),
  );
}
