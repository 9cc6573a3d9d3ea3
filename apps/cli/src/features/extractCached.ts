import type { AudioClip, Item } from "@earshot/datasets";
import type { CachedFeatures, FeatureCache, NewFeatures } from "@earshot/datasets/node";
import { sentenceOf } from "../cli/errors.js";
import { type CacheConfigs, cacheConfigs, copyKeys } from "./cacheConfigs.js";
import { type Broken, type Extracted, type ExtractOptions, extractAll, isBroken } from "./extractAll.js";
import type { Job } from "./task.js";

export interface CachedExtractOptions extends Omit<ExtractOptions, "places" | "onEntry"> {
  cache?: FeatureCache;
  onProgress?: (done: number) => void;
}

/** What the cache did for a run. */
export interface CacheUse {
  /** Items whose features were there. */
  items: number;
  /** Seconds of work that they had cost. */
  savedSec: number;
  /** Why nothing more could be kept for the next run. */
  trouble?: string;
}

type Place = Pick<Item<AudioClip>, "id" | "path" | "load">;

/**
 * Features of every item, out of the cache where they are known there; the others are computed and kept.
 *
 * The result is the same, bit for bit, with a cache and without. A cache that cannot be written stops nobody.
 *
 * @throws the signal's reason
 */
export async function extractCached(
  items: readonly Place[],
  job: Job,
  { cache, seed = 0, onProgress = () => {}, ...options }: CachedExtractOptions,
): Promise<{ entries: (Extracted | Broken)[]; use?: CacheUse }> {
  const configs = cache && cacheConfigs(job);
  let done = 0;
  if (!cache || !configs) {
    const entries = await extractAll(items, job, { ...options, seed, onEntry: () => onProgress(++done) });
    return { entries };
  }
  const { entries, savedSec } = await lookUp(items, job, { cache, configs, seed });
  const places = items.flatMap((_, i) => (entries[i] ? [] : [i]));
  const use: CacheUse = { items: items.length - places.length, savedSec };
  done = use.items;
  if (done > 0) onProgress(done);
  const keeper = createKeeper(cache, configs, job);
  const computed = await extractAll(
    places.map((i) => items[i]),
    job,
    {
      ...options,
      seed,
      places,
      onEntry: (k, entry) => {
        onProgress(++done);
        if (!isBroken(entry)) keeper.add(items[places[k]], places[k], seed, entry);
      },
    },
  ).finally(() => keeper.end());
  if (keeper.trouble !== undefined) use.trouble = keeper.trouble;
  computed.forEach((entry, k) => {
    // A computed entry knows its place among those computed; it stands for its place in the whole list.
    entries[places[k]] = isBroken(entry) ? entry : { ...entry, index: places[k] };
  });
  return { entries: entries as (Extracted | Broken)[], use };
}

/** Entries of the items that the cache knows whole: their own features and all their changed copies. */
async function lookUp(
  items: readonly Place[],
  { augment }: Job,
  { cache, configs, seed }: { cache: FeatureCache; configs: CacheConfigs; seed: number },
): Promise<{ entries: (Extracted | Broken | undefined)[]; savedSec: number }> {
  const known = items.flatMap(({ path }, i) => {
    const audio = path === undefined ? undefined : cache.fingerprint(path);
    return audio === undefined ? [] : [{ i, audio }];
  });
  const own = cache.read(
    known.map(({ i }) => ({ id: String(i) })),
    configs.own,
    new Map(known.map(({ i, audio }) => [String(i), audio])),
  );
  const keys = known.flatMap(({ i, audio }) => copyKeys(augment, audio, seed, i).map((key) => [key, key] as const));
  const copies = cache.read(
    keys.map(([id]) => ({ id })),
    configs.copies,
    new Map(keys),
  );
  const entries = new Array<Extracted | undefined>(items.length);
  for (const { i, audio } of known) {
    const found = own.found.get(String(i));
    const changed = copyKeys(augment, audio, seed, i).map((key) => copies.found.get(key));
    if (!found || changed.includes(undefined)) continue;
    entries[i] = {
      index: i,
      ...found.matrix,
      copies: (changed as CachedFeatures[]).map(({ matrix }) => matrix.data),
      hash: found.audio,
      durationSec: found.durationSec,
      seconds: 0,
    };
  }
  return { entries, savedSec: own.savedSec + copies.savedSec };
}

/** Bytes that are gathered before they are written. */
const shardBytes = 32 * 2 ** 20;

/** Writes new features while others are still computed; after half of the cache it stops, for the rest would push the first out. */
export function createKeeper(cache: FeatureCache, configs: CacheConfigs, { augment }: Job) {
  let own: NewFeatures[] = [];
  let copies: NewFeatures[] = [];
  let bytes = 0;
  let written = 0;
  const keeper = {
    trouble: undefined as string | undefined,
    add(item: Place, place: number, seed: number, entry: Extracted): void {
      if (item.path === undefined || keeper.trouble !== undefined || written > cache.maxBytes / 2) return;
      const { data, rows, cols, hash: audio, durationSec } = entry;
      const seconds = entry.seconds / (1 + entry.copies.length);
      own.push({ item, audio, matrix: { data, rows, cols }, durationSec, seconds });
      copyKeys(augment, audio, seed, place).forEach((key, copy) => {
        const changed = entry.copies[copy];
        const matrix = { data: changed, rows: changed.length / cols, cols };
        copies.push({ item: { id: item.id }, audio: key, matrix, durationSec, seconds });
      });
      bytes += data.byteLength * (1 + entry.copies.length);
      if (bytes >= shardBytes) keeper.end();
    },
    end(): void {
      try {
        // The copies first: an item counts as known when its own features are there.
        cache.write(copies, configs.copies);
        cache.write(own, configs.own);
      } catch (error) {
        keeper.trouble = sentenceOf(error);
      }
      written += bytes;
      [own, copies, bytes] = [[], [], 0];
    },
  };
  return keeper;
}
