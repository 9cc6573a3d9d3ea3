import { type AudioClip, hashClip } from "@earshot/datasets";
import { loadClip } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import type { AugmentSpec, clipFeatures } from "./clipFeatures.js";

/** One recording to turn into features: a file, or samples where there is none. */
export interface Task {
  index: number;
  /** What errors call it. */
  name: string;
  path?: string;
  clip?: AudioClip;
  /** Decides its changed copies. */
  seed: number;
}

/** What every task of a worker shares. */
export interface Job {
  config: FeatureConfig;
  augment: AugmentSpec | null;
}

/** What became of a task: numbers, or the sentence why not. */
export type Outcome =
  | {
      index: number;
      data: Float32Array;
      rows: number;
      cols: number;
      /** Of the changed copies. */
      copies: Float32Array[];
      /** Fingerprint of the decoded sound. */
      hash: string;
      durationSec: number;
      /** Time that it took to decode and extract. */
      seconds: number;
    }
  | { index: number; error: string };

/** What decides the changed copies of the item at a place in the list. */
export const itemSeed = (seed: number, place: number): number => seed * 2 ** 20 + place;

/** Features of one task; a bad recording is an outcome, not an exception. */
export async function runTask(
  { index, name, path, clip: given, seed }: Task,
  featuresOf: ReturnType<typeof clipFeatures>,
): Promise<Outcome> {
  const started = performance.now();
  try {
    const clip = given ?? (await loadClip(path ?? name, { name }));
    const { features, copies } = featuresOf(clip, seed);
    return {
      index,
      ...features,
      copies: copies.map((copy) => copy.data),
      hash: hashClip(clip),
      durationSec: clip.samples.length / clip.sampleRate,
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { index, error: message.includes(name) ? message : `${name}: ${message}` };
  }
}
