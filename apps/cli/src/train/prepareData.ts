import type { AudioClip } from "@earshot/datasets";
import { openFeatureCache } from "@earshot/datasets/node";
import type { FeatureConfig } from "@earshot/dsp";
import { type Features, type Matrix, selectSamples, type Table, type Tensor } from "@earshot/models";
import { UserError } from "../cli/errors.js";
import { duration, type Screen } from "../cli/screen.js";
import type { OpenedData } from "../data/openData.js";
import { type Broken, type Extracted, extractAll, isBroken } from "../features/extractAll.js";
import { type CacheUse, extractCached } from "../features/extractCached.js";
import { reportBroken } from "../features/reportBroken.js";
import type { Job } from "../features/task.js";
import type { Labelled } from "./items.js";
import type { ExtraItems } from "./prepareExtra.js";
import { preparePictures } from "./preparePictures.js";
import { prepareTexts } from "./prepareTexts.js";

/** Dense numbers, an item each. */
export type Numeric = Matrix | Tensor;

/** Items with their features; row i of `x` belongs to item i. */
export interface Prepared {
  items: Labelled[];
  /** Pooled features as a matrix, a row an item; else frames as a tensor, items × frames × features; or texts, or a table. */
  x: Features;
  /** Features of changed copies: rows i · copies … (i + 1) · copies − 1 are those of item i. */
  augmented?: {
    x: Numeric;
    copies: number;
    /** Other copies of some items, for an epoch; rows by item as in `x`. Absent where the recipe wants the same in every epoch. */
    remake?: (items: readonly number[], epoch: number) => Promise<Numeric>;
  };
  /** Made-up items to train on beside them. */
  extra?: ExtraItems;
  /** Items without features, left out on request. */
  broken: Broken[];
  /** Of the decoded sound of each item. */
  hashes: string[];
  /** Seconds of sound. */
  durationSec: number;
  /** What the feature cache saved; absent without it. */
  cached?: CacheUse;
}

export interface PrepareOptions {
  threads: number;
  /** Decides the changed copies. */
  seed?: number;
  skipBroken: boolean;
  /** Copies can be made again for every epoch (default false). */
  fresh?: boolean;
  /** Read features that an earlier run made, and keep those made now (default false). */
  cache?: boolean;
  signal?: AbortSignal;
  screen: Screen;
}

/**
 * Turns every item into features.
 *
 * @throws UserError naming the first broken items, unless they are to be skipped; or if features differ in length
 */
export async function prepareData(
  { items: all, table, pictures }: Pick<OpenedData, "items" | "table" | "pictures">,
  { config, augment }: Omit<Job, "config"> & { config: FeatureConfig | null },
  how: PrepareOptions,
): Promise<Prepared> {
  const { threads, skipBroken, cache = false, fresh = false, seed = 0, signal, screen } = how;
  if (table) return prepareRows(all, table);
  if (pictures) return preparePictures(all, pictures, { screen, ...(signal && { signal }) });
  if (config === null) return prepareTexts(all, { screen, skipBroken, ...(signal && { signal }) });
  const items = all as Labelled<AudioClip>[];
  const progress = screen.progress("features", items.length);
  const { entries, use } = await extractCached(
    items,
    { config, augment },
    {
      threads,
      seed,
      signal,
      ...(cache && { cache: openFeatureCache() }),
      onProgress: (done) => progress.update(done),
    },
  ).finally(() => progress.end());
  if (use) reportCache(use, items.length, screen);
  const broken = entries.filter(isBroken);
  reportBroken(broken, items.length, skipBroken, screen);
  const kept = items.filter((_, i) => !isBroken(entries[i]));
  const extracted = entries.filter((entry): entry is Extracted => !isBroken(entry));
  const owners = augment ? kept.flatMap((item) => Array.from({ length: augment.copies }, () => item)) : [];
  const copies = extracted.flatMap(({ copies, cols }) =>
    copies.map((data) => ({ data, rows: data.length / cols, cols })),
  );
  return {
    items: kept,
    x: stackFeatures(kept, extracted, config),
    ...(augment && {
      augmented: {
        x: stackFeatures(owners, copies, config),
        copies: augment.copies,
        ...(fresh && {
          remake: (which: readonly number[], epoch: number) =>
            remakeCopies(kept, which, { config, augment }, epoch, how),
        }),
      },
    }),
    broken,
    hashes: extracted.map((entry) => entry.hash),
    durationSec: extracted.reduce((sum, entry) => sum + entry.durationSec, 0),
    ...(use && { cached: { items: use.items, savedSec: Math.round(use.savedSec * 100) / 100 } }),
  };
}

export function reportCache({ items, savedSec, trouble }: CacheUse, of: number, screen: Screen): void {
  if (items > 0) screen.note(`features: ${items} of ${of} out of the cache, ${duration(savedSec)} of work saved`);
  if (trouble !== undefined) screen.warn(`Features are not kept for the next time: ${trouble}`);
}

/** Copies of some items as another epoch sees them. */
async function remakeCopies(
  items: readonly Labelled<AudioClip>[],
  which: readonly number[],
  job: Job & { config: FeatureConfig },
  epoch: number,
  { threads, seed = 0, signal }: Pick<PrepareOptions, "threads" | "seed" | "signal">,
): Promise<Numeric> {
  const some = which.map((i) => items[i]);
  const options = { threads, seed: seed + epoch, places: which, ...(signal && { signal }) };
  const entries = await extractAll(some, job, options);
  const broken = entries.find(isBroken);
  if (broken) throw new UserError(`Epoch ${epoch} cannot be made: ${broken.reason}`);
  const copies = (entries as Extracted[]).flatMap(({ copies, cols }) =>
    copies.map((data) => ({ data, rows: data.length / cols, cols })),
  );
  const owners = some.flatMap((item) => copies.slice(0, job.augment?.copies ?? 0).map(() => item));
  return stackFeatures(owners, copies, job.config);
}

/** The rows of the items; equal rows are no leak, for people who agree in everything asked are no copies. */
function prepareRows(items: readonly Labelled[], table: Table): Prepared {
  const rows = items.map((item) => Number(item.attributes?.row));
  return {
    items: [...items],
    x: selectSamples<Features>(table, rows),
    broken: [],
    hashes: rows.map(String),
    durationSec: 0,
  };
}

/** All features as one matrix or tensor. @throws UserError if items differ in their number of frames */
export function stackFeatures(
  items: readonly { id: string }[],
  features: readonly { data: Float32Array; rows: number; cols: number }[],
  config: FeatureConfig,
): Numeric {
  const { rows, cols } = features[0];
  const odd = features.findIndex((f) => f.rows !== rows);
  if (odd >= 0) {
    throw new UserError(
      `Items differ in length: ${items[0].id} has ${rows} frames, ${items[odd].id} has ${features[odd].rows}; set features.durationSec for a fixed length, or features.pool for statistics.`,
    );
  }
  const data = new Float32Array(features.length * rows * cols);
  features.forEach((f, i) => {
    data.set(f.data, i * rows * cols);
  });
  return config.pool ? { data, rows: features.length, cols } : { data, shape: [features.length, rows, cols] };
}
