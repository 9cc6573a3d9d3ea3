import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Item } from "../corpora/types.js";
import { mixSeed } from "../splits/stratifiedSplit.js";
import { type SpoofMethodName, spoofMethodNames } from "./methods.js";
import type { SpoofJob } from "./spoofJob.js";
import { createSpoofPool } from "./spoofPool.js";

/** Options of {@link makeSpoof}. */
export interface MakeSpoofOptions {
  /** Folder for the files and `protocol.tsv`; one that was begun is gone on with. */
  out: string;
  /** Methods (default all of our own); "espeak" needs espeak-ng and a text. */
  methods?: readonly (SpoofMethodName | "espeak")[];
  /** Versions of each recording: by every method, by one in turn, or by this many of them, spread over the list (default "one"). */
  versions?: "all" | "one" | number;
  /** Rate of all files, Hz (default 16000). */
  sampleRate?: number;
  /** Draws every parameter (default 0). */
  seed?: number;
  /** Jobs at once (default 2). */
  threads?: number;
  /** What is said in a recording (default its attribute "text" or "sentence", or its digit). */
  text?: (item: Item) => string | undefined;
  onProgress?: (done: number, total: number) => void;
}

/** A line of the protocol. */
export interface SpoofRecord {
  path: string;
  speaker: string;
  utterance: string;
  system: string;
  key: "bonafide" | "spoof";
  parameters: Record<string, number>;
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
 * @throws RangeError if a method is not known, or versions are no whole number from 1 to that of the methods
 */
export async function makeSpoof(
  items: readonly Item[],
  {
    out,
    methods = spoofMethodNames,
    versions = "one",
    sampleRate = 16000,
    seed = 0,
    threads = 2,
    text = defaultText,
    onProgress = () => undefined,
  }: MakeSpoofOptions,
): Promise<MadeSpoof> {
  const unknown = methods.find((m) => m !== "espeak" && !spoofMethodNames.includes(m));
  if (unknown !== undefined || methods.length === 0) {
    throw new RangeError(
      `makeSpoof: methods must be some of ${[...spoofMethodNames, "espeak"].join(", ")}, got ${unknown ?? "none"}.`,
    );
  }
  const each = versions === "all" ? methods.length : versions === "one" ? 1 : versions;
  if (!Number.isInteger(each) || each < 1 || each > methods.length) {
    throw new RangeError(
      `makeSpoof: versions must be "all", "one" or a whole number from 1 to ${methods.length} (methods), got ${versions}.`,
    );
  }
  mkdirSync(out, { recursive: true });
  const log = join(out, `made-${sampleRate}-${seed}.jsonl`);
  const known = readLog(log);
  const failed: MadeSpoof["failed"] = [];
  const records: SpoofRecord[] = [];
  const pool = createSpoofPool(threads);
  const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  const total = sorted.length * (1 + each);
  let reused = 0;
  let done = 0;

  const makeAll = async (item: Item, index: number): Promise<void> => {
    const chosen = Array.from(
      { length: each },
      (_, version) => methods[(index + Math.floor((version * methods.length) / each)) % methods.length],
    );
    const clip = lazily(() => item.load());
    for (const system of ["bonafide", ...chosen] as const) {
      const record = recordOf(item, system);
      const earlier = known.get(record.path);
      if (earlier && existsSync(join(out, record.path))) {
        reused++;
        records.push(earlier);
      } else {
        try {
          const job: SpoofJob = {
            system,
            clip: await clip(),
            sampleRate,
            seed: mixSeed(seed, record.path),
            text: text(item),
            path: join(out, record.path),
          };
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
      for (let index = next++; index < sorted.length; index = next++) await makeAll(sorted[index], index);
    };
    await Promise.all(Array.from({ length: Math.max(1, threads) }, worker));
  } finally {
    await pool.close();
  }
  records.sort((a, b) => (a.path < b.path ? -1 : 1));
  writeProtocol(out, records);
  return { records, failed, reused };
}

function recordOf(item: Item, system: string): SpoofRecord {
  const name = item.id.replace(/\.[A-Za-z0-9]+$/, "").replace(/[^A-Za-z0-9._-]+/g, "_");
  return {
    path: `${system}/${name}.wav`,
    speaker: String(item.attributes?.speaker ?? item.group ?? "unknown"),
    utterance: name,
    system: system === "bonafide" ? "-" : system,
    key: system === "bonafide" ? "bonafide" : "spoof",
    parameters: {},
  };
}

const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

function defaultText({ attributes = {} }: Item): string | undefined {
  const said = attributes.text ?? attributes.sentence;
  if (said !== undefined) return String(said);
  return attributes.digit === undefined ? undefined : words[Number(attributes.digit)];
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

function writeProtocol(out: string, records: readonly SpoofRecord[]): void {
  const lines = records.map(({ path, speaker, utterance, system, key, parameters }) => {
    const values = Object.entries(parameters).map(([name, value]) => `${name}=${Number(value.toPrecision(5))}`);
    return [path, speaker, utterance, system, key, values.join(" ")].join("\t");
  });
  const path = join(out, "protocol.tsv");
  writeFileSync(`${path}.part`, `${["path\tspeaker\tutterance\tsystem\tkey\tparameters", ...lines].join("\n")}\n`);
  renameSync(`${path}.part`, path);
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
