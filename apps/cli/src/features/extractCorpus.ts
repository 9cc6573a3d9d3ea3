import { createHash } from "node:crypto";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Corpus, joinArrow } from "@earshot/datasets/node";
import { type FeatureConfig, featureNames } from "@earshot/dsp";
import { UserError } from "../cli/errors.js";
import { earshotVersion } from "../run/environment.js";
import type { Broken } from "./extractAll.js";
import { hasWorkers, runPool } from "./pool.js";
import {
  partFields,
  partPath,
  runShard,
  type Shard,
  type ShardItem,
  type ShardJob,
  type ShardResult,
} from "./shard.js";

/** Has shards worked off, by threads here or by whoever takes jobs from a queue; each result is told once. */
export type ShardRunner = (
  shards: readonly Shard[],
  job: ShardJob,
  options: { onResult(result: ShardResult): void; signal?: AbortSignal },
) => Promise<void>;

export interface ExtractCorpusOptions {
  /** File to write. */
  out: string;
  config: FeatureConfig;
  /** What works the shards off (default: threads of this machine). */
  runner: ShardRunner;
  skipBroken: boolean;
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
}

/** What an extraction made. */
export interface ExtractedCorpus {
  items: number;
  broken: Broken[];
  /** Items that an earlier run had done. */
  reused: number;
  bytes: number;
}

/** Recordings of a shard: so many that writing costs nothing, so few that little is lost when a worker dies. */
const shardItems = 128;

/**
 * Turns every recording of a corpus into features in one Arrow file.
 *
 * Parts are written to `OUT.parts` while it runs; called again after it was stopped, it goes on where it was.
 *
 * @throws UserError naming the first broken recordings, unless they are to be left out; the parts stay then
 */
export async function extractCorpus(
  corpus: Pick<Corpus, "items" | "title" | "licence">,
  { out, config, runner, skipBroken, signal, onProgress = () => {} }: ExtractCorpusOptions,
): Promise<ExtractedCorpus> {
  const parts = `${out}.parts`;
  const metadata = {
    earshot: earshotVersion(),
    features: JSON.stringify(config),
    names: JSON.stringify(featureNames(config)),
    corpus: corpus.title,
    licence: corpus.licence,
  };
  const shards = shardsOf(corpus.items, metadata);
  mkdirSync(dirname(out), { recursive: true });
  mkdirSync(parts, { recursive: true });
  const results = new Map<string, ShardResult>();
  let done = 0;
  await runner(
    shards,
    { config, parts, metadata },
    {
      ...(signal && { signal }),
      onResult(result) {
        results.set(result.name, result);
        done += result.items;
        onProgress(done);
      },
    },
  );
  const told = shards.map(({ name }) => results.get(name) as ShardResult);
  const broken = told.flatMap((result) => result.broken);
  if (broken.length > 0 && (!skipBroken || broken.length === corpus.items.length)) {
    throw new UserError(
      `${broken.length} of ${corpus.items.length} recordings cannot be used, the first because ${broken[0].reason.replace(/[.]$/, "")}; mend or remove them, or leave them out with --skip-broken: what is done stays done.`,
    );
  }
  const names = shards.map(({ name }) => partPath(parts, name));
  const bytes = joinArrow(names, out, { fields: partFields, metadata });
  rmSync(parts, { recursive: true, force: true });
  const reused = told.reduce((sum, result) => sum + (result.reused ? result.items : 0), 0);
  return { items: corpus.items.length - broken.length, broken, reused, bytes };
}

/** Threads of this machine. */
export const runShardsHere =
  (workers: number): ShardRunner =>
  async (shards, job, { onResult, signal }) => {
    const threads = Math.min(workers, shards.length);
    if (threads < 2 || !hasWorkers) {
      for (const shard of shards) {
        signal?.throwIfAborted();
        onResult(await runShard(shard, job));
      }
      return;
    }
    let next = 0;
    await runPool<Shard, ShardResult>(async () => shards[next++], {
      script: "shardWorker.js",
      workers: threads,
      workerData: job,
      onResult,
      ...(signal && { signal }),
    });
  };

/** Shards of the same size whoever works them off, named by what is in them: a file that has changed makes another shard. */
function shardsOf(items: Corpus["items"], metadata: Record<string, string>): Shard[] {
  const all = items.map(({ id, path, label, group, split }): ShardItem => {
    if (path === undefined) throw new UserError(`extract needs recordings that are files; ${id} is none.`);
    return {
      id,
      path,
      ...(label !== undefined && { label }),
      ...(group !== undefined && { group }),
      ...(split && { split }),
    };
  });
  const digits = String(Math.ceil(all.length / shardItems)).length;
  return Array.from({ length: Math.ceil(all.length / shardItems) }, (_, i) => {
    const own = all.slice(i * shardItems, (i + 1) * shardItems);
    const hash = createHash("sha256").update(JSON.stringify(metadata));
    for (const item of own) {
      const stat = statSync(item.path, { throwIfNoEntry: false });
      hash.update(JSON.stringify([item, stat?.size, stat?.mtimeMs]));
    }
    return { name: `${String(i + 1).padStart(digits, "0")}-${hash.digest("hex").slice(0, 16)}`, items: own };
  });
}
