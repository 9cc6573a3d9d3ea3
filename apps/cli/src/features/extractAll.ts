import type { AudioClip, Item } from "@earshot/datasets";
import { clipFeatures } from "./clipFeatures.js";
import { hasWorkers, runPool } from "./pool.js";
import { itemSeed, type Job, type Outcome, runTask, type Task } from "./task.js";

/** Features of one item. */
export type Extracted = Extract<Outcome, { data: Float32Array }>;

/** An item that gave none, and why. */
export interface Broken {
  id: string;
  reason: string;
}

export interface ExtractOptions {
  /** Workers at most; 1 works in this thread. */
  threads: number;
  /** Decides the changed copies of each item (default 0). */
  seed?: number;
  /** Places of the items in the whole list, which decide their copies too (default: their own). */
  places?: readonly number[];
  signal?: AbortSignal;
  /** Called with each entry when it is there, in any order. */
  onEntry?: (index: number, entry: Extracted | Broken) => void;
}

/** Below this many items, starting workers costs more than they save. */
const worthWorkers = 64;
const batchSize = 16;

/**
 * Features of every item, by a pool of workers; the result does not depend on how many there are.
 *
 * @returns an entry an item, in their order: features, or what is wrong with it
 * @throws the signal's reason
 */
export async function extractAll(
  items: readonly Pick<Item<AudioClip>, "id" | "path" | "load">[],
  { config, augment }: Job,
  { threads, seed = 0, places, signal, onEntry }: ExtractOptions,
): Promise<(Extracted | Broken)[]> {
  const outcomes = new Array<Extracted | Broken>(items.length);
  const task = (index: number): Promise<Task> => taskOf(items[index], index, itemSeed(seed, places?.[index] ?? index));
  const keep = (outcome: Outcome): void => {
    const { index } = outcome;
    outcomes[index] = "error" in outcome ? { id: items[index].id, reason: outcome.error } : outcome;
    onEntry?.(index, outcomes[index]);
  };
  const workers = Math.min(threads, Math.ceil(items.length / batchSize));
  if (workers < 2 || items.length < worthWorkers || !hasWorkers) {
    const featuresOf = clipFeatures(config, augment);
    for (let index = 0; index < items.length; index++) {
      signal?.throwIfAborted();
      keep(await runTask(await task(index), featuresOf));
    }
    return outcomes;
  }
  let next = 0;
  const nextBatch = async (): Promise<Task[] | undefined> => {
    const from = next;
    next = Math.min(items.length, next + batchSize);
    return next > from ? Promise.all(Array.from({ length: next - from }, (_, i) => task(from + i))) : undefined;
  };
  await runPool<Task[], Outcome[]>(nextBatch, {
    script: "worker.js",
    workers,
    workerData: { config, augment } satisfies Job,
    onResult: (results) => results.forEach(keep),
    ...(signal && { signal }),
  });
  return outcomes;
}

/** A file is read by the worker; what has no file is made here. */
async function taskOf(item: Pick<Item<AudioClip>, "id" | "path" | "load">, index: number, seed: number): Promise<Task> {
  const task = { index, name: item.id, seed };
  if (item.path !== undefined) return { ...task, path: item.path };
  try {
    return { ...task, clip: await item.load() };
  } catch {
    return { ...task, path: item.id };
  }
}

export const isBroken = (entry: Extracted | Broken): entry is Broken => "reason" in entry;
