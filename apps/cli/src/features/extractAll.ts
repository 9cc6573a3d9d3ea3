import { Worker } from "node:worker_threads";
import type { AudioClip, Item } from "@earshot/datasets";
import { UserError } from "../cli/errors.js";
import { clipFeatures } from "./clipFeatures.js";
import { type Job, type Outcome, runTask, type Task } from "./worker.js";

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
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
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
  items: readonly Item<AudioClip>[],
  { config, augment }: Job,
  { threads, seed = 0, signal, onProgress = () => {} }: ExtractOptions,
): Promise<(Extracted | Broken)[]> {
  const outcomes = new Array<Extracted | Broken>(items.length);
  let done = 0;
  const keep = (outcome: Outcome): void => {
    outcomes[outcome.index] = "error" in outcome ? { id: items[outcome.index].id, reason: outcome.error } : outcome;
    onProgress(++done);
  };
  const workers = Math.min(threads, Math.ceil(items.length / batchSize));
  // Sources are TypeScript, which workers cannot run: tests stay in this thread.
  const built = import.meta.url.endsWith(".js");
  if (workers < 2 || items.length < worthWorkers || !built) {
    const featuresOf = clipFeatures(config, augment);
    for (const [index, item] of items.entries()) {
      signal?.throwIfAborted();
      keep(await runTask(await taskOf(item, index, seed), featuresOf));
    }
    return outcomes;
  }
  let next = 0;
  const nextBatch = async (): Promise<Task[]> => {
    const from = next;
    next = Math.min(items.length, next + batchSize);
    return Promise.all(items.slice(from, next).map((item, i) => taskOf(item, from + i, seed)));
  };
  const pool = Array.from(
    { length: workers },
    () => new Worker(new URL("./worker.js", import.meta.url), { workerData: { config, augment } satisfies Job }),
  );
  try {
    await Promise.all(pool.map((worker) => feed(worker, nextBatch, keep, signal)));
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
  return outcomes;
}

/** Gives a worker batch after batch until none is left. */
function feed(
  worker: Worker,
  nextBatch: () => Promise<Task[]>,
  keep: (outcome: Outcome) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    const send = async (): Promise<void> => {
      const batch = await nextBatch();
      if (batch.length > 0) worker.postMessage(batch);
      else resolve();
    };
    worker.on("message", (outcomes: Outcome[]) => {
      outcomes.forEach(keep);
      send().catch(reject);
    });
    worker.on("error", reject);
    worker.on("exit", (code) =>
      reject(new UserError(`A feature worker ended by itself (code ${code}); try --threads 1.`)),
    );
    if (signal?.aborted) stop();
    else send().catch(reject);
  });
}

/** A file is read by the worker; what has no file is made here. */
async function taskOf(item: Item<AudioClip>, index: number, seed: number): Promise<Task> {
  const task = { index, name: item.id, seed: seed * 2 ** 20 + index };
  if (item.path !== undefined) return { ...task, path: item.path };
  try {
    return { ...task, clip: await item.load() };
  } catch {
    return { ...task, path: item.id };
  }
}

export const isBroken = (entry: Extracted | Broken): entry is Broken => "reason" in entry;
