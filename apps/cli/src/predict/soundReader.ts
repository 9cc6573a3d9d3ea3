import { resolve } from "node:path";
import { hashClip } from "@earshot/datasets";
import { type CachedFeatures, type FeatureCache, loadClip } from "@earshot/datasets/node";
import type { FeatureConfig, Matrix } from "@earshot/dsp";
import { sentenceOf } from "../cli/errors.js";
import { cacheConfigs, factsConfig } from "../features/cacheConfigs.js";
import { clipFeatures } from "../features/clipFeatures.js";
import { type CacheUse, createKeeper } from "../features/extractCached.js";
import { factNames, measureSound, type SoundFacts } from "../novelty/soundFacts.js";

/** What a recording gives a model. */
export interface HeardSound {
  features: Matrix;
  /** What it is like, where that is wanted. */
  sound?: SoundFacts;
}

export interface SoundReader {
  read(file: string): Promise<HeardSound>;
  /** Keeps what was computed for the next time. @returns what the cache did; undefined where there is none */
  end(): CacheUse | undefined;
}

export interface SoundReaderOptions {
  /** Measure also what a recording is like: that takes its sound, not its features alone. */
  facts: boolean;
  /** All files that will be read, in their order. */
  files: readonly string[];
  cache?: FeatureCache;
}

/** Files looked up at once: their features are held in memory. */
const blockFiles = 4096;

/**
 * Reads recordings for a model, out of the feature cache where they are known there.
 *
 * The cache is the one that training and evaluating use; numbers are the same, bit for bit, with it and without.
 */
export function soundReader(config: FeatureConfig, { facts, files, cache }: SoundReaderOptions): SoundReader {
  const featuresOf = clipFeatures(config);
  const configs = cache && cacheConfigs({ config, augment: null });
  if (!cache || !configs) {
    const read = async (file: string): Promise<HeardSound> => {
      const clip = await loadClip(resolve(file), { name: file });
      const { features } = featuresOf(clip);
      return { features, ...(facts && { sound: rounded(measureSound(clip, config.sampleRate)) }) };
    };
    return { read, end: () => undefined };
  }
  const factsKey = factsConfig(config.sampleRate);
  const keeper = createKeeper(cache, configs, { config, augment: null });
  const newFacts: Parameters<FeatureCache["write"]>[0][number][] = [];
  const use: CacheUse = { items: 0, savedSec: 0 };
  let known = new Map<string, { features?: CachedFeatures; facts?: CachedFeatures }>();
  let next = 0;

  const lookUp = (block: readonly string[]): void => {
    const audio = new Map(block.flatMap((file) => entryOf(file, cache.fingerprint(resolve(file)))));
    const items = [...audio.keys()].map((id) => ({ id }));
    const own = cache.read(items, configs.own, audio);
    const measured = facts
      ? cache.read(items, factsKey, audio)
      : { found: new Map<string, CachedFeatures>(), savedSec: 0 };
    known = new Map(items.map(({ id }) => [id, { features: own.found.get(id), facts: measured.found.get(id) }]));
    use.savedSec += own.savedSec + measured.savedSec;
  };

  return {
    async read(file) {
      if (next < files.length && !known.has(file)) {
        const at = files.indexOf(file, next);
        if (at >= 0) {
          lookUp(files.slice(at, at + blockFiles));
          next = at + blockFiles;
        }
      }
      const { features: found, facts: measured } = known.get(file) ?? {};
      if (found) use.items++;
      if (found && (measured || !facts))
        return { features: found.matrix, ...(measured && { sound: factsOf(measured.matrix.data) }) };
      const started = performance.now();
      const path = resolve(file);
      const clip = await loadClip(path, { name: file });
      const features = found?.matrix ?? featuresOf(clip).features;
      const hash = hashClip(clip);
      const durationSec = clip.samples.length / clip.sampleRate;
      const seconds = (performance.now() - started) / 1000;
      // Known features whose sound had to be read all the same save less.
      if (found) use.savedSec -= seconds;
      else
        keeper.add({ id: file, path, load: async () => clip }, 0, 0, {
          index: 0,
          ...features,
          copies: [],
          hash,
          durationSec,
          seconds,
        });
      if (!facts) return { features };
      const from = performance.now();
      const sound = rounded(measureSound(clip, config.sampleRate));
      const data = Float32Array.from(factNames, (name) => sound[name]);
      newFacts.push({
        item: { id: file, path },
        audio: hash,
        matrix: { data, rows: 1, cols: data.length },
        durationSec,
        seconds: (performance.now() - from) / 1000,
      });
      return { features, sound };
    },
    end() {
      keeper.end();
      try {
        cache.write(newFacts, factsKey);
      } catch (error) {
        keeper.trouble ??= sentenceOf(error);
      }
      use.savedSec = Math.max(0, use.savedSec);
      return { ...use, ...(keeper.trouble !== undefined && { trouble: keeper.trouble }) };
    },
  };
}

const entryOf = (file: string, audio: string | undefined): [string, string][] =>
  audio === undefined ? [] : [[file, audio]];

/** As the cache keeps them, so that they are the same when they come out of it. */
const rounded = (facts: SoundFacts): SoundFacts => factsOf(Float32Array.from(factNames, (name) => facts[name]));

const factsOf = (values: ArrayLike<number>): SoundFacts =>
  Object.fromEntries(factNames.map((name, i) => [name, values[i]])) as unknown as SoundFacts;
