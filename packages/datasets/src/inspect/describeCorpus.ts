import type { Corpus, Item } from "../corpora/types.js";
import { type AudioDescription, describeAudio } from "./describeAudio.js";
import { createDuplicateFinder } from "./duplicates.js";

/** A number over all items: its spread. */
export interface Spread {
  min: number;
  median: number;
  mean: number;
  max: number;
  /** Every item's value, in the items' order (broken ones left out): for histograms. */
  values: Float64Array;
}

/** What can be said of a corpus at a look. */
export interface CorpusDescription {
  items: number;
  /** Items by class, by group, by official part; those without are under "(none)". */
  byLabel: Record<string, number>;
  byGroup: Record<string, number>;
  bySplit: Record<string, number>;
  /** Items by sample rate, Hz. */
  bySampleRate: Record<string, number>;
  totalSec: number;
  durationSec: Spread;
  peakDb: Spread;
  rmsDb: Spread;
  silenceShare: Spread;
  /** Items with clipped samples. */
  clipped: string[];
  /** Items that cannot be read, each with the reason. */
  broken: { id: string; reason: string }[];
  /** Sets of items with the same sound, be it at another level or requantised. */
  duplicates: string[][];
  /** Fingerprint of each item's sound, for `findLeakage`. */
  hashes: Map<string, string>;
}

/** Options of {@link describeCorpus}. */
export interface DescribeCorpusOptions {
  /** Called after each item. */
  onProgress?: (done: number, total: number) => void;
  /** Items read at once (default 8). */
  atOnce?: number;
}

/**
 * Reads every item of a corpus and says what is in it: classes, speakers, durations, levels, broken files, duplicates.
 *
 * A broken file is listed and the rest goes on.
 */
export async function describeCorpus(
  { items }: Pick<Corpus, "items">,
  { onProgress, atOnce = 8 }: DescribeCorpusOptions = {},
): Promise<CorpusDescription> {
  const described = new Map<string, AudioDescription>();
  const finder = createDuplicateFinder();
  const broken: CorpusDescription["broken"] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item; item = items[next++]) {
      try {
        const clip = await item.load();
        described.set(item.id, describeAudio(clip));
        finder.add(item.id, clip);
      } catch (error) {
        broken.push({ id: item.id, reason: error instanceof Error ? error.message : String(error) });
      }
      onProgress?.(++done, items.length);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, worker));

  const hashes = finder.fingerprints();
  const whole = items.flatMap((item) => described.get(item.id) ?? []);
  const spreadOf = (value: (d: AudioDescription) => number): Spread => spread(whole.map(value));
  return {
    items: items.length,
    byLabel: count(items, (i) => i.label),
    byGroup: count(items, (i) => i.group),
    bySplit: count(items, (i) => i.split),
    bySampleRate: countValues(whole.map((d) => String(d.sampleRate))),
    totalSec: whole.reduce((sum, d) => sum + d.durationSec, 0),
    durationSec: spreadOf((d) => d.durationSec),
    peakDb: spreadOf((d) => d.peakDb),
    rmsDb: spreadOf((d) => d.rmsDb),
    silenceShare: spreadOf((d) => d.silenceShare),
    clipped: items.filter((i) => (described.get(i.id)?.clippedSamples ?? 0) > 0).map((i) => i.id),
    broken: broken.sort((a, b) => (a.id < b.id ? -1 : 1)),
    duplicates: findDuplicates(items, hashes),
    hashes,
  };
}

const count = (items: readonly Item[], key: (item: Item) => string | undefined): Record<string, number> =>
  countValues(items.map((item) => key(item) ?? "(none)"));

function countValues(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const median = n === 0 ? Number.NaN : n % 2 === 1 ? sorted[(n - 1) / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  return {
    min: n === 0 ? Number.NaN : sorted[0],
    median,
    mean: n === 0 ? Number.NaN : sorted.reduce((a, b) => a + b, 0) / n,
    max: n === 0 ? Number.NaN : sorted[n - 1],
    values: Float64Array.from(values),
  };
}

function findDuplicates(items: readonly Item[], hashes: ReadonlyMap<string, string>): string[][] {
  const byHash = new Map<string, string[]>();
  for (const { id } of items) {
    const hash = hashes.get(id);
    if (hash === undefined) continue;
    const ids = byHash.get(hash);
    if (ids) ids.push(id);
    else byHash.set(hash, [id]);
  }
  return [...byHash.values()].filter((ids) => ids.length > 1);
}
