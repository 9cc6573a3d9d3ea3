import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Corpus, joinArrow } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import { UserError } from "../cli/errors.js";
import { withParts } from "../queue/parts.js";
import type { PieceRunner } from "../queue/piece.js";
import { type FileShard, shardsOf, writeLists } from "../queue/shards.js";
import { earshotVersion } from "../run/environment.js";
import { openPlace, type Place, splitAddress } from "../storage/place.js";
import { isS3Url } from "../storage/s3Url.js";
import { clipFeatureNames } from "./clipFeatures.js";
import type { Broken } from "./extractAll.js";
import { brokenName, listName, partFields, partName, type ShardItem, type ShardResult } from "./shard.js";

export interface ExtractCorpusOptions {
  /** File to write: a path, or `s3://bucket/key`. */
  out: string;
  config: FeatureConfig;
  /** What works the shards off. */
  runner: PieceRunner;
  skipBroken: boolean;
  /** Recordings of a shard (default: by how many there are). */
  shard?: number;
  /** Fingerprint of a recording that lies in a bucket. */
  tag?: (url: string) => string | undefined;
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
  onTrouble?: (reason: string) => void;
}

/** What an extraction made. */
export interface ExtractedCorpus {
  items: number;
  broken: Broken[];
  /** Items that an earlier run had done. */
  reused: number;
  bytes: number;
}

/**
 * Turns every recording of a corpus into features in one Arrow file.
 *
 * Parts are written to `OUT.parts` while it runs; called again after it was stopped, it goes on where it was.
 *
 * @throws UserError naming the first broken recordings, unless they are to be left out; the parts stay then
 */
export function extractCorpus(
  corpus: Pick<Corpus, "items" | "title" | "licence">,
  options: ExtractCorpusOptions,
): Promise<ExtractedCorpus> {
  const parts = `${options.out}.parts`;
  return withParts(openPlace(parts), options.out, () => extractBy(parts, corpus, options), options.signal);
}

async function extractBy(
  parts: string,
  corpus: Pick<Corpus, "items" | "title" | "licence">,
  { out, config, runner, skipBroken, shard, tag, signal, onProgress = () => {}, onTrouble }: ExtractCorpusOptions,
): Promise<ExtractedCorpus> {
  const metadata = {
    earshot: earshotVersion(),
    features: JSON.stringify(config),
    names: JSON.stringify(clipFeatureNames(config)),
    corpus: corpus.title,
    licence: corpus.licence,
  };
  const shards = shardsOf(corpus.items.map(listed), metadata, {
    path: (item) => item.path,
    ...(tag && { tag }),
    ...(shard !== undefined && { size: shard }),
  });
  const place = openPlace(parts);
  await writeLists(place, shards, listName);
  const results = new Map<string, ShardResult>();
  let done = 0;
  await runner<ShardResult>(
    shards.map(({ name, items }) => ({
      work: { kind: "shard", name, place: parts, job: { config, metadata } },
      items: items.length,
    })),
    {
      title: out,
      ...(signal && { signal }),
      ...(onTrouble && { onTrouble }),
      onResult(result) {
        results.set(result.name, result);
        done += result.items;
        onProgress(done);
        return undefined;
      },
    },
  );
  const told = shards.map(({ name }) => results.get(name) as ShardResult);
  const broken = await brokenOf(place, told);
  if (broken.length > 0 && (!skipBroken || broken.length === corpus.items.length)) {
    throw new UserError(
      `${broken.length} of ${corpus.items.length} recordings cannot be used, the first because ${broken[0].reason.replace(/[.]$/, "")}; mend or remove them, or leave them out with --skip-broken: what is done stays done.`,
    );
  }
  const bytes = await joinParts(place, shards, out, metadata);
  await place.remove();
  const reused = told.reduce((sum, result) => sum + (result.reused ? result.items : 0), 0);
  return { items: corpus.items.length - broken.length, broken, reused, bytes };
}

function listed({ id, path, label, group, split }: Corpus["items"][number]): ShardItem {
  if (path === undefined) throw new UserError(`extract needs recordings that are files; ${id} is none.`);
  return {
    id,
    path,
    ...(label !== undefined && { label }),
    ...(group !== undefined && { group }),
    ...(split && { split }),
  };
}

async function brokenOf(place: Place, results: readonly ShardResult[]): Promise<Broken[]> {
  const all: Broken[] = [];
  for (const { name, broken } of results) {
    if (broken > 0) all.push(...JSON.parse(Buffer.from(await place.read(brokenName(name))).toString()));
  }
  return all;
}

/** One file of all parts; those in a bucket are brought here for it. @returns its bytes */
async function joinParts(
  place: Place,
  shards: readonly FileShard<ShardItem>[],
  out: string,
  metadata: Record<string, string>,
): Promise<number> {
  const names = shards.map(({ name }) => partName(name));
  if (!isS3Url(out)) {
    await mkdir(dirname(out), { recursive: true });
    return joinArrow(
      names.map((name) => place.at(name)),
      out,
      { fields: partFields, metadata },
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "earshot-"));
  try {
    const here = openPlace(folder);
    for (const name of names) await here.write(name, await place.read(name));
    const whole = join(folder, "all.arrow");
    const bytes = joinArrow(
      names.map((name) => here.at(name)),
      whole,
      { fields: partFields, metadata },
    );
    const { folder: target, name } = splitAddress(out);
    await openPlace(target).take(name, whole);
    return bytes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
