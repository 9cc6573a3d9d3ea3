import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Item } from "../corpora/types.js";
import { cacheFolder } from "../storage/cacheFolder.js";
import { decodeShard, encodeShard, type StoredFeatures } from "./arrowShard.js";
import { openIdentities } from "./identities.js";

/** Options of {@link openFeatureCache}. */
export interface FeatureCacheOptions {
  /** Folder of the cache (default `$EARSHOT_CACHE/features` or `~/.cache/earshot/features`). */
  dir?: string;
  /** Bytes kept; what was read longest ago goes first (default 4 GiB). */
  maxBytes?: number;
}

/** Features out of the cache. */
export interface CachedFeatures {
  /** frames × features. */
  matrix: StoredFeatures["matrix"];
  /** Fingerprint of the decoded sound, as it was written. */
  audio: string;
  durationSec: number;
}

/** What a look into the cache gave. */
export interface CacheHits {
  /** Features of the items that were there, by id. */
  found: Map<string, CachedFeatures>;
  /** Seconds of work that the found ones cost when they were made. */
  savedSec: number;
}

/** One more result for the cache. */
export interface NewFeatures {
  item: Pick<Item, "id" | "path">;
  /** Fingerprint of the decoded sound, from `hashClip`. */
  audio: string;
  matrix: StoredFeatures["matrix"];
  /** Seconds of sound. */
  durationSec: number;
  /** Seconds that decoding and extracting took. */
  seconds: number;
}

/** Features of recordings, kept from one run to the next; several processes may use one folder at once. */
export interface FeatureCache {
  /** Bytes kept. */
  readonly maxBytes: number;
  /**
   * Looks items up: by the fingerprint of their sound where the file has not changed since it was known, else not at all.
   *
   * @param config everything that the features depend on, as JSON
   * @param audio fingerprints that are known already, by id: for items that are no files
   */
  read(items: readonly Pick<Item, "id" | "path">[], config: unknown, audio?: ReadonlyMap<string, string>): CacheHits;
  /** Adds results, and throws the oldest files away when there are too many. */
  write(entries: readonly NewFeatures[], config: unknown): void;
  /** Fingerprint of the sound in a file, where it is known and the file has not changed since. */
  fingerprint(path: string): string | undefined;
  /** Bytes in the cache. */
  size(): number;
}

/**
 * Opens a cache of features, addressed by content: the hash of the decoded sound and the hash of the configuration.
 *
 * `DIR/CONFIG/SHARD.arrow` are Arrow IPC files (Feather 2) that pyarrow, DuckDB and others read. A damaged file counts as not there and is removed.
 */
export function openFeatureCache({
  dir = join(cacheFolder(), "features"),
  maxBytes = 4 * 2 ** 30,
}: FeatureCacheOptions = {}): FeatureCache {
  const identities = openIdentities(join(dir, "files"));
  return {
    maxBytes,
    read(items, config, audio) {
      const wanted = new Map<string, string[]>();
      for (const { id, path } of items) {
        const hash = audio?.get(id) ?? (path === undefined ? undefined : identities.lookUp(path));
        if (hash === undefined) continue;
        const ids = wanted.get(hash);
        if (ids) ids.push(id);
        else wanted.set(hash, [id]);
      }
      return readShards(join(dir, configHash(config)), wanted);
    },
    write(entries, config) {
      if (entries.length === 0) return;
      const folder = join(dir, configHash(config));
      mkdirSync(folder, { recursive: true });
      const shard = encodeShard(entries.map(({ item, ...rest }) => ({ ...rest, id: item.id })));
      const name = createHash("sha256")
        .update(entries.map((e) => e.audio).join())
        .digest("hex")
        .slice(0, 24);
      const temporary = join(folder, `.${name}.${process.pid}.${randomBytes(4).toString("hex")}`);
      try {
        writeFileSync(temporary, shard);
        renameSync(temporary, join(folder, `${name}.arrow`));
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
      for (const { item, audio } of entries) if (item.path !== undefined) identities.remember(item.path, audio);
      identities.save();
      evict(dir, maxBytes);
    },
    fingerprint: (path) => identities.lookUp(path),
    size: () => listCache(dir).reduce((sum, file) => sum + file.bytes, 0),
  };
}

function readShards(folder: string, wanted: ReadonlyMap<string, string[]>): CacheHits {
  const found: CacheHits["found"] = new Map();
  let savedSec = 0;
  let open = wanted.size;
  for (const { path } of listShards(folder)) {
    if (open === 0) break;
    const entries = readShard(path);
    let used = false;
    for (const { audio, matrix, durationSec, seconds } of entries) {
      const ids = wanted.get(audio);
      if (!ids || found.has(ids[0])) continue;
      for (const id of ids) found.set(id, { matrix, audio, durationSec });
      savedSec += seconds;
      open--;
      used = true;
    }
    if (used) touch(path);
  }
  return { found, savedSec };
}

function readShard(path: string): StoredFeatures[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    // Another process threw it away just now.
    return [];
  }
  try {
    return decodeShard(bytes);
  } catch {
    rmSync(path, { force: true });
    return [];
  }
}

/** Shards of a configuration, the newest first. */
const listShards = (folder: string) => listFiles(folder, (name) => name.endsWith(".arrow"));

function listFiles(
  folder: string,
  isWanted: (name: string) => boolean,
): { path: string; bytes: number; usedMs: number }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter(isWanted)
    .flatMap((name) => {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      return stat ? [{ path: join(folder, name), bytes: stat.size, usedMs: stat.mtimeMs }] : [];
    })
    .sort((a, b) => b.usedMs - a.usedMs);
}

/** All files of a cache; what a writer that was killed left behind counts too. */
function listCache(dir: string): ReturnType<typeof listShards> {
  let folders: string[];
  try {
    folders = readdirSync(dir);
  } catch {
    return [];
  }
  return folders.flatMap((name) => listFiles(join(dir, name), () => true));
}

/** Longer than any writing takes. */
const abandonedMs = 3600_000;

function evict(dir: string, maxBytes: number): void {
  const files: ReturnType<typeof listCache> = [];
  for (const file of listCache(dir).sort((a, b) => a.usedMs - b.usedMs)) {
    const abandoned = /[\\/][.][^\\/]*$/.test(file.path) && Date.now() - file.usedMs > abandonedMs;
    if (abandoned) rmSync(file.path, { force: true });
    else files.push(file);
  }
  let total = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const { path, bytes } of files) {
    if (total <= maxBytes) return;
    rmSync(path, { force: true });
    total -= bytes;
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Gone, or not ours: only the order of eviction depends on it.
  }
}

/** Hash of a configuration, the same for the same values in any order of keys. */
function configHash(config: unknown): string {
  return createHash("sha256").update(canonical(config)).digest("hex").slice(0, 24);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
      .join()}}`;
  }
  return JSON.stringify(value) ?? "null";
}
