import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Item } from "../corpora/types.js";
import { type PlannedSpoof, type PlanSpoofOptions, planSpoof, protocolText, type SpoofRecord } from "./planSpoof.js";
import { createSpoofPool } from "./spoofPool.js";

/** Options of {@link makeSpoof}. */
export interface MakeSpoofOptions extends PlanSpoofOptions {
  /** Folder for the files and `protocol.tsv`; one that was begun is gone on with. */
  out: string;
  /** Rate of all files, Hz (default 16000). */
  sampleRate?: number;
  /** Jobs at once (default 2). */
  threads?: number;
  onProgress?: (done: number, total: number) => void;
}

/** What `makeSpoof` made, left out and found already there. */
export interface MadeSpoof {
  records: SpoofRecord[];
  /** Recordings that gave no file, each with the reason. */
  failed: { id: string; system: string; reason: string }[];
  /** Files that were there from an earlier run. */
  reused: number;
}

/**
 * Makes a set of spoofed and bona fide speech: 16-bit WAV files of one rate, and `protocol.tsv` with the columns path, speaker, utterance, system, key, parameters,
 * which `spoofProtocol` reads.
 *
 * Every recording is copied as bona fide, in the same coding as the spoofed ones, so that the container tells nothing. What was made is written down file by file:
 * a run that was stopped goes on where it was.
 *
 * @param items bona fide speech; the speaker is the attribute "speaker", else the group
 * @see planSpoof for what is made
 * @throws RangeError if a method is not known, or versions are no whole number from 1 to that of the methods
 */
export async function makeSpoof(
  items: readonly Item[],
  { out, sampleRate = 16000, seed = 0, threads = 2, onProgress = () => undefined, ...what }: MakeSpoofOptions,
): Promise<MadeSpoof> {
  const plan = planSpoof(items, { seed, ...what });
  mkdirSync(out, { recursive: true });
  const log = join(out, `made-${sampleRate}-${seed}.jsonl`);
  const known = readLog(log);
  const failed: MadeSpoof["failed"] = [];
  const records: SpoofRecord[] = [];
  const pool = createSpoofPool(threads);
  const total = plan.reduce((sum, { files }) => sum + files.length, 0);
  let reused = 0;
  let done = 0;

  const makeAll = async ({ item, text, files }: PlannedSpoof): Promise<void> => {
    const clip = lazily(() => item.load());
    for (const { system, seed: own, record } of files) {
      const earlier = known.get(record.path);
      if (earlier && existsSync(join(out, record.path))) {
        reused++;
        records.push(earlier);
      } else {
        try {
          const job = { system, clip: await clip(), sampleRate, seed: own, text, path: join(out, record.path) };
          record.parameters = await pool.run(job);
          appendFileSync(log, `${JSON.stringify(record)}\n`);
          records.push(record);
        } catch (error) {
          failed.push({ id: item.id, system, reason: error instanceof Error ? error.message : String(error) });
        }
      }
      onProgress(++done, total);
    }
  };

  try {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < plan.length; index = next++) await makeAll(plan[index]);
    };
    await Promise.all(Array.from({ length: Math.max(1, threads) }, worker));
  } finally {
    await pool.close();
  }
  records.sort((a, b) => (a.path < b.path ? -1 : 1));
  const path = join(out, "protocol.tsv");
  writeFileSync(`${path}.part`, protocolText(records));
  renameSync(`${path}.part`, path);
  return { records, failed, reused };
}

/** Lines of an earlier run; a last one that was cut off counts as not written. */
function readLog(log: string): Map<string, SpoofRecord> {
  const known = new Map<string, SpoofRecord>();
  if (!existsSync(log)) return known;
  for (const line of readFileSync(log, "utf8").split("\n")) {
    try {
      const record = JSON.parse(line) as SpoofRecord;
      known.set(record.path, record);
    } catch {
      // Half a line, or the empty one at the end.
    }
  }
  return known;
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
