import { type Corpus, type PlanSpoofOptions, planSpoof, protocolText, type SpoofRecord } from "@earshot/datasets/node";
import { UserError } from "../cli/errors.js";
import type { PieceRunner } from "../queue/piece.js";
import { shardsOf, writeLists } from "../queue/shards.js";
import { earshotVersion } from "../run/environment.js";
import { openPlace } from "../storage/place.js";
import { listName, type SpoofItem, type SpoofResult } from "./spoofShard.js";

export interface SpoofAllOptions extends PlanSpoofOptions {
  /** Folder for the files, or `s3://bucket/key`. */
  out: string;
  sampleRate: number;
  /** What makes them. */
  runner: PieceRunner;
  /** Fingerprint of a recording that lies in a bucket. */
  tag?: (url: string) => string | undefined;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  onTrouble?: (reason: string) => void;
}

/** What was made, left out and found already there. */
export interface SpoofedCorpus extends Omit<SpoofResult, "name" | "reused"> {
  reused: number;
}

/** Making a file takes a tenth of a second: few recordings at once make a worker's hour no longer, and lose little when it dies. */
const shardItems = 32;

/**
 * Makes spoofed and bona fide speech of every recording, and `protocol.tsv` when all is made.
 *
 * What was done is noted in `OUT/.made`: called again, it goes on where it was.
 */
export async function spoofAll(
  items: Corpus["items"],
  { out, sampleRate, runner, tag, signal, onProgress = () => {}, onTrouble, ...what }: SpoofAllOptions,
): Promise<SpoofedCorpus> {
  const plan = planSpoof(items, what).map(({ item: { id, path }, ...rest }): SpoofItem => {
    if (path === undefined) throw new UserError(`spoof needs recordings that are files; ${id} is none.`);
    return { id, path, ...rest };
  });
  const shards = shardsOf(
    plan,
    { sampleRate, version: earshotVersion() },
    {
      path: (item) => item.path,
      size: shardItems,
      ...(tag && { tag }),
    },
  );
  const target = openPlace(out);
  const notes = target.at(".made");
  await writeLists(openPlace(notes), shards, listName);
  const total = plan.reduce((sum, { files }) => sum + files.length, 0);
  const filesOf = ({ items: own }: { items: SpoofItem[] }): number =>
    own.reduce((sum, { files }) => sum + files.length, 0);
  const results: SpoofResult[] = [];
  let done = 0;
  await runner<SpoofResult>(
    shards.map((shard) => ({
      work: { kind: "spoof", name: shard.name, place: notes, out, sampleRate },
      items: filesOf(shard),
    })),
    {
      title: out,
      ...(signal && { signal }),
      ...(onTrouble && { onTrouble }),
      onResult(result) {
        results.push(result);
        done += result.records.length + result.failed.length;
        onProgress(done, total);
        return undefined;
      },
    },
  );
  results.sort((a, b) => (a.name < b.name ? -1 : 1));
  const records: SpoofRecord[] = results.flatMap((result) => result.records);
  await target.write("protocol.tsv", protocolText(records));
  const reused = results.reduce((sum, result) => sum + (result.reused ? result.records.length : 0), 0);
  return { records, failed: results.flatMap((result) => result.failed), reused };
}
